package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.Quota;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.Recipient;
import io.botmesh.seal.Seal;
import io.botmesh.seal.SealedEnvelope;
import io.botmesh.seal.SimulatedSeal;
import io.botmesh.wire.Content;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Piece;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A node in a store, and people who write to it that it does not know, or one that it does and that means ill. */
final class StrangerScene {
    private static final Quota MUCH = new Quota(1_000, 100_000, 1 << 30, 1L << 40);

    private final Seal seal = new SimulatedSeal();
    private final Identity identity = Identity.generate();
    private final MemoryCarrier carrier = new MemoryCarrier(-1, () -> Instant.ofEpochSecond(1_700_000_000));
    private final Carrier.Writers writers = carrier.writers(1);
    private final Carrier.Reader reader = carrier.reader();
    private final NodeOptions options;
    private final Identity ill = Identity.generate();
    private final List<Peer> peers;
    private Keyring keys;
    private NodeCore core;
    private NodeStore store;
    private long offset;
    private long now = 1_700_000_000_000_000_000L;

    private final Random incarnations = new Random(2);

    /** What was handed out. */
    final List<String> got = new ArrayList<>();
    /** On which streams. */
    final List<String> streams = new ArrayList<>();
    /** Handed out, and not ended. */
    final List<Long> open = new ArrayList<>();

    boolean handles = true;
    long missed;
    /** Counts of packets, as they were told. */
    final List<Long> missedPackets = new ArrayList<>();

    /** Somebody with an outbox. */
    final class Stranger {
        private final SealedEnvelope envelope;
        private final long incarnation = incarnations.nextLong();

        Stranger() {
            this(Identity.generate());
        }

        private Stranger(Identity identity) {
            envelope = new SealedEnvelope(seal, identity, new Recipient(keys.current(), null));
        }

        /** One packet with one message, or a part of one. */
        byte[] packet(long number, Piece piece) {
            return packet(number, new Data(0, number, List.of(piece)));
        }

        byte[] packet(long number, Frame frame) {
            return packet(number, List.of(frame));
        }

        byte[] packet(long number, List<? extends Frame> frames) {
            var content = new Content("", List.copyOf(frames));
            return envelope.wrap(envelope.header(incarnation, number), content.toBytes());
        }

        byte[] packet(long number, String body) {
            return packet(number, Piece.whole("s", List.of(), body.getBytes(UTF_8)));
        }
    }

    StrangerScene(NodeStore store, NodeOptions.Strangers strangers) {
        this(
                store,
                NodeOptions.defaults()
                        .withStrangers(strangers)
                        .withLanes(new NodeOptions.Sharing(LaneLimits.PAPER, LaneShare.WHOLE, 3)),
                List.of());
    }

    private StrangerScene(NodeStore store, NodeOptions options, List<Peer> peers) {
        this.store = store;
        this.options = options;
        keys = Keyring.of(ReaderSecret.generate());
        this.peers = new ArrayList<>(peers);
        core = core();
    }

    /** A node that knows one peer, ill, and can answer it or not. */
    static StrangerScene knowing(NodeOptions options, boolean answers) {
        var scene = new StrangerScene(new MemoryNodeStore(), options, List.of());
        var lanes = answers ? scene.writers.lanes() : List.<LaneId>of();
        var carrier = answers ? scene.writers.capabilities() : null;
        scene.peers.add(new Peer("ill", scene.ill.key(), scene.keys.current(), null, lanes, carrier, true));
        scene.core = scene.core();
        return scene;
    }

    /** An outbox of the peer. */
    Stranger ill() {
        return new Stranger(ill);
    }

    private NodeCore core() {
        var protection =
                Protection.Sealed.of(identity, keys).withStrangers(MUCH).withSeal(seal);
        return new NodeCore("reader", options, protection, Peers.of(peers), reader::arrival, store, new Random(1), now);
    }

    /** The peer file of the next process says how to answer the peer. */
    void answersFromNowOn() {
        var capabilities = writers.capabilities();
        peers.set(0, new Peer("ill", ill.key(), keys.current(), null, writers.lanes(), capabilities, true));
    }

