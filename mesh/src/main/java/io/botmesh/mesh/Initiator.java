package io.botmesh.mesh;

import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.mesh.Lanes.Choice;
import io.botmesh.mesh.Outbox.Post;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sending side of a quasi-server: messages go into the outbox, and from its head into posts of the channel as fast
 * as the writers' limits allow. While a writer may post, a message leaves at once; while none may, messages gather and
 * share the next post. A backlog that would take too many posts goes as one document instead.
 *
 * <p>A message is given up by nobody: until Telegram has said that it holds a packet, the outbox keeps it, and a post
 * whose outcome is unknown is sent again with the same bytes, which the reader recognises. Thread-safe.
 */
public final class Initiator implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Initiator.class);

    private final InitiatorOptions options;
    private final Carrier.Writers carrier;
    private final Outbox outbox;
    private final LongSupplier nanoTime;
    private final PostMaker maker;
    private final RandomGenerator random = new SplittableRandom();
    private final Thread sender;
    private final Set<Thread> posting = new HashSet<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition(); // what the sender's decision rests on
    private final Condition settled = lock.newCondition(); // something was posted, packed, or failed
    private final Lanes lanes;
    private final Deque<Parcel> again = new ArrayDeque<>();
    private final TreeMap<Long, Long> open = new TreeMap<>(); // packet not known posted -> messages ended before it
    private final TreeMap<Long, Receipt> receipts = new TreeMap<>();
    private final long first; // message of this process
    private final Set<Long> droppedEarly = new HashSet<>(); // by one thread before another noted the receipt
    private long through; // messages that have ended in any packet so far
    private int troubles; // failures to reach the API in a row
    private long troubleSince;
    private @Nullable MeshException failure;
    private boolean closed;
    private boolean packing; // between the queue and open a packet is in neither

    private long messages;
    private long payloadBytes;
    private long posts;
    private long documents;
    private long postedBytes;
    private long retried429;
    private long ambiguous;
    private long dropped;

    private Initiator(InitiatorOptions options, Carrier.Writers carrier, Outbox outbox, LongSupplier nanoTime) {
        this.options = options;
        this.carrier = carrier;
        this.outbox = outbox;
        this.nanoTime = nanoTime;
        lanes = new Lanes(carrier.lanes(), options.limits(), options.share(), random, nanoTime.getAsLong());
        maker = new PostMaker(options, carrier.capabilities(), outbox.incarnation());
        first = outbox.messages();
        for (Post post : outbox.unposted()) {
            open.put(post.number(), through);
            through = post.messagesThrough();
            again.add(Parcel.of(post));
        }
        sender = Thread.ofVirtual().name("mesh-sender").unstarted(this::send);
    }

    /**
     * Opens a sender over channel posts and starts to post what the outbox still holds.
     *
     * @param apis   makes the client for a writer; the clients stay the caller's
     * @param outbox stays the caller's to close, after this
     */
    public static Initiator open(InitiatorOptions options, Function<BotToken, BotApi> apis, Outbox outbox) {
        return open(options, Carriers.channelWriters(options.channels(), options.writers(), apis), outbox);
    }

    /**
     * Opens a sender over any carrier, whose lanes take the place of the channels and writers of the options.
     *
     * @param outbox stays the caller's to close, after this
     */
    public static Initiator open(InitiatorOptions options, Carrier.Writers carrier, Outbox outbox) {
        Initiator initiator = new Initiator(options, carrier, outbox, System::nanoTime);
        initiator.sender.start();
        return initiator;
    }

    /** Takes a message; it is in the outbox when this returns. What a full outbox means {@link Overflow} says. */
    public Receipt send(byte[] body) throws InterruptedException {
        try {
            return send("", new ByteArrayInputStream(body));
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
    }

    /**
     * Takes a message of any size; it is in the outbox when this returns, and none of it if this throws.
     *
     * @param subject what the message is about, up to 256 characters, empty for nothing
     * @param body    read to its end, not closed
     */
    public Receipt send(String subject, InputStream body) throws IOException, InterruptedException {
        awaitRoom();
        CountingInputStream counted = new CountingInputStream(body);
        Receipt receipt = Receipt.oneWay(outbox.append(subject, counted));
        boolean postedAlready;
        boolean droppedAlready;
        lock.lock();
        try {
            messages++;
            payloadBytes += counted.count;
            droppedAlready = droppedEarly.remove(receipt.number());
            postedAlready = !droppedAlready && receipt.number() < settledThrough();
            if (!postedAlready && !droppedAlready) receipts.put(receipt.number(), receipt);
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (postedAlready) receipt.posted().complete(null);
        if (droppedAlready) receipt.posted().completeExceptionally(dropped());
        if (options.overflow() == Overflow.DROP_OLDEST) makeRoom(receipt.number());
        return receipt;
    }

    private void makeRoom(long before) {
        long excess = outbox.pendingBytes() - options.outboxBytes();
        if (excess <= 0) return;
        List<Receipt> gone = new ArrayList<>();
        List<Long> numbers = outbox.drop(excess, before);
        lock.lock();
        try {
            for (long number : numbers) {
                Receipt receipt = receipts.remove(number);
                if (receipt != null) gone.add(receipt);
                else if (number >= first) droppedEarly.add(number); // its sender has not come to note it
            }
            dropped += numbers.size();
            settled.signalAll();
        } finally {
            lock.unlock();
        }
        for (Receipt receipt : gone) receipt.posted().completeExceptionally(dropped());
    }

    private static MeshException dropped() {
        return new MeshException.Dropped("the outbox was full, and later messages took the place of this one");
    }

    /** Messages ever added to this outbox, by this process or an earlier one: where a restarted sender goes on. */
    public long sent() {
        return outbox.messages();
    }

    /**
     * Waits until Telegram has everything that was sent.
     *
     * @throws MeshException if that cannot be, for now or for good; nothing is lost from the outbox
     */
    public void drain() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                if (failure != null) throw failure;
                if (open.isEmpty() && !packing && outbox.pendingBytes() == 0) return;
                if (closed) throw new MeshException.Closed("closed with messages in the outbox");
                String why = lanes.deadBecause();
                if (why != null) throw new MeshException.NoLane(why);
                settled.await();
            }
        } finally {
            lock.unlock();
        }
    }

    public InitiatorStatistics statistics() {
        lock.lock();
        try {
            return new InitiatorStatistics(
                    messages,
                    posts,
                    documents,
                    payloadBytes,
                    postedBytes,
                    retried429,
                    ambiguous,
                    dropped,
                    lanes.dead(),
                    maker.fill());
        } finally {
            lock.unlock();
        }
    }

    /** What is known of each lane. */
    public List<LaneStatistics> lanes() {
        lock.lock();
        try {
            return lanes.statistics(nanoTime.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /** The reader says how often this node may post through which lane; it holds for two minutes. */
    void onGrants(List<Lanes.Grant> grants) {
        lock.lock();
        try {
            lanes.onGrants(grants, nanoTime.getAsLong());
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Stops posting at once. What is not posted stays in the outbox; a post on its way is sent again by the next process. */
    @Override
    public void close() {
        List<Thread> stopping;
        lock.lock();
        try {
            closed = true;
            stopping = new ArrayList<>(posting);
        } finally {
            lock.unlock();
        }
        sender.interrupt();
        stopping.forEach(Thread::interrupt);
        boolean interrupted = join(sender);
        for (Thread thread : stopping) interrupted |= join(thread);
        fail(new MeshException.Closed("closed before the message was posted"));
        if (interrupted) Thread.currentThread().interrupt();
    }

    private static boolean join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
    }

    private void awaitRoom() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                if (failure != null) throw failure;
                if (closed) throw new MeshException.Closed("the sender is closed");
                if (outbox.pendingBytes() < options.outboxBytes()) return;
                switch (options.overflow()) {
                    case BLOCK -> settled.await();
                    case FAIL ->
                        throw new MeshException.Full("the outbox holds " + outbox.pendingBytes() + " bytes already");
                    case DROP_OLDEST -> {
                        return;
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void send() { // on the thread "mesh-sender"
        try {
            while (awaitLane()) {
                Parcel parcel = next();
                if (parcel != null) start(parcel);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error broken) {
            log.error("sender failed", broken);
            fail(new MeshException.Refused("the outbox failed: " + broken.getMessage(), broken));
        }
    }

    /**
     * Waits until something is to be sent and a lane may take it; false when this sender is at its end. Nothing is packed
     * earlier: what comes until then shares the post.
     */
    private boolean awaitLane() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                if (failure != null || closed) return false;
                if (again.isEmpty() && outbox.pendingBytes() == 0) {
                    changed.await();
                    continue;
                }
                Parcel head = again.peek();
                Choice choice = choose(head == null ? Lanes.ANY : head.avoid());
                if (choice == null) changed.await();
                else if (choice.waitNanos() > 0) changed.awaitNanos(choice.waitNanos());
                else return true;
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Choice choose(int avoid) {
        return lanes.choose(nanoTime.getAsLong(), again.size() + maker.texts(outbox.pendingBytes()), avoid);
    }

    private @Nullable Parcel next() throws InterruptedException {
        lock.lock();
        try {
            Parcel old = again.poll();
            if (old != null) return old;
            maker.choose(outbox.pendingBytes(), lanes.postsPerSecond());
            packing = true;
        } finally {
            lock.unlock();
        }
        Post post = null;
        try {
            post = outbox.pack(maker.mostBytes(), maker);
            if (post == null) return null;
            return Parcel.of(post).withFill(maker.onPacked(outbox.pendingBytes() == 0));
        } finally {
            onPacked(post);
        }
    }

    private void onPacked(@Nullable Post post) {
        lock.lock();
        try {
            packing = false;
            if (post != null) {
                open.put(post.number(), through);
                through = post.messagesThrough();
            }
            settled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void start(Parcel parcel) {
        lock.lock();
        try {
            Choice choice = choose(parcel.avoid());
            if (choice == null || closed) { // a lane died while the packet was made
                again.addFirst(parcel);
                return;
            }
            lanes.onSend(choice.lane(), nanoTime.getAsLong());
            Thread thread = Thread.ofVirtual()
                    .name("mesh-post-" + parcel.post().number())
                    .unstarted(() -> deliver(choice.lane(), parcel));
            posting.add(thread);
            thread.start();
        } finally {
            lock.unlock();
        }
    }

    private void deliver(int lane, Parcel parcel) { // on the thread "mesh-post-N"
        long number = parcel.post().number();
        try {
            long began = nanoTime.getAsLong();
            Post post = parcel.post();
            Outcome outcome = carrier.post(lane, post.packet(), post.document());
            double seconds = (nanoTime.getAsLong() - began) / 1e9;
            if (outcome instanceof Outcome.Posted) outbox.posted(number);
            settle(lane, parcel, outcome, seconds);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error broken) {
            log.error("packet {} failed", number, broken);
            fail(new MeshException.Refused("packet " + number + " failed: " + broken.getMessage(), broken));
        } finally {
            lock.lock();
            try {
                posting.remove(Thread.currentThread());
            } finally {
                lock.unlock();
            }
        }
    }

    private void settle(int lane, Parcel parcel, Outcome outcome, double seconds) {
        MeshException hopeless = null;
        List<Receipt> done = new ArrayList<>();
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            switch (outcome) {
                case Outcome.Posted posted -> {
                    onPosted(lane, parcel, now, done);
                    maker.onPosted(parcel.post().document(), seconds);
                }
                case Outcome.FloodWait wait -> {
                    lanes.onFloodWait(lane, wait.retryAfter(), now);
                    retried429++;
                    again.addFirst(parcel);
                }
                case Outcome.Barred barred -> {
                    log.warn("a writer cannot post, its work goes to the others: {}", barred.why());
                    lanes.onBarred(lane, barred.scope(), barred.why(), now);
                    again.addFirst(parcel);
                }
                case Outcome.Refused refused -> {
                    lanes.onRefused(lane);
                    hopeless = refused(parcel, refused.why());
                }
                case Outcome.Doubtful doubtful -> {
                    lanes.onRefused(lane);
                    if (parcel.doubted() != null || !lanes.anotherLives(lane)) {
                        hopeless = refused(parcel, doubtful.why());
                    } else {
                        again.addFirst(parcel.withDoubt(lane, doubtful.why()));
                    }
                }
                case Outcome.Unreachable unreachable -> {
                    lanes.onUnreachable(lane, now);
                    again.addFirst(parcel);
                    hopeless = onTrouble(unreachable.why(), unreachable.cause(), now);
                }
                case Outcome.Unknown unknown -> {
                    ambiguous++;
                    lanes.onUnknown(lane, unknown.why(), now);
                    again.addFirst(parcel.withAvoid(lane));
                    hopeless = onTrouble(unknown.why(), unknown.cause(), now);
                }
            }
            if (!(outcome instanceof Outcome.Unreachable) && !(outcome instanceof Outcome.Unknown)) troubles = 0;
            changed.signal();
            settled.signalAll();
        } finally {
            lock.unlock();
        }
        for (Receipt receipt : done) receipt.posted().complete(null);
        if (hopeless != null) fail(hopeless);
    }

    private void onPosted(int lane, Parcel parcel, long now, List<Receipt> done) {
        Post post = parcel.post();
        lanes.onPosted(lane, now);
        if (!Double.isNaN(parcel.fill())) lanes.onFilled(lane, parcel.fill());
        String doubted = parcel.doubted();
        if (doubted != null && parcel.avoid() != lane) {
            log.warn("a writer cannot post what another can: {}", doubted);
            lanes.onProvenBad(parcel.avoid(), doubted, now);
        }
        if (post.document()) documents++;
        else posts++;
        postedBytes += post.packet().length;
        open.remove(post.number());
        var head = receipts.headMap(settledThrough());
        done.addAll(head.values());
        head.clear();
    }

    private static MeshException refused(Parcel parcel, String why) {
        return new MeshException.Refused("packet " + parcel.post().number() + " was refused: " + why);
    }

    /** Every message below this number is in Telegram's hands. */
    private long settledThrough() {
        return open.isEmpty() ? through : open.firstEntry().getValue();
    }

    private @Nullable MeshException onTrouble(String why, @Nullable Throwable cause, long now) {
        if (troubles++ == 0) {
            troubleSince = now;
            log.warn("the API cannot be reached, trying again: {}", why);
        }
        if (now - troubleSince < options.patience().toNanos()) return null;
        return new MeshException.Unreachable(
                "the API did not answer for " + options.patience().toSeconds() + " s: " + why, cause);
    }

    private void fail(MeshException why) {
        List<Receipt> lost;
        lock.lock();
        try {
            if (failure == null) failure = why;
            lost = List.copyOf(receipts.values());
            receipts.clear();
            changed.signal();
            settled.signalAll();
        } finally {
            lock.unlock();
        }
        for (Receipt receipt : lost) receipt.posted().completeExceptionally(why);
    }

    /** Counts what a message was long. */
    private static final class CountingInputStream extends java.io.FilterInputStream {
        long count;

        CountingInputStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            if (read >= 0) count++;
            return read;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = super.read(into, from, length);
            if (read > 0) count += read;
            return read;
        }
    }
}
