package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.wire.Confidential.Onion;
import io.botmesh.wire.Control.Close;
import io.botmesh.wire.Control.Open;
import io.botmesh.wire.Control.Reset;
import io.botmesh.wire.Data;
import io.botmesh.wire.Piece;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets that come so late that their numbers lie below the replay window: nobody knows whether they are copies. */
class LatePacketsTest {
    private static final NodeOptions OPTIONS =
            NodeOptions.defaults().withLanes(new NodeOptions.Sharing(LaneLimits.PAPER, LaneShare.WHOLE, 3));

    private static final int FAR = 5_000;

    private static Data message(long stream, long sequence, String body) {
        return new Data(stream, sequence, List.of(Piece.whole("s", List.of(), body.getBytes(UTF_8))));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMessageComesUnderTheNameOfItsStreamAndOnce(boolean answers) throws InterruptedException {
        var scene = StrangerScene.knowing(OPTIONS, answers);
        var ill = scene.ill();
        byte[] late = ill.packet(3, List.of(new Open(7, "seven"), message(7, 0, "late")));
        scene.post(ill.packet(FAR, List.of(new Open(9, "nine"), message(9, 0, "first"))));
        scene.post(late);
        assertThat(scene.got).containsExactly("first", "late");
        assertThat(scene.streams).containsExactly("nine", "seven");
        scene.post(late);
        scene.restart();
        scene.post(late);
        assertThat(scene.got).hasSize(2);
    }

    @Test
    void aNameThatCameBackWaitsForItsEarlierStream() throws InterruptedException {
        var scene = StrangerScene.knowing(OPTIONS, false);
        var ill = scene.ill();
        scene.post(ill.packet(FAR, List.of(new Open(20, "other"), message(20, 0, "other"))));
        scene.post(ill.packet(5, List.of(new Open(9, "order", 7, 1), message(9, 0, "second"))));
        assertThat(scene.got).containsExactly("other");
        scene.post(ill.packet(3, List.of(new Open(7, "order"), message(7, 0, "first"))));
        assertThat(scene.got).containsExactly("other", "first", "second");
        assertThat(scene.streams).containsExactly("other", "order", "order");
    }

    /** A copy of a packet may say what was true once. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingElseIsTakenOfThem(boolean answers) throws InterruptedException {
        var scene = StrangerScene.knowing(OPTIONS, answers);
        var ill = scene.ill();
        scene.post(ill.packet(FAR, List.of(new Open(7, "seven"), message(7, 0, "one"))));
        scene.post(ill.packet(3, List.of(new Reset(7, 5, 0), new Close(7, 1), message(7, 1, "two"))));
        scene.post(ill.packet(FAR + 1, List.of(new Open(7, "seven"), message(7, 2, "three"))));
        assertThat(scene.got).containsExactly("one", "two", "three");
        assertThat(scene.missed).isZero();
    }

    @Test
    void whatIsToBePassedOnAndCameTooLateIsCounted() throws InterruptedException {
        var scene = StrangerScene.knowing(OPTIONS, false);
        var ill = scene.ill();
        scene.post(ill.packet(FAR, message(0, 0, "one")));
        scene.post(ill.packet(3, List.of(new Onion("carl", new byte[] {1}), new Onion("", new byte[] {2}))));
        scene.post(ill.packet(4, message(0, 1, "two")));
        assertThat(scene.got).containsExactly("one", "two");
        assertThat(scene.refused("TOO_OLD")).isEqualTo(2);
    }
}
