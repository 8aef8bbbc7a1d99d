package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.wire.LinkSender.Ending;
import io.botmesh.wire.LinkSender.Flight;
import io.botmesh.wire.LinkSender.Level;
import io.botmesh.wire.LinkSender.Part;
import io.botmesh.wire.LinkSender.Past;
import io.botmesh.wire.LinkSender.PlacedPart;
import io.botmesh.wire.LinkSender.PostId;
import io.botmesh.wire.LinkSender.Posted;
import io.botmesh.wire.LinkSender.Reach;
import io.botmesh.wire.LinkSender.State;
import io.botmesh.wire.LinkSender.StreamState;
import io.botmesh.wire.LinkSender.Waiting;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SenderStateTest {
    private static final State STATE = new State(
            -7,
            List.of(1L, Long.MIN_VALUE),
            Long.MAX_VALUE,
            5,
            6,
            7,
            8,
            9,
            List.of(
                    new StreamState(
                            0,
                            "",
                            10,
                            11,
                            12,
                            3,
                            List.of(new Span(4, 5), new Span(7, 9)),
                            2,
                            9,
                            1,
                            -1,
                            true,
                            -1,
                            0,
                            List.of(),
                            List.of(
                                    new Waiting(3, 2, 2, Level.STORED),
                                    new Waiting(5, 3, 8, Level.POSTED),
                                    new Waiting(6, 9, 9, null))),
                    new StreamState(
                            4,
                            "zweiter Straße",
                            0,
                            0,
                            1,
                            0,
                            List.of(),
                            0,
                            0,
                            0,
                            77,
                            false,
                            66,
                            5,
                            List.of(new Past(3, 9), new Past(2, 1)),
                            List.of())),
            List.of(new Span(1, 4)),
            List.of(
                    new Flight(
                            12,
                            List.of(
                                    new PlacedPart(new Part(0, 3, 9, 1_000, List.of(new Ending(5, 8))), 900),
                                    new PlacedPart(new Part(4, 0, 2, 40, List.of()), 0)),
                            List.of(new PostId(3, -1001500000001L, 17, 1_800_000_000_000L)),
                            false,
                            2),
                    new Flight(13, List.of(), List.of(), true, 0)),
            List.of(new Posted(new PostId(0, -100, 4, 5), List.of(new Reach(0, 3)))));

    @Test
    void aStateComesBackAsItWas() {
        assertThat(State.parse(STATE.toBytes())).isEqualTo(STATE);
        assertThat(State.parse(State.fresh().toBytes())).isEqualTo(State.fresh());
    }

    @Test
    void aStateThatWasCutOrHasMoreIsRefused() {
        byte[] bytes = STATE.toBytes();
        for (int end = 0; end < bytes.length; end++) {
            byte[] cut = Arrays.copyOf(bytes, end);
            assertThatThrownBy(() -> State.parse(cut)).isInstanceOf(WireException.class);
        }
        assertThatThrownBy(() -> State.parse(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(WireException.class);
    }
}
