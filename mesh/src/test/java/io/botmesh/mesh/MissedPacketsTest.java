package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.mesh.NodeStore.Write;
import io.botmesh.seal.SimulatedSeal;
import io.botmesh.wire.Control.Open;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Limits;
import io.botmesh.wire.Piece;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets of a sender whom nobody answers, of which nothing is left but a hole in their numbers. */
class MissedPacketsTest {
    private static final NodeOptions OPTIONS =
            NodeOptions.defaults().withLanes(new NodeOptions.Sharing(LaneLimits.PAPER, LaneShare.WHOLE, 3));

    private static final Duration PATIENCE = OPTIONS.links().patience();

    private final StrangerScene scene = StrangerScene.knowing(OPTIONS, false);
    private final StrangerScene.Stranger ill = scene.ill();

    /** The packet of a stream that has no other. */
    private static List<Frame> single(long stream) {
        byte[] body = ("m" + stream).getBytes(UTF_8);
        return List.of(
                new Open(stream, "order-" + stream), new Data(stream, 0, List.of(Piece.whole("s", List.of(), body))));
    }

    private void post(long... packets) throws InterruptedException {
        for (long packet : packets) scene.post(ill.packet(packet, single(packet)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allThatTheCarrierDestroyedOfManyShortStreamsIsToldOf(boolean restarts) throws InterruptedException {
        var destroyed = new TreeSet<Integer>();
        var random = new Random(4);
        while (destroyed.size() < 40) destroyed.add(random.nextInt(100));
        for (int packet = 0; packet <= 100; packet++) {
            if (destroyed.contains(packet)) continue;
            post(packet);
            if (restarts && packet % 10 == 0) scene.restart();
        }
        scene.pass(PATIENCE.minusSeconds(1));
        assertThat(scene.missedPackets).isEmpty();
        scene.pass(Duration.ofSeconds(2));
        assertThat(scene.missedPackets).containsExactly(40L);
        assertThat(scene.missed).as("of their streams nothing is known").isZero();
        assertThat(scene.statistics().missedPackets()).isEqualTo(40);
        scene.pass(Duration.ofSeconds(1));
        scene.restart();
        scene.pass(PATIENCE.multipliedBy(2));
        assertThat(scene.missedPackets).hasSize(1);
        assertThat(scene.got).hasSize(61);
    }

    @Test
    void itWakesWhenItIsToTell() throws InterruptedException {
        post(0, 2);
        scene.pass(Duration.ofHours(1));
        long at = scene.wakeAt();
        assertThat(at).isLessThan(Long.MAX_VALUE);
        scene.pass(PATIENCE.minusHours(2));
        assertThat(scene.wakeAt()).isEqualTo(at);
        scene.pass(Duration.ofHours(2));
        assertThat(scene.missedPackets).containsExactly(1L);
    }

    @Test
    void whatComesInTimeIsNotToldOf() throws InterruptedException {
        post(0, 4);
        scene.pass(PATIENCE.minusHours(1));
        post(2);
        scene.restart();
        scene.pass(Duration.ofHours(2));
        assertThat(scene.missedPackets).containsExactly(2L);
        post(1);
        scene.pass(PATIENCE);
        assertThat(scene.missedPackets)
                .as("what comes later is taken, and not told of again")
                .hasSize(1);
        assertThat(scene.got).containsExactly("m0", "m4", "m2", "m1");
    }

    @Test
    void aPacketBelowTheReplayWindowIsInTime() throws InterruptedException {
        post(0, 10_000, 1);
        scene.pass(PATIENCE);
        assertThat(scene.missedPackets).containsExactly(9_998L);
        assertThat(scene.got).containsExactly("m0", "m10000", "m1");
    }

    @Test
    void ofASenderThatIsAnsweredNothingIsToldFor() throws InterruptedException {
        var scene = StrangerScene.knowing(OPTIONS, true);
        var peer = scene.ill();
        scene.post(peer.packet(3, single(3)));
        scene.post(peer.packet(9, single(9)));
        scene.pass(PATIENCE.multipliedBy(2));
        assertThat(scene.missedPackets).isEmpty();
    }

    @Test
    void ofASenderThatIsAnsweredLaterWhatWasMissingBeforeIsToldOf() throws InterruptedException {
        post(0, 3);
        scene.answersFromNowOn();
        scene.restart();
        post(9, 1, 12);
        scene.pass(PATIENCE);
        assertThat(scene.missedPackets).containsExactly(1L);
        scene.pass(Duration.ofSeconds(1));
        scene.answersNoMore();
        scene.restart();
        post(20, 22);
        scene.pass(PATIENCE);
        assertThat(scene.missedPackets).containsExactly(1L, 1L);
    }

    @Test
    void eachOutboxOfASenderHasItsOwnNumbers() throws InterruptedException {
        post(0, 2);
        var another = scene.ill();
        scene.post(another.packet(0, single(0)));
        scene.post(another.packet(4, single(4)));
        scene.pass(PATIENCE);
        assertThat(scene.missedPackets).containsExactly(1L, 3L);
    }

    @Test
    void aJumpOverTrillionsOfNumbersIsOneEventAndFewBytes() throws InterruptedException {
        post(0, 1L << 40, Limits.MAX_NUMBER, 1L << 20);
        assertThat(scene.inboxBytes()).isLessThan(2_000);
        scene.pass(PATIENCE);
        assertThat(scene.missedPackets).containsExactly(Limits.MAX_NUMBER - 3);
    }

    @Test
    void holesWithoutEndAreBoundedAndTheFirstAreToldOfAtOnce() throws InterruptedException {
        for (long packet = 0; packet < 4_000; packet += 2) post(packet);
        long told = scene.missedPackets.stream().mapToLong(Long::longValue).sum();
        assertThat(told).isBetween(900L, 1_000L);
        scene.pass(PATIENCE);
        assertThat(scene.missedPackets.stream().mapToLong(Long::longValue).sum())
                .isEqualTo(1_999);
    }

    @Test
    void aStrangerThatHasToRestIsWaitedForNoMore() throws InterruptedException {
        var strangers = new StrangerScene(new MemoryNodeStore(), new NodeOptions.Strangers(1_000, 2, 16 << 20));
        var first = strangers.new Stranger();
        strangers.post(first.packet(0, single(0)));
        strangers.post(first.packet(3, single(3)));
        assertThat(strangers.missedPackets).isEmpty();
        for (int i = 0; i < 3; i++) {
            var other = strangers.new Stranger();
            strangers.post(other.packet(1, single(1)));
        }
        assertThat(strangers.awake()).isEqualTo(2);
        assertThat(strangers.missedPackets).containsExactly(2L, 1L);
        strangers.restart();
        strangers.pass(PATIENCE);
        assertThat(strangers.missedPackets.stream().mapToLong(Long::longValue).sum())
                .isEqualTo(5);
        strangers.post(first.packet(1, single(1)));
        strangers.post(first.packet(5, single(5)));
        strangers.pass(PATIENCE);
        assertThat(strangers.missedPackets.stream().mapToLong(Long::longValue).sum())
                .isEqualTo(6);
    }

    /** As rows were before there was that account. */
    @Test
    void anInboxOfBeforeTellsOfNothingBelowWhatComesNext() throws InterruptedException {
        var store = new MemoryNodeStore();
        var strangers = new StrangerScene(store, new NodeOptions.Strangers(1_000, 256, 16 << 20));
        var one = strangers.new Stranger();
        strangers.post(one.packet(0, single(0)));
        strangers.post(one.packet(4_999, single(1)));
        strangers.post(one.packet(5_000, single(2)));
        NodeStore.Entry entry = store.list(Kind.INBOX, null, 1).getFirst();
        store.commit(List.of(new Write(entry.key(), ofVersion3(InboxRow.parse(entry.value())))));
        strangers.restart();
        strangers.post(one.packet(0, single(0))); // a copy, below the replay window
        strangers.post(one.packet(3_000, single(3)));
        strangers.post(one.packet(5_007, single(7)));
        strangers.post(one.packet(5_009, single(9)));
        strangers.pass(PATIENCE);
        assertThat(strangers.got).containsExactly("m0", "m1", "m2", "m3", "m7", "m9");
        assertThat(strangers.missedPackets).containsExactly(1L);
    }

    private static byte[] ofVersion3(InboxRow row) {
        return Rows.write(3, out -> {
            Rows.writeBytes(out, row.key());
            out.writeUTF(row.name());
            out.writeUTF(row.topic());
            out.writeLong(row.incarnation());
            Rows.writeBytes(out, row.window());
            Rows.writeBytes(out, row.link());
            out.writeInt(row.streams().size());
            for (InboxRow.StreamRow stream : row.streams()) {
                out.writeLong(stream.number());
                out.writeUTF(stream.name());
                out.writeLong(stream.first());
                out.writeInt(stream.gaps().size());
                for (Map.Entry<Long, Long> gap : stream.gaps().entrySet()) {
                    out.writeLong(gap.getKey());
                    out.writeLong(gap.getValue());
                }
                out.writeLong(stream.posted());
                out.writeLong(stream.assembly().length());
                out.writeLong(stream.assembly().received());
                out.writeBoolean(stream.assembly().skipping());
            }
        });
    }

    // --- with a sender of this program

    private final NodePair pair = new NodePair(new SimulatedSeal());
    private final Member bert = pair.bert;
    private final List<Long> posts = new ArrayList<>();

    /** Anna posts while bert is away for so long that the server throws his updates away. */
    private void sendUnheard(int messages) throws InterruptedException {
        bert.polls = false;
        pair.rig.network = (writers, lane, packet, document) -> {
            Outcome outcome = writers.post(lane, packet, document);
            if (outcome instanceof Outcome.Posted posted)
                posts.add(posted.post().message());
            return outcome;
        };
        for (int n = 0; n < messages; n++) {
            pair.anna.send("bert", "unheard-" + n, "s", ("m" + n).getBytes(UTF_8));
            pair.rig.pass(Duration.ofSeconds(5));
        }
        Objects.requireNonNull(bert.reader).poll(Long.MAX_VALUE, 1, Duration.ZERO);
        bert.polls = true;
    }

    private void sendHeard(String body) throws InterruptedException {
        pair.anna.send("bert", body, "s", body.getBytes(UTF_8));
        pair.rig.pass(Duration.ofSeconds(30));
    }

    private List<NodeEvent> missed() {
        return bert.events.stream()
                .filter(event -> event instanceof NodeEvent.Missed || event instanceof NodeEvent.MissedPackets)
                .toList();
    }

    @Test
    void whatIsBroughtBackIsNotToldOfAndWhatIsGoneIs() throws InterruptedException {
        pair.joinOneWay();
        sendHeard("first");
        sendUnheard(10);
        Objects.requireNonNull(bert.reader).delete(-2, List.of(posts.get(3), posts.get(7)));
        sendHeard("last");
        pair.rig.pass(PATIENCE.minusHours(1));
        assertThat(missed()).isEmpty();
        assertThat(bert.bodies()).hasSize(10).contains("m0", "m9", "last");
        pair.rig.pass(Duration.ofHours(2));
        assertThat(missed()).containsExactly(new NodeEvent.MissedPackets("anna", 2));
    }

    @Test
    void whatIsBeingBroughtBackIsWaitedForHoweverLongThatTakes() throws InterruptedException {
        NodeOptions.Links links = bert.options.links();
        bert.options = bert.options.withLinks(
                new NodeOptions.Links(links.receiving(), links.sending(), Duration.ofSeconds(3), links.recalls()));
        pair.joinOneWay();
        sendHeard("first");
        sendUnheard(10);
        sendHeard("last");
        assertThat(bert.bodies()).hasSize(12);
        assertThat(missed()).isEmpty();
    }

    @Test
    void whatADeadProcessWasAboutToTellTheNextOneTells() throws InterruptedException {
        pair.joinOneWay();
        sendHeard("first");
        sendUnheard(3);
        Objects.requireNonNull(bert.reader).delete(-2, posts);
        sendHeard("last");
        var dead = new boolean[1];
        var told = new NodeEffect.Tell(new NodeEvent.MissedPackets("anna", 3));
        bert.beforeEffects = turn -> !dead[0] && (dead[0] = turn.effects().contains(told));
        pair.rig.pass(PATIENCE.plusHours(1));
        assertThat(dead[0]).isTrue();
        assertThat(missed()).containsExactly(told.event());
        bert.kill();
        pair.rig.pass(PATIENCE.plusHours(1));
        assertThat(missed()).hasSize(1);
        assertThat(bert.disk.list(Kind.UNTOLD, null, 10)).isEmpty();
    }
}
