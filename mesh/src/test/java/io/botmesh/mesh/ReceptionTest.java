package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.Inbox.StreamId;
import io.botmesh.wire.Data;
import io.botmesh.wire.Piece;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReceptionTest {
    private static final StreamId STREAM = new StreamId(7, 0);
    private static final Duration PATIENCE = Duration.ofDays(3);

    private final MemoryInbox inbox = new MemoryInbox();
    private final List<String> handled = new ArrayList<>();
    private final List<Long> lost = new ArrayList<>();
    private long seconds = 1_700_000_000;

    @Test
    void piecesOfSeveralPacketsBecomeOneMessage() throws Exception {
        Reception reception = reception();
        give(reception, 0, first("one ", 11), Piece.middle(bytes("two ")));
        assertThat(handled).isEmpty();
        give(reception, 2, Piece.last(bytes("end")), whole("next"));
        assertThat(handled).containsExactly("one two end", "next");
    }

    @Test
    void aPacketThatOvertookAnotherWaitsForIt() throws Exception {
        Reception reception = reception();
        give(reception, 1, whole("b"), whole("c"));
        assertThat(handled).isEmpty();
        give(reception, 0, whole("a"));
        assertThat(handled).containsExactly("a", "b", "c");
    }

    @Test
    void aPacketThatComesAgainBringsNothingNew() throws Exception {
        Reception reception = reception();
        assertThat(give(reception, 0, whole("a"))).isTrue();
        assertThat(give(reception, 0, whole("a"))).isFalse();
        assertThat(give(reception, 2, whole("c"))).isTrue();
        assertThat(give(reception, 2, whole("c"))).isFalse();
        assertThat(handled).containsExactly("a");
    }

    @Test
    void anyOrderAndAnyRepetitionGivesEveryMessageOnceAndInOrder() throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        List<Data> packets = new ArrayList<>();
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String text = "message " + i + " ".repeat(random.nextInt(20));
            expected.add(text);
            byte[] body = bytes(text);
            int cuts = random.nextInt(4);
            if (cuts == 0) {
                pieces.add(whole(text));
                continue;
            }
            int at = 2 + random.nextInt(3);
            pieces.add(Piece.first("", List.of(), part(body, 0, at), body.length));
            for (int cut = 1; cut < cuts; cut++) {
                pieces.add(Piece.middle(part(body, at, at + 1)));
                at++;
            }
            pieces.add(Piece.last(part(body, at, body.length)));
        }
        for (int at = 0; at < pieces.size(); ) {
            int many = Math.min(pieces.size() - at, 1 + random.nextInt(6));
            packets.add(new Data(0, at, pieces.subList(at, at + many)));
            at += many;
        }
        List<Data> sent = new ArrayList<>(packets);
        for (int i = 0; i < 100; i++) sent.add(packets.get(random.nextInt(packets.size())));
        Collections.shuffle(sent, random);
        Reception reception = reception();
        for (Data packet : sent) {
            if (random.nextInt(20) == 0) reception = reception(); // a new process over the same inbox
            reception.handleReady();
            reception.take(-1, "node", packet);
            reception.handleReady();
        }
        assertThat(handled).isEqualTo(expected);
        assertThat(inbox.waiting()).isEmpty();
        assertThat(inbox.known(STREAM).early()).isEmpty();
    }

    @Test
    void aMessageThatTheHandlerDidNotTakeComesFirstInTheNextProcess() throws Exception {
        Reception dying = reception(message -> {
            throw new InterruptedException("the process ends here");
        });
        dying.take(-1, "node", new Data(0, 0, List.of(whole("a"), whole("b"))));
        assertThatThrownBy(dying::handleReady).isInstanceOf(InterruptedException.class);
        reception().handleReady();
        assertThat(handled).containsExactly("a", "b");
    }

    @Test
    void aSenderThatBreaksTheRulesLosesThatMessageOnly() throws Exception {
        Reception reception = reception();
        give(reception, 0, Piece.last(bytes("tail of nothing")), first("begun ", 20), whole("good"));
        give(reception, 3, first("ab", 4), Piece.last(bytes("cd")));
        assertThat(handled).containsExactly("good", "abcd");
        assertThat(inbox.known(STREAM).early()).isEmpty();
    }

    @Test
    void aPieceThatNeverComesHoldsUpItsSenderOnlyForSoLong() throws Exception {
        Reception reception = reception();
        give(reception, 0, whole("a"), first("half ", 10));
        give(reception, 3, Piece.last(bytes("x")), whole("c"));
        seconds += PATIENCE.toSeconds() - 1;
        give(reception, 5, whole("d"));
        assertThat(handled).containsExactly("a");
        reception = reception(); // the patience outlives the process
        seconds += 1;
        give(reception, 6, whole("e"), first("end", 4));
        assertThat(handled).containsExactly("a", "c", "d", "e");
        assertThat(lost).containsExactly(1L);
        give(reception, 2, Piece.middle(bytes("late")));
        give(reception, 8, Piece.last(bytes("!")));
        assertThat(handled).containsExactly("a", "c", "d", "e", "end!");
        assertThat(inbox.known(STREAM).early()).isEmpty();
    }

    @Test
    void aGapThatMovesStartsThePatienceAnew() throws Exception {
        Reception reception = reception();
        give(reception, 1, whole("b"));
        seconds += PATIENCE.toSeconds() - 1;
        give(reception, 0, whole("a"), whole("b"));
        give(reception, 3, whole("d"));
        seconds += PATIENCE.toSeconds() - 1;
        give(reception, 4, whole("e"));
        assertThat(handled).containsExactly("a", "b");
        give(reception, 2, whole("c"));
        assertThat(handled).containsExactly("a", "b", "c", "d", "e");
        assertThat(lost).isEmpty();
    }

    private Reception reception() {
        return reception(message -> {
            handled.add(new String(message.body(), StandardCharsets.UTF_8));
            return true;
        });
    }

    private Reception reception(Reception.Taker taker) {
        return new Reception(
                STREAM,
                inbox,
                taker,
                (stream, sender, pieces) -> lost.add(pieces),
                PATIENCE,
                () -> Instant.ofEpochSecond(seconds));
    }

    private static boolean give(Reception reception, long sequence, Piece... pieces) throws InterruptedException {
        boolean news = reception.take(-1, "node", new Data(0, sequence, List.of(pieces)));
        reception.handleReady();
        return news;
    }

    private static Piece whole(String text) {
        return Piece.whole("", List.of(), bytes(text));
    }

    private static Piece first(String text, int length) {
        return Piece.first("", List.of(), bytes(text), length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] part(byte[] bytes, int from, int until) {
        return java.util.Arrays.copyOfRange(bytes, from, until);
    }
}
