package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.wire.Reassembler.Event.Begin;
import io.botmesh.wire.Reassembler.Event.Broken;
import io.botmesh.wire.Reassembler.Event.End;
import io.botmesh.wire.Reassembler.Event.Message;
import io.botmesh.wire.Reassembler.Event.More;
import io.botmesh.wire.Reassembler.Fault;
import io.botmesh.wire.Reassembler.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReassemblerTest {
    private final Reassembler reassembler = new Reassembler(100);

    private final Piece whole = Piece.whole("s", List.of(), new byte[3]);
    private final Piece first = Piece.first("s", List.of(), new byte[2], 9);
    private final Piece middle = Piece.middle(new byte[3]);
    private final Piece last = Piece.last(new byte[4]);

    @Test
    void aRunOfPiecesBecomesOneMessage() {
        assertThat(reassembler.onPiece(whole)).containsExactly(new Message(whole));
        assertThat(reassembler.onPiece(first)).containsExactly(new Begin(first));
        assertThat(reassembler.onPiece(middle)).containsExactly(new More(2, middle));
        assertThat(reassembler.onPiece(last)).containsExactly(new End(5, last));
        assertThat(reassembler.state()).isEqualTo(State.IDLE);
    }

    @Test
    void goesOnFromAnEarlierState() {
        reassembler.onPiece(first);
        reassembler.onPiece(middle);
        var restarted = new Reassembler(100, reassembler.state());
        assertThat(restarted.state()).isEqualTo(new State(9, 5, false));
        assertThat(restarted.onPiece(last)).containsExactly(new End(5, last));
    }

    @Test
    void aRunWithoutBeginningIsReportedOnceAndSkipped() {
        assertThat(reassembler.onPiece(middle)).containsExactly(new Broken(Fault.WITHOUT_FIRST));
        assertThat(new Reassembler(100, reassembler.state()).onPiece(middle)).isEmpty();
        assertThat(reassembler.onPiece(last)).isEmpty();
        assertThat(reassembler.onPiece(last)).containsExactly(new Broken(Fault.WITHOUT_FIRST));
        assertThat(reassembler.onPiece(whole)).containsExactly(new Message(whole));
    }

    @Test
    void aMessageThatBeginsInsideAnotherEndsThatOne() {
        reassembler.onPiece(first);
        assertThat(reassembler.onPiece(first)).containsExactly(new Broken(Fault.UNFINISHED), new Begin(first));
        assertThat(reassembler.onPiece(whole)).containsExactly(new Broken(Fault.UNFINISHED), new Message(whole));
    }

    @Test
    void theAnnouncedLengthMustBeMetExactly() {
        reassembler.onPiece(first);
        assertThat(reassembler.onPiece(last)).containsExactly(new Broken(Fault.TOO_FEW_BYTES));
        assertThat(reassembler.state()).isEqualTo(State.IDLE);
        reassembler.onPiece(first);
        reassembler.onPiece(middle);
        assertThat(reassembler.onPiece(Piece.last(new byte[5]))).containsExactly(new Broken(Fault.TOO_MANY_BYTES));
        assertThat(reassembler.state()).isEqualTo(State.IDLE);
    }

    @Test
    void aMiddlePieceThatLeavesNothingForTheLastIsTooMuch() {
        reassembler.onPiece(first);
        assertThat(reassembler.onPiece(Piece.middle(new byte[7]))).containsExactly(new Broken(Fault.TOO_MANY_BYTES));
        assertThat(reassembler.onPiece(last)).isEmpty();
        assertThat(reassembler.state()).isEqualTo(State.IDLE);
    }

    @Test
    void aMessageAboveTheLimitIsSkippedToItsEnd() {
        assertThat(reassembler.onPiece(Piece.first("", List.of(), new byte[2], 101)))
                .containsExactly(new Broken(Fault.TOO_LONG));
        assertThat(reassembler.onPiece(middle)).isEmpty();
        assertThat(reassembler.onPiece(last)).isEmpty();
        assertThat(reassembler.onPiece(Piece.whole("", List.of(), new byte[101])))
                .containsExactly(new Broken(Fault.TOO_LONG));
        assertThat(reassembler.onPiece(Piece.whole("", List.of(), new byte[100])))
                .hasSize(1);
    }
}