    /** The peer file of the next process says of no way to answer the peer. */
    void answersNoMore() {
        peers.set(0, new Peer("ill", ill.key(), keys.current(), null, List.of(), null, true));
    }

    /** The process died, and another one opened what is in the store. */
    void restart(NodeStore reopened) {
        store = reopened;
        core = core();
    }

    /** The process died, and another one opened the same store. */
    void restart() {
        core = core();
    }

    /** From the next start on it holds that key alone. */
    void newKey() {
        Instant then = Instant.ofEpochSecond(1_700_000_000);
        keys = keys.rotated(ReaderSecret.generate(), then, Duration.ZERO).expired(then);
    }

    /** Posts packets, and lets the node take them. */
    void post(byte[]... packets) throws InterruptedException {
        for (byte[] packet : packets) writers.post(0, packet, packet.length > Carriers.MOST_TEXT_BYTES);
        var updates = reader.poll(offset, 100, Duration.ZERO);
        if (!updates.isEmpty()) offset = updates.getLast().updateId() + 1;
        core.onUpdates(updates, now);
        turn();
    }

    /** The handlers end that have not. */
    void end() throws InterruptedException {
        for (long id : open) core.onHandled(id, null, now);
        open.clear();
        turn();
    }

    private void turn() throws InterruptedException {
        boolean busy = true;
        while (busy) {
            core.onTime(now++);
            Turn turn = core.take(now);
            store.commit(turn.writes());
            busy = false;
            for (NodeEffect effect : turn.effects()) {
                if (effect instanceof NodeEffect.Tell tell && tell.event() instanceof NodeEvent.Missed some)
                    missed += some.pieces();
                if (effect instanceof NodeEffect.Tell tell && tell.event() instanceof NodeEvent.MissedPackets some)
                    missedPackets.add(some.packets());
                if (effect instanceof NodeEffect.Fetch fetch) {
                    core.onFetched(fetch.update(), reader.fetch(fetch.attachment(), fetch.mostBytes()), now);
                    busy = true;
                }
                if (!(effect instanceof NodeEffect.Deliver deliver)) continue;
                for (Delivery delivery : deliver.run()) {
                    got.add(new String(delivery.body(), UTF_8));
                    streams.add(delivery.stream());
                    if (handles) core.onHandled(delivery.id(), null, now);
                    else open.add(delivery.id());
                }
                busy |= handles;
            }
        }
    }

    /** Nothing is posted for so long. */
    void pass(Duration time) throws InterruptedException {
        now += time.toNanos();
        turn();
    }

    /** When the node wakes by itself. */
    long wakeAt() {
        return core.wakeAt(now);
    }

    long refused(String reason) {
        return core.statistics(now).refusals().getOrDefault(reason, 0L);
    }

    int inboxes() {
        return core.inboxes();
    }

    int awake() {
        return core.strangers().awake();
    }

    /** What those take of memory whom it does not know. */
    long held() {
        return core.strangers().held();
    }

    /** What the node counted since its process began. */
    NodeStatistics statistics() {
        return core.statistics(now);
    }

    /** Messages in the store that no handler has ended. */
    int waiting() {
        return store.list(NodeStore.Kind.READY, null, 100_000).size();
    }

    /** Pieces in the store of messages that are not whole. */
    int pieces() {
        return store.list(NodeStore.Kind.PIECE, null, 100_000).size();
    }

    /** What the first of all inboxes takes in the store, without messages. */
    int inboxBytes() {
        return store.list(NodeStore.Kind.INBOX, null, 1).getFirst().value().length;
    }

    /** What all inboxes take. */
    int allInboxBytes() {
        return store.list(NodeStore.Kind.INBOX, null, 1_000).stream()
                .mapToInt(entry -> entry.value().length)
                .sum();
    }

    int rows() {
        return store.list(NodeStore.Kind.INBOX, null, 1_000).size();
    }
}
