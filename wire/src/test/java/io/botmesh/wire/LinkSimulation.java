package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.wire.LinkSender.Effect;
import io.botmesh.wire.LinkSender.Ending;
import io.botmesh.wire.LinkSender.Level;
import io.botmesh.wire.LinkSender.Part;
import io.botmesh.wire.LinkSender.PostId;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Two ends of a link over channels that lose, repeat, delay and reorder, with a clock that is a number. Everything an end
 * knows is either on its disk, which survives a kill, or dies with it. The invariants are checked as things happen.
 */
final class LinkSimulation {
    /**
     * What goes wrong, as probabilities.
     *
     * @param unknown  a call's outcome is lost; half of these were posted
     * @param lost     a post never reaches the reader
     * @param repeated an update comes again
     * @param deleted  a post is gone when it is to be forwarded
     * @param kill     per step, an end dies and starts again from its disk
     * @param amnesia  per step, an end's inbox is lost with all it knew
     */
    record Faults(double unknown, double lost, double repeated, double deleted, double kill, double amnesia) {
        static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0);
        static final Faults ALL = new Faults(0.1, 0.1, 0.1, 0.3, 0.004, 0);
        static final Faults AMNESIA = new Faults(0.05, 0.05, 0.05, 0.3, 0.002, 0.0005);
    }

    /** Something due at a time. */
    private record Due(long at, long order, Runnable action) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    /** A post in a channel: whatever copies of it there are, the bytes are those of its packet. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Post(byte[] packet, boolean deleted) {}

    final class Channel {
        final long id;
        final End reader;
        final TreeMap<Long, Post> posts = new TreeMap<>();
        long last;
        long lastArrival;

        Channel(long id, End reader) {
            this.id = id;
            this.reader = reader;
        }

        long post(byte[] packet) {
            if (random.nextInt(20) == 0) last++; // a service message, or somebody else's post
            long message = ++last;
            posts.put(message, new Post(packet, false));
            if (random.nextDouble() < faults.lost) return message;
            // Telegram keeps the order of a channel; several channels do not wait for each other.
            lastArrival = Math.max(lastArrival, now + random.nextInt(1, 400));
            at(lastArrival, () -> reader.queue(this, message, packet));
            if (random.nextDouble() < faults.repeated) {
                at(lastArrival + random.nextInt(20_000), () -> reader.queue(this, message, packet));
            }
            return message;
        }
    }

    /** A message of the program. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Message(long number, long stream, byte[] body) {}

    /** What survives a kill. */
    static final class Disk {
        LinkSender.State sender = LinkSender.State.fresh();
        byte[] receiver = new byte[0];
        final Map<Long, byte[]> packets = new HashMap<>();
        final TreeMap<Long, Deque<Message>> queue = new TreeMap<>();
        final Map<Long, Integer> taken = new HashMap<>(); // bytes of the first message in the queue, by stream
        final Map<Long, Inbox> inbox = new HashMap<>();
        final Deque<Update> journal = new ArrayDeque<>();
        long nextPacket;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Update(Channel channel, long message, byte[] packet) {}

    /** A stream as the reader's disk has it. */
    static final class Inbox {
        final TreeMap<Long, Piece> pieces = new TreeMap<>();
        Reassembler.State assembly = Reassembler.State.IDLE;
        long next;
        long first; // of the message being put together
        byte[] body = new byte[0];
        final Deque<long[]> ready = new ArrayDeque<>(); // message number, first, last
    }

    final class End {
        final String name;
        final long incarnation;
        final Disk disk = new Disk();
        final List<Channel> out = new ArrayList<>();
        final boolean[] busy;

        @Nullable
        End peer;

        LinkSender sender;
        LinkReceiver receiver;
        Map<Long, PostWatch> watches = new HashMap<>();
        Deque<Effect> again = new ArrayDeque<>();
        int life;
        long wakeAt = Long.MAX_VALUE;
        long memory;

        // What the test knows.
        final Map<Long, Message> sent = new HashMap<>();
        final Set<Long> stored = new HashSet<>();
        final Set<Long> done = new HashSet<>();
        final Set<Long> lost = new HashSet<>();
        final Set<Long> handled = new LinkedHashSet<>(); // of the peer's messages
        final Map<Long, Long> lastHandled = new HashMap<>();
        final Map<Long, Long> delivered = new HashMap<>(); // next piece by stream, for what this memory handed on
        long messages;
        int dataPosts;
        int controlPosts;
        int pongs;
        int reposts;
        int forwards;
        int deletions;

        End(String name) {
            this.name = name;
            incarnation = random.nextLong();
            busy = new boolean[lanes];
            memory = random.nextLong() | 1;
            for (long stream = 0; stream < streams; stream++) disk.queue.put(stream, new ArrayDeque<>());
            sender = new LinkSender(incarnation, disk.sender, senderOptions());
            receiver = new LinkReceiver(0, LinkReceiver.State.fresh(memory), LinkReceiver.Options.defaults());
        }

        private LinkSender.Options senderOptions() {
            return LinkSender.Options.defaults()
                    .withLanes(lanes)
                    .withWanted(Level.DONE)
                    .withTidy(Level.STORED, 60_000);
        }

        End peer() {
            return Objects.requireNonNull(peer);
        }

        void start() {
            disk.receiver = LinkReceiver.State.fresh(memory).toBytes();
            restart();
        }

        /** A new process: what is not on disk is gone. */
        void restart() {
            life++;
            wakeAt = Long.MAX_VALUE;
            Arrays.fill(busy, false);
            again.clear();
            watches = new HashMap<>();
            sender = new LinkSender(incarnation, disk.sender, senderOptions());
            receiver = new LinkReceiver(
                    peer().incarnation, LinkReceiver.State.parse(disk.receiver), LinkReceiver.Options.defaults());
            assertThat(receiver.state()).isEqualTo(LinkReceiver.State.parse(disk.receiver));
            assertThat(sender.state()).isEqualTo(disk.sender);
            apply(sender.resume());
            later(random.nextInt(50), this::takeUpdate);
            for (long stream : disk.inbox.keySet()) later(random.nextInt(2000), () -> handle(stream));
            later(60_000, this::tidy);
            work();
        }

        /** The inbox is lost: another memory, and what the peer had stored here is gone. */
        void forget() {
            memory = random.nextLong() | 1;
            disk.receiver = LinkReceiver.State.fresh(memory).toBytes();
            disk.inbox.clear();
            delivered.clear();
            lastHandled.clear();
            restart();
        }

        void later(long delay, Runnable action) {
            int mine = life;
            at(now + delay, () -> {
                if (life == mine) action.run();
            });
        }

        // --- sending

        void send() {
            int length = random.nextInt(12) == 0 ? random.nextInt(60_000) : random.nextInt(1500);
            var body = ByteBuffer.allocate(8 + length);
            body.putLong(messages);
            var message = new Message(messages++, random.nextLong(streams), body.array());
            sent.put(message.number, message);
            var queue = Objects.requireNonNull(disk.queue.get(message.stream));
            queue.add(message);
            work();
        }

        boolean idle() {
            return disk.queue.values().stream().allMatch(Deque::isEmpty);
        }

        /** Gives free lanes what there is: repairs, then control with data, then control alone. */
        void work() {
            for (int lane = 0; lane < lanes; lane++) {
                if (busy[lane]) continue;
                if (!again.isEmpty()) {
                    post(again.removeFirst(), lane);
                } else if (!sendData(lane) && Math.min(sender.dueAt(), receiver.dueAt()) <= now) {
                    sendControl(lane);
                }
            }
            long due = Math.min(sender.dueAt(), receiver.dueAt());
            if (due > now && due < wakeAt) {
                wakeAt = due;
                later(due - now, () -> {
                    wakeAt = Long.MAX_VALUE;
                    work();
                });
            }
        }

        private boolean sendData(int lane) {
            var parts = new ArrayList<Part>();
            var frames = new ArrayList<Frame>();
            long first = random.nextLong(streams); // several streams share a packet now and then
            for (long i = 0; i < streams; i++) {
                long stream = (first + i) % streams;
                if (parts.isEmpty() || random.nextBoolean()) fill(stream, parts, frames);
            }
            boolean waits = parts.isEmpty() && !idle();
            sender.onBlocked(waits, now);
            if (parts.isEmpty()) return false;
            frames.addAll(0, sender.frames(now));
            frames.addAll(0, receiver.frames(false));
            long number = disk.nextPacket++;
            byte[] packet = packet(number, frames);
            List<Effect> effects = sender.onPacked(number, parts);
            disk.packets.put(number, packet);
            disk.sender = sender.state(); // one transaction
            apply(effects);
            checkCredit();
            dataPosts++;
            call(lane, number, packet);
            return true;
        }

        /** Takes from a stream what fits into a post and into the credit. */
        private void fill(long stream, List<Part> parts, List<Frame> frames) {
            var queue = Objects.requireNonNull(disk.queue.get(stream));
            long room = Math.min(sender.room(stream), 7_000);
            for (Part part : parts) room -= part.weight();
            room = Math.min(room, sender.room(stream));
            long from = sender.next(stream);
            var pieces = new ArrayList<Piece>();
            var ending = new ArrayList<Ending>();
            long weight = 0;
            while (!queue.isEmpty() && weight + Limits.PIECE_WEIGHT < room) {
                Message message = queue.getFirst();
                int taken = disk.taken.getOrDefault(stream, 0);
                int take = (int) Math.min(message.body.length - taken, room - weight - Limits.PIECE_WEIGHT);
                boolean ends = taken + take == message.body.length;
                if (take < Long.BYTES && !ends) break; // a message's number stays in one piece
                byte[] body = Arrays.copyOfRange(message.body, taken, taken + take);
                pieces.add(
                        taken == 0 && ends
                                ? Piece.whole("", List.of(), body)
                                : taken == 0
                                        ? Piece.first("", List.of(), body, message.body.length)
                                        : ends ? Piece.last(body) : Piece.middle(body));
                weight += take + Limits.PIECE_WEIGHT;
                disk.taken.put(stream, ends ? 0 : taken + take);
                if (!ends) break;
                ending.add(new Ending(message.number, from + pieces.size() - 1));
                queue.removeFirst();
            }
            if (pieces.isEmpty()) return;
            frames.add(new Data(stream, from, pieces));
            parts.add(new Part(stream, from, from + pieces.size(), weight, ending));
        }

        private void sendControl(int lane) {
            var frames = new ArrayList<>(receiver.frames(true));
            if (frames.stream().anyMatch(Control.Pong.class::isInstance)) pongs++;
            frames.addAll(sender.frames(now));
            if (frames.isEmpty()) return;
            controlPosts++;
            long number = disk.nextPacket++;
            call(lane, -1, packet(number, frames));
        }

        private byte[] packet(long number, List<Frame> frames) {
            return new Packet(PacketHeader.plain(7, incarnation, number), new Content("", frames).toBytes()).toBytes();
        }

        private void post(Effect effect, int lane) {
            switch (effect) {
                case Effect.Repost repost -> {
                    byte[] packet = disk.packets.get(repost.packet());
                    if (packet == null) return; // acked since
                    reposts++;
                    call(lane, repost.packet(), packet);
                }
                case Effect.Forward forward -> {
                    if (!disk.packets.containsKey(forward.packet())) return;
                    forwards++;
                    PostId from = forward.post();
                    Channel channel = out.stream()
                            .filter(one -> one.id == from.channel())
                            .findFirst()
                            .orElseThrow();
                    Post post = channel.posts.get(from.message());
                    if (post == null || post.deleted || random.nextDouble() < faults.deleted) {
                        apply(sender.onNotForwarded(forward.packet()));
                        return;
                    }
                    call(lane, forward.packet(), post.packet);
                }
                default -> throw new AssertionError(effect);
            }
        }

        private void call(int lane, long number, byte[] packet) {
            busy[lane] = true;
            Channel channel = out.get(lane % out.size());
            boolean unknown = random.nextDouble() < faults.unknown;
            boolean happens = !unknown || random.nextBoolean();
            int took = random.nextInt(20, 600);
            at(
                    now + took,
                    () -> { // Telegram's side: it happens whether or not the caller still lives
                        long message = happens ? channel.post(packet) : -1;
                        answer(lane, number, channel, unknown ? -1 : message);
                    });
        }

        private void answer(int lane, long number, Channel channel, long message) {
            int mine = life;
            at(now + random.nextInt(1, 300), () -> {
                if (life != mine) return;
                busy[lane] = false;
                if (number >= 0) {
                    apply(
                            message < 0
                                    ? sender.onUnknown(number, lane)
                                    : sender.onPosted(number, new PostId(lane, channel.id, message, now)));
                    if (random.nextBoolean()) disk.sender = sender.state();
                }
                later(interval, this::work);
            });
        }

        private void apply(List<Effect> effects) {
            for (Effect effect : effects) {
                switch (effect) {
                    case Effect.Repost repost -> again.add(repost);
                    case Effect.Forward forward -> again.add(forward);
                    case Effect.Forget forget -> {
                        assertThat(disk.packets.remove(forget.packet())).isNotNull();
                    }
                    case Effect.Delete delete -> {
                        deletions += delete.messages().size();
                        for (Channel channel : out) {
                            if (channel.id != delete.channel()) continue;
                            for (long message : delete.messages()) {
                                channel.posts.computeIfPresent(message, (id, post) -> new Post(post.packet, true));
                            }
                        }
                    }
                    case Effect.Reached reached -> onReached(reached);
                    case Effect.Refused refused -> throw new AssertionError("nothing is refused");
                    case Effect.Lost gone -> lost.add(gone.message());
                }
            }
            // Bytes that are gone from the disk must not be in the state that is there.
            if (effects.stream().anyMatch(Effect.Forget.class::isInstance)) disk.sender = sender.state();
            if (!effects.isEmpty()) later(0, this::work);
        }

        private void onReached(Effect.Reached reached) {
            Message message = Objects.requireNonNull(sent.get(reached.message()));
            if (reached.level() == Level.STORED) {
                stored.add(message.number);
                // I1: it is on the peer's disk now, or was handled there.
                if (faults.amnesia == 0)
                    assertThat(peer().has(message))
                            .as(name + " stored " + message.number)
                            .isTrue();
            }
            if (reached.level() == Level.DONE) {
                done.add(message.number);
                assertThat(peer().handled.contains(message.number))
                        .as(() -> name + " " + now + " was told that " + message.number + " is done\n" + disk.sender
                                + "\n" + peer().receiver.state())
                        .isTrue();
            }
        }

        private void checkCredit() { // I4
            for (var stream : disk.sender.streams()) {
                if (stream.weight() > stream.limit()) throw new AssertionError(stream + " is above its credit");
            }
            assertThat(disk.sender.weight()).isLessThanOrEqualTo(disk.sender.limit());
        }

        private void tidy() {
            apply(sender.onTime(now));
            later(60_000, this::tidy);
        }

        // --- receiving

        boolean has(Message message) {
            if (handled.contains(message.number)) return true;
            Inbox inbox = disk.inbox.get(message.stream);
            if (inbox == null) return false;
            if (inbox.ready.stream().anyMatch(one -> one[0] == message.number)) return true;
            // Whole behind a gap: its number stands in the first piece.
            return inbox.pieces.values().stream()
                    .anyMatch(piece -> piece.position().begins()
                            && ByteBuffer.wrap(piece.body()).getLong() == message.number);
        }

        /** An update comes to the journal, which confirms it: from here on it is this end's duty. */
        void queue(Channel channel, long message, byte[] packet) {
            disk.journal.add(new Update(channel, message, packet));
            later(random.nextInt(30), this::takeUpdate);
        }

        void takeUpdate() {
            Update update = disk.journal.peek();
            if (update == null) return;
            Packet packet = Packet.parse(update.packet);
            List<Frame> frames = packet.content().frames();
            watches.computeIfAbsent(update.channel.id, id -> new PostWatch(0))
                    .onPost(update.message)
                    .ifPresent(gap -> receiver.onGap(update.channel.id, gap));
            var work = new ArrayList<Runnable>();
            for (LinkReceiver.Event event :
                    receiver.onPacket(update.channel.id, update.message, update.packet.length, frames, now)) {
                work.add(() -> store(event, frames));
            }
            if (faults.kill > 0 && random.nextDouble() < faults.kill * 2) { // before the commit: nothing happened
                restart();
                return;
            }
            work.forEach(Runnable::run);
            disk.receiver = receiver.state().toBytes();
            disk.journal.remove();
            assertThat(receiver.heldWeight()).isLessThanOrEqualTo(Limits.FIRST_PEER_CREDIT);
            apply(sender.onFrames(packet.header().incarnation(), packet.header().packetNumber(), frames, now));
            if (random.nextInt(4) == 0) disk.sender = sender.state();
            for (long stream = 0; stream < streams; stream++) {
                long number = stream;
                later(random.nextInt(3000), () -> handle(number));
            }
            if (!disk.journal.isEmpty()) later(random.nextInt(30), this::takeUpdate);
            work();
        }

        private void store(LinkReceiver.Event event, List<Frame> frames) {
            Inbox inbox = disk.inbox.computeIfAbsent(event.stream(), none -> new Inbox());
            switch (event) {
                case LinkReceiver.Event.Pieces pieces -> {
                    long from = pieces.what().from();
                    long until = pieces.what().until();
                    switch (pieces.what()) {
                        case StreamReceiver.Event.Store store -> {
                            for (long n = from; n < until; n++) {
                                assertThat(inbox.pieces.put(n, piece(frames, event.stream(), n)))
                                        .isNull();
                            }
                        }
                        case StreamReceiver.Event.Deliver deliver -> {
                            // I2 and I3: each piece once, and in order.
                            assertThat(from).isEqualTo(inbox.next);
                            for (long n = from; n < until; n++) assemble(event.stream(), inbox, n);
                            inbox.next = until;
                        }
                        case StreamReceiver.Event.Outside outside ->
                            assertThat(faults.amnesia)
                                    .as("honest peers stay within their credit")
                                    .isPositive();
                        case StreamReceiver.Event.Duplicate known -> {}
                    }
                }
                case LinkReceiver.Event.Skipped skipped -> {
                    assertThat(faults.amnesia).isPositive();
                    inbox.pieces.headMap(skipped.until()).clear();
                    inbox.next = skipped.until();
                    inbox.assembly = new Reassembler.State(0, 0, true);
                    inbox.body = new byte[0];
                }
                default -> {}
            }
        }

        private Piece piece(List<Frame> frames, long stream, long sequence) {
            for (Frame frame : frames) {
                if (frame instanceof Data data
                        && data.stream() == stream
                        && sequence >= data.sequence()
                        && sequence < data.nextSequence()) {
                    return data.pieces().get((int) (sequence - data.sequence()));
                }
            }
            throw new AssertionError("piece " + sequence + " is not in the packet");
        }

        private void assemble(long stream, Inbox inbox, long sequence) {
            Piece piece = Objects.requireNonNull(inbox.pieces.remove(sequence), () -> "piece " + sequence);
            var reassembler = new Reassembler(1 << 20, inbox.assembly);
            boolean used = false;
            for (Reassembler.Event event : reassembler.onPiece(piece)) {
                switch (event) {
                    case Reassembler.Event.Message message -> {
                        whole(inbox, piece.body(), sequence, sequence);
                        used = true;
                    }
                    case Reassembler.Event.Begin begin -> {
                        used = true;
                        inbox.first = sequence;
                        inbox.body = piece.body();
                    }
                    case Reassembler.Event.More more -> {
                        used = true;
                        inbox.body = join(inbox.body, piece.body());
                    }
                    case Reassembler.Event.End end -> {
                        used = true;
                        whole(inbox, join(inbox.body, piece.body()), inbox.first, sequence);
                    }
                    case Reassembler.Event.Broken broken ->
                        assertThat(faults.amnesia).isPositive();
                }
            }
            // The rest of a message whose beginning went with the memory belongs to none.
            if (!used) receiver.onDone(stream, sequence, sequence + 1);
            inbox.assembly = reassembler.state();
        }

        private void whole(Inbox inbox, byte[] body, long first, long last) {
            long number = ByteBuffer.wrap(body).getLong();
            Message message = Objects.requireNonNull(peer().sent.get(number));
            assertThat(body).isEqualTo(message.body);
            inbox.ready.add(new long[] {number, first, last});
        }

        private void handle(long stream) {
            Inbox inbox = disk.inbox.get(stream);
            long[] ready = inbox == null ? null : inbox.ready.poll();
            if (ready == null) return;
            Long before = lastHandled.put(stream, ready[0]);
            if (before != null)
                assertThat(ready[0]).as("order of stream " + stream).isGreaterThan(before);
            assertThat(handled.add(ready[0]) || faults.amnesia > 0)
                    .as("handled twice")
                    .isTrue();
            receiver.onDone(stream, ready[1], ready[2] + 1);
            disk.receiver = receiver.state().toBytes(); // with the handler's end, in one transaction
            later(random.nextInt(500), () -> handle(stream));
        }
    }

    final SplittableRandom random;
    final int lanes;
    final long streams;
    final long interval;
    final End a;
    final End b;
    private final PriorityQueue<Due> agenda = new PriorityQueue<>();
    Faults faults;
    long now = 1_000_000;
    private long order;
    int kills;
    int memoriesLost;

    LinkSimulation(SplittableRandom random, Faults faults, int lanes, int channels, int streams) {
        this.random = random;
        this.faults = faults;
        this.lanes = lanes;
        this.streams = streams;
        interval = random.nextInt(20, 1000);
        a = new End("a");
        b = new End("b");
        a.peer = b;
        b.peer = a;
        for (int i = 0; i < channels; i++) {
            a.out.add(new Channel(-100 - i, b));
            b.out.add(new Channel(-200 - i, a));
        }
        a.start();
        b.start();
    }

    private void at(long time, Runnable action) {
        agenda.add(new Due(Math.max(time, now), order++, action));
    }

    /** Lets both ends send messages for a while; b only if it is to talk. */
    void run(int messages, boolean bothTalk) {
        int left = messages;
        while (left > 0) {
            if (random.nextInt(5) == 0) {
                End end = bothTalk && random.nextBoolean() ? b : a;
                for (int burst = random.nextInt(20) == 0 ? 30 : 1; burst > 0 && left > 0; burst--, left--) end.send();
            }
            step();
            maybeHarm();
        }
    }

    private void maybeHarm() {
        if (random.nextDouble() < faults.kill) {
            kills++;
            (random.nextBoolean() ? a : b).restart();
        }
        if (random.nextDouble() < faults.amnesia) {
            memoriesLost++;
            (random.nextBoolean() ? a : b).forget();
        }
    }

    boolean step() {
        Due due = agenda.poll();
        if (due == null) return false;
        now = due.at;
        due.action.run();
        return true;
    }

    /** I10: without faults everything arrives and is known to, within this time. */
    void drain(long millis) {
        Faults before = faults;
        faults = before.amnesia > 0 ? new Faults(0, 0, 0, 0, 0, 1e-300) : Faults.NONE;
        long end = now + millis;
        while (now < end && !(drained(a) && drained(b)) && step()) {}
        assertThat(drained(a)).as(() -> left(a)).isTrue();
        assertThat(drained(b)).as(() -> left(b)).isTrue();
    }

    private static boolean drained(End end) {
        return end.idle() && end.sender.inFlight() == 0 && end.done.size() + end.lost.size() >= end.sent.size();
    }

    private String left(End end) {
        return end.name + " at " + now + ": "
                + end.disk.queue.values().stream().mapToInt(Deque::size).sum()
                + " messages queued, " + end.done.size() + " done and " + end.lost.size() + " lost of "
                + end.sent.size() + "\n" + end.sender.state() + "\n"
                + end.peer().receiver.state();
    }

    private static byte[] join(byte[] one, byte[] two) {
        byte[] joined = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, joined, one.length, two.length);
        return joined;
    }
}
