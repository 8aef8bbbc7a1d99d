package io.botmesh.mesh;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.TransportException;
import io.botmesh.mesh.Lanes.Choice;
import io.botmesh.mesh.Outbox.Post;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
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
    private final List<Poster> posters = new ArrayList<>();
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
    private final Deque<Post> again = new ArrayDeque<>();
    private final TreeMap<Long, Long> open = new TreeMap<>(); // packet not known posted -> messages ended before it
    private final TreeMap<Long, Receipt> receipts = new TreeMap<>();
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

    private Initiator(InitiatorOptions options, Function<BotToken, BotApi> apis, Outbox outbox, LongSupplier nanoTime) {
        this.options = options;
        this.outbox = outbox;
        this.nanoTime = nanoTime;
        for (BotToken writer : options.writers()) {
            posters.add(new Poster(apis.apply(writer), writer.botId(), options.channel()));
        }
        lanes = new Lanes(posters.size(), options.limits(), options.share(), random, nanoTime.getAsLong());
        maker = new PostMaker(options, outbox.incarnation());
        for (Post post : outbox.unposted()) {
            open.put(post.number(), through);
            through = post.messagesThrough();
            again.add(post);
        }
        sender = Thread.ofVirtual().name("mesh-sender").unstarted(this::send);
    }

    /**
     * Opens a sender and starts to post what the outbox still holds.
     *
     * @param apis   makes the client for a writer; the clients stay the caller's
     * @param outbox stays the caller's to close, after this
     */
    public static Initiator open(InitiatorOptions options, Function<BotToken, BotApi> apis, Outbox outbox) {
        Initiator initiator = new Initiator(options, apis, outbox, System::nanoTime);
        initiator.sender.start();
        return initiator;
    }

    /** Takes a message; it is in the outbox when this returns. Blocks while the outbox is over its bound. */
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
        Receipt receipt = new Receipt(outbox.append(subject, counted), new CompletableFuture<>());
        boolean postedAlready;
        lock.lock();
        try {
            messages++;
            payloadBytes += counted.count;
            postedAlready = receipt.number() < settledThrough();
            if (!postedAlready) receipts.put(receipt.number(), receipt);
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (postedAlready) receipt.posted().complete(null);
        return receipt;
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
                    lanes.dead(),
                    maker.fill());
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
                settled.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void send() { // on the thread "mesh-sender"
        try {
            while (awaitLane()) {
                Post post = next();
                if (post != null) start(post);
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
                Choice choice = lanes.earliest(nanoTime.getAsLong());
                if (choice == null) changed.await();
                else if (choice.waitNanos() > 0) changed.awaitNanos(choice.waitNanos());
                else return true;
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Post next() throws InterruptedException {
        double postsPerSecond;
        lock.lock();
        try {
            Post old = again.poll();
            if (old != null) return old;
            postsPerSecond = lanes.postsPerSecond();
            packing = true;
        } finally {
            lock.unlock();
        }
        Post post = null;
        try {
            maker.choose(outbox.pendingBytes(), postsPerSecond);
            post = outbox.pack(maker.mostBytes(), maker);
            if (post != null) maker.onPacked(outbox.pendingBytes() == 0);
            return post;
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

    private void start(Post post) {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            Choice choice = lanes.earliest(now);
            if (choice == null || closed) { // a lane died while the packet was made
                again.addFirst(post);
                return;
            }
            lanes.onSend(choice.lane(), now);
            Thread thread =
                    Thread.ofVirtual().name("mesh-post-" + post.number()).unstarted(() -> deliver(choice.lane(), post));
            posting.add(thread);
            thread.start();
        } finally {
            lock.unlock();
        }
    }

    private void deliver(int lane, Post post) { // on the thread "mesh-post-N"
        try {
            posters.get(lane).post(post);
            outbox.posted(post.number());
            onPosted(lane, post);
        } catch (ApiException.FloodWait wait) {
            onFloodWait(lane, post, wait.retryAfter());
        } catch (ApiException.Rejected refused) {
            if (refused.isExplained()) onRejected(lane, post, refused);
            else onTrouble(lane, post, refused, false);
        } catch (TransportException trouble) {
            onTrouble(lane, post, trouble, trouble.happened() == TransportException.Happened.UNKNOWN);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error broken) {
            log.error("packet {} failed", post.number(), broken);
            fail(new MeshException.Refused("packet " + post.number() + " failed: " + broken.getMessage(), broken));
        } finally {
            lock.lock();
            try {
                posting.remove(Thread.currentThread());
            } finally {
                lock.unlock();
            }
        }
    }

    private void onPosted(int lane, Post post) {
        List<Receipt> done = new ArrayList<>();
        lock.lock();
        try {
            lanes.onPosted(lane, nanoTime.getAsLong());
            troubles = 0;
            if (post.document()) documents++;
            else posts++;
            postedBytes += post.packet().length;
            open.remove(post.number());
            var head = receipts.headMap(settledThrough());
            done.addAll(head.values());
            head.clear();
            changed.signal();
            settled.signalAll();
        } finally {
            lock.unlock();
        }
        for (Receipt receipt : done) receipt.posted().complete(null);
    }

    /** Every message below this number is in Telegram's hands. */
    private long settledThrough() {
        return open.isEmpty() ? through : open.firstEntry().getValue();
    }

    private void onFloodWait(int lane, Post post, Duration retryAfter) {
        lock.lock();
        try {
            lanes.onFloodWait(lane, retryAfter, nanoTime.getAsLong());
            retried429++;
            troubles = 0;
            again.addFirst(post);
            changed.signal();
        } finally {
            lock.unlock();
        }
        log.debug("lane {}: limit reached, rests {}", lane, retryAfter);
    }

    private void onRejected(int lane, Post post, ApiException.Rejected refused) {
        String why = posters.get(lane).whyDead(refused);
        if (why == null) {
            fail(new MeshException.Refused(
                    "packet " + post.number() + " was refused: " + refused.getMessage(), refused));
            return;
        }
        log.warn("a writer cannot post, its work goes to the others: {}", why);
        lock.lock();
        try {
            lanes.onDead(lane, why, nanoTime.getAsLong());
            troubles = 0;
            again.addFirst(post);
            changed.signal();
            settled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void onTrouble(int lane, Post post, RuntimeException trouble, boolean maybePosted) {
        boolean giveUp;
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            if (troubles++ == 0) {
                troubleSince = now;
                log.warn("the API cannot be reached, trying again: {}", trouble.getMessage());
            }
            if (maybePosted) ambiguous++;
            long most = Math.min(30_000, 250L << Math.min(troubles, 10));
            lanes.onTrouble(lane, Duration.ofMillis(random.nextLong(most / 2, most)), now);
            again.addFirst(post);
            giveUp = now - troubleSince >= options.patience().toNanos();
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (giveUp) {
            fail(new MeshException.Unreachable(
                    "the API did not answer for " + options.patience().toSeconds() + " s: " + trouble.getMessage(),
                    trouble));
        }
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
