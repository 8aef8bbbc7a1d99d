package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.wire.Confidential.Onion;
import io.botmesh.wire.Control.Close;
import io.botmesh.wire.Control.Open;
import io.botmesh.wire.Control.Reset;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Piece;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** Opens so many streams after this one that nobody knows it any more. */
    private static void forget(StrangerScene scene, StrangerScene.Stranger who, long stream)
            throws InterruptedException {
        for (int packet = 1; packet < 44; packet++) {
            var frames = new ArrayList<Frame>();
            for (long other = stream + 200L * packet; other < stream + 200L * (packet + 1); other++) {
                frames.add(new Open(other, "order-" + other));
                frames.add(message(other, 0, "m" + other));
            }
            scene.post(who.packet(packet, frames));
        }
    }

    @Test
    void copiesOfWhatCameOnAStreamThatIsForgottenAreNotToldOf() throws InterruptedException {
        var scene = StrangerScene.knowing(OPTIONS, false);
        var ill = scene.ill();
        byte[] first = ill.packet(0, List.of(new Open(7, "seven"), message(7, 0, "one")));
        scene.post(first);
        forget(scene, ill, 7);
        int got = scene.got.size();
        scene.post(ill.packet(FAR, List.of(new Open(20_000, "last"), message(20_000, 0, "last"))));
        scene.post(first, first);
        scene.restart();
        scene.post(first);
        assertThat(scene.got).hasSize(got + 1);
        assertThat(scene.missed).isZero();
    }

    @Test
    void whatComesFirstOnAStreamThatIsForgottenIsToldOfOnce() throws InterruptedException {
        var scene = StrangerScene.knowing(OPTIONS, false);
        var ill = scene.ill();
        scene.post(ill.packet(0, List.of(new Open(7, "seven"), message(7, 0, "one"))));
        forget(scene, ill, 7);
        scene.post(ill.packet(FAR, List.of(new Open(20_000, "last"), message(20_000, 0, "last"))));
        byte[] late = ill.packet(60, List.of(new Open(7, "seven"), message(7, 1, "two"), message(7, 2, "three")));
        scene.post(late);
        assertThat(scene.missed).isEqualTo(2);
        scene.post(late, late);
        scene.pass(Duration.ofSeconds(1));
        scene.restart();
        scene.post(late);
        assertThat(scene.missed).isEqualTo(2);
        // What was told of as a packet is not told of by its pieces as well.
        scene.pass(OPTIONS.links().patience());
        assertThat(scene.missedPackets).containsExactly(FAR - 44L - 1);
        scene.post(ill.packet(61, List.of(message(7, 3, "four"))));
        assertThat(scene.missed).isEqualTo(2);
    }

    /** As states were when nobody knew which of the streams that have ended had given way. */
    @Test
    void copiesOfWhatWasHandledBeforeAnUpgradeAreNotToldOf() throws InterruptedException {
        var store = new MemoryNodeStore();
        var scene = new StrangerScene(store, new NodeOptions.Strangers(1_000, 256, 16 << 20));
        var one = scene.new Stranger();
        byte[] first = one.packet(0, List.of(new Open(5, "five"), new Close(5, 1), message(5, 0, "one")));
        scene.post(first);
        scene.post(one.packet(FAR, List.of(new Open(9, "nine"), message(9, 0, "two"))));
        var row = InboxRow.parse(store.list(Kind.INBOX, null, 1).getFirst().value());
        byte[] link = Arrays.copyOf(row.link(), row.link().length - 12); // nothing rests
        link[0] = 1;
        var before = new InboxRow(
                row.key(),
                row.name(),
                "",
                row.incarnation(),
                row.window(),
                link,
                new byte[0],
                row.firsts(),
                row.streams());
        var key = store.list(Kind.INBOX, null, 1).getFirst().key();
        store.commit(List.of(new NodeStore.Write(key, before.toBytes())));
        scene.restart();
        scene.post(first, first);
        scene.post(one.packet(FAR + 1, List.of(message(9, 1, "three"))));
        scene.post(first);
        assertThat(scene.got).containsExactly("one", "two", "three");
        assertThat(scene.missed).isZero();
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
