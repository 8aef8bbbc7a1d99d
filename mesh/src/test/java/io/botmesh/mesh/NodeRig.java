package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.mesh.NodeStore.Write;
import io.botmesh.wire.LinkSender.Level;
import io.botmesh.wire.MessageHeader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Nodes on one thread over carriers in memory, each with a disk that keeps what was committed. */
final class NodeRig {
    /** One node with what it heard and what became of what it sent. */
    final class Member {
        final String name;
        Protection protection;
        final Carrier.@Nullable Reader reader;
        final Map<String, Carrier.Writers> writers = new HashMap<>();
        final List<Peer> peers = new ArrayList<>();
        final List<Topic> topics = new ArrayList<>();
        final Disk disk = new Disk();
        final List<Delivery> got = new ArrayList<>();
        final Map<Long, Level> reached = new TreeMap<>();
        final List<NodeEvent> events = new ArrayList<>();
        final List<NodeEffect.Lost> lost = new ArrayList<>();
        final List<RegisterValue> values = new ArrayList<>();
        final Map<Long, RegisterEffect.Answered> answers = new TreeMap<>();

        @Nullable
        Pinning pinning;

        NodeOptions options = NodeOptions.defaults();
        boolean handles = true;
        boolean polls = true;

        @Nullable
        String fails;

        long offset;

        /** How far its clock is ahead of the carrier's. */
        long skew;

        @Nullable
        NodeCore core;

        /** Whether the process dies when this turn is on its disk. */
        Predicate<Turn> beforeEffects = turn -> false;

        int posts;
        int recalls;
        int longestRun;

        Member(String name, Protection protection, Carrier.@Nullable Reader reader) {
            this.name = name;
            this.protection = protection;
            this.reader = reader;
        }

        /** The process dies: what was not committed is gone. */
        void kill() {
            core = null;
            offset = 0;
        }

        long send(String to, String subject, String body) {
            return send(to, "", subject, body.getBytes(StandardCharsets.UTF_8));
        }

        long send(String to, String stream, String subject, byte[] body) {
            return core().send(to, stream, subject, List.<MessageHeader>of(), body, now());
        }

        /** By the carrier's clock. */
        private long wakeAt() {
            long at = core().wakeAt(now());
            return at == Long.MAX_VALUE ? at : at - skew;
        }

        /** What its clock says. */
        long now() {
            return now + skew;
        }

        NodeCore core() {
            NodeCore there = core;
            if (there != null) return there;
            there = new NodeCore(
                    name,
                    options,
                    protection,
                    Peers.of(peers, topics),
                    update -> reader == null ? Optional.empty() : reader.arrival(update),
                    disk,
                    new Random(random.nextLong()),
                    now());
            core = there;
            return there;
        }

        List<String> bodies() {
            return got.stream()
                    .map(one -> new String(one.body(), StandardCharsets.UTF_8))
                    .toList();
        }

        private Carrier.Writers to(String peer) {
            return requireNonNull(writers.get(peer));
        }

        /** One round; whether anything happened. */
        boolean step() throws InterruptedException {
            NodeCore node = core();
            boolean busy = false;
            if (reader != null && polls) {
                List<RawUpdate> updates = reader.poll(offset, 100, Duration.ZERO);
                if (!updates.isEmpty()) {
                    offset = updates.getLast().updateId() + 1;
                    node.onUpdates(updates, now());
                    busy = true;
                }
            }
            node.onTime(now());
            Turn turn = node.take(now());
            disk.commit(turn.writes());
            if (beforeEffects.test(turn)) {
                kill();
                return true;
            }
            for (NodeEffect effect : turn.effects()) {
                if (core != node) return true; // killed on the way
                busy = true;
                carryOut(node, effect);
            }
            return busy;
        }

        private void carryOut(NodeCore node, RegisterEffect effect) throws InterruptedException {
            Pinning there = requireNonNull(pinning);
            switch (effect) {
                case RegisterEffect.Look look -> {
                    there.looks++;
                    node.onSeen(look.topic(), there.board.pinned().orElse(null), now());
                }
                case RegisterEffect.FetchPinned fetch ->
                    node.onSeenWhole(fetch.topic(), there.board.fetch(fetch.attachment(), fetch.mostBytes()), now());
                case RegisterEffect.Pin pin -> {
                    there.pins++;
                    Outcome outcome = there.fails;
                    node.onPinned(
                            pin.topic(),
                            outcome == null ? there.board.pin(pin.packet(), pin.document()) : outcome,
                            now());
                }
                case RegisterEffect.Changed changed -> values.add(changed.value());
                case RegisterEffect.Answered answered -> answers.put(answered.ticket(), answered);
            }
        }

        private void carryOut(NodeCore node, NodeEffect effect) throws InterruptedException {
            switch (effect) {
                case NodeEffect.Post post -> {
                    posts++;
                    node.onOutcome(
                            post.ticket(),
                            network.post(to(post.peer()), post.lane(), post.packet(), post.document()),
                            now());
                }
                case NodeEffect.Forward forward ->
                    node.onOutcome(forward.ticket(), to(forward.peer()).forward(forward.lane(), forward.post()), now());
                case NodeEffect.Delete delete -> to(delete.peer()).delete(delete.lane(), delete.messages());
                case NodeEffect.Confirm confirm -> {}
                case NodeEffect.Fetch fetch ->
                    node.onFetched(
                            fetch.update(), requireNonNull(reader).fetch(fetch.attachment(), fetch.mostBytes()), now());
                case NodeEffect.Recall recall -> {
                    recalls++;
                    node.onRecalled(
                            recall.post(),
                            requireNonNull(reader).recall(recall.post()).orElse(null),
                            now());
                }
                case NodeEffect.Deliver deliver -> {
                    if (!handles) return;
                    longestRun = Math.max(longestRun, deliver.run().size());
                    for (Delivery delivery : deliver.run()) {
                        got.add(delivery);
                        node.onHandled(delivery.id(), fails, now());
                        if (fails != null) return;
                    }
                }
                case NodeEffect.Reached one -> reached.put(one.token(), one.level());
                case NodeEffect.Lost lost -> {
                    reached.remove(lost.token());
                    this.lost.add(lost);
                }
                case NodeEffect.Tell tell -> events.add(tell.event());
                case NodeEffect.OfRegister of -> carryOut(node, of.effect());
            }
        }
    }

    /** Sees and writes the pinned post; a crash of the writer comes before, between or after. */
    static final class Pinning {
        Carrier.Board board;
        int looks;
        int pins;

        @Nullable
        Outcome fails;

        Pinning(Carrier.Board board) {
            this.board = board;
        }
    }

    /** What happens to posts on their way. */
    interface Network {
        Outcome post(Carrier.Writers writers, int lane, byte[] packet, boolean document) throws InterruptedException;
    }

    /** A disk that is as good as its last commit. */
    static final class Disk implements NodeStore {
        final TreeMap<NodeStore.Key, byte[]> values = new TreeMap<>();

        @Override
        public void commit(List<Write> writes) {
            for (Write write : writes) {
                if (write.value() == null) values.remove(write.key());
                else values.put(write.key(), write.value());
            }
        }

        @Override
        public Optional<byte[]> read(Key key) {
            return Optional.ofNullable(values.get(key));
        }

        @Override
        public List<Entry> list(Kind kind, @Nullable Key after, int most) {
            Key from = after == null ? new Key(kind, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE) : after;
            return values.tailMap(from, after == null).entrySet().stream()
                    .takeWhile(entry -> entry.getKey().kind() == kind)
                    .limit(most)
                    .map(entry -> new Entry(entry.getKey(), entry.getValue()))
                    .toList();
        }

        @Override
        public void close() {}
    }

    final Random random;
    final List<Member> members = new ArrayList<>();
    Network network = Carrier.Writers::post;
    long now = 1_700_000_000_000_000_000L;

    NodeRig(long seed) {
        random = new Random(seed);
    }

    Member add(String name, Protection protection, Carrier.@Nullable Reader reader) {
        var member = new Member(name, protection, reader);
        members.add(member);
        return member;
    }

    /** Runs for that long, whatever happens. */
    void pass(Duration time) throws InterruptedException {
        long until = now + time.toNanos();
        while (now < until) {
            boolean busy = false;
            for (Member member : members) busy |= member.step();
            if (busy) continue;
            long next = until;
            for (Member member : members) next = Math.min(next, Math.max(now + 1, member.wakeAt()));
            now = next;
        }
    }

    /** Runs until nothing happens for that long. */
    void run(Duration quiet) throws InterruptedException {
        long until = now + quiet.toNanos();
        while (now < until) {
            boolean busy = false;
            for (Member member : members) busy |= member.step();
            if (busy) {
                until = now + quiet.toNanos();
                continue;
            }
            long next = until;
            for (Member member : members) next = Math.min(next, Math.max(now + 1, member.wakeAt()));
            now = next;
        }
    }
}
