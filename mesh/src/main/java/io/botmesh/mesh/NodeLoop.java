package io.botmesh.mesh;

import io.botmesh.runner.Sleeper;
import io.botmesh.wire.MessageHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns a node's {@link NodeCore}: it gathers what has come, commits the turn, and only then lets its effects be
 * carried out.
 */
final class NodeLoop implements NodeWork {
    private static final Logger log = LoggerFactory.getLogger(NodeLoop.class);
    private static final int GATHERED = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long LONGEST_WAIT = TimeUnit.MINUTES.toNanos(1);
    private static final CompletableFuture<?> NOBODY = CompletableFuture.completedFuture(null);

    /**
     * An event.
     *
     * @param waits fails if the loop ends before its turn
     */
    private record Posted(Event event, CompletableFuture<?> waits) {}

    /** Hears of the end before anybody who waits for something. */
    interface Ended {
        /**
         * Nothing comes any more.
         *
         * @param why    what those are told who wait
         * @param broken what ended it, or null if it was closed
         */
        void because(MeshException why, @Nullable Throwable broken);
    }

    private final NodeSetup setup;
    private final Sleeper sleeper;
    private final Ended ended;
    private final BlockingQueue<Posted> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final CompletableFuture<Void> toldStopped = stopped.whenCompleteAsync((nothing, why) -> {}, NodeLoop::tell);
    private final List<Runnable> committed = new ArrayList<>(); // to run when the turn is safe
    private final List<CompletableFuture<?>> inHand = new ArrayList<>(); // of who waits for that
    private final NodeSends sends;
    private final NodeWaits waits;
    private final Pending pending;
    private final long epoch = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
    private volatile @Nullable Thread thread;
    private volatile @Nullable NodeCore core;
    private volatile @Nullable NodeCalls calls;
    private volatile boolean stopping;
    private volatile boolean awaitsDisk;
    private volatile MeshException over; // why nothing comes any more, once that is so

    /**
     * A loop that does not run yet.
     *
     * @param sleeper waits for a disk that fails
     */
    NodeLoop(NodeSetup setup, Sleeper sleeper, Ended ended) {
        this.setup = setup;
        over = new MeshException.Closed("node " + setup.name() + " is closed");
        this.sleeper = sleeper;
        this.ended = ended;
        sends = new NodeSends(setup.options().outbox().overflow(), setup.peers(), committed::add);
        waits = new NodeWaits(sends);
        pending = new Pending(setup.options().outbox().pending());
    }

    /** Starts; what the core's store held comes first. */
    void start(NodeCore core, NodeCalls calls) {
        this.core = core;
        this.calls = calls;
        thread = Thread.ofPlatform().name("node-" + setup.name()).daemon().start(() -> run(core, calls));
    }

    /** Ends it before it runs: its store cannot be used. */
    void neverStart(Throwable why) {
        stopping = true;
        end(why);
    }

    long now() {
        return epoch + System.nanoTime();
    }

    boolean isStopping() {
        return stopping;
    }

    CompletableFuture<Void> stopped() {
        // Who closes the node where it hears of the end must not do so on the thread that ends.
        return stopped.isDone() ? stopped.copy() : toldStopped.copy();
    }

    /** Whether it runs, or has ended: what comes is seen to. */
    boolean isStarted() {
        return core != null || stopping;
    }

    // --- from any thread

    void post(Event event) {
        post(event, NOBODY);
    }

    void post(Event event, CompletableFuture<?> waits) {
        events.add(new Posted(event, waits));
        if (stopped.isDone()) failLeft(over);
    }

    private void send(NodeSends.Given given) {
        post((core, now) -> sends.take(given, core, now), given.taken());
    }

    @Override
    public CompletableFuture<Receipt> send(
            String peer,
            String stream,
            String subject,
            List<MessageHeader> headers,
            byte[] body,
            NodeStore.@Nullable Write along) {
        var taken = new CompletableFuture<Receipt>();
        send(new NodeSends.Given(peer, stream, subject, headers, body, along, taken));
        return taken;
    }

    @Override
    public CompletableFuture<Receipt> offer(
            String peer, String stream, String subject, List<MessageHeader> headers, byte[] body) {
        return pending.within(
                Backlog.cost(subject, headers, body), () -> send(peer, stream, subject, headers, body, null));
    }

    @Override
    public <T> T await(CompletableFuture<T> future) throws InterruptedException {
        return Node.awaitOrCancel(future);
    }

    @Override
    public CompletableFuture<Void> after(Duration time) {
        return new CompletableFuture<Void>().completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Instant instant() {
        NodeCore there = core;
        return there == null ? Instant.ofEpochSecond(0, now()) : there.carrierTime(now());
    }

    @Override
    public CompletableFuture<Void> change(Event event) {
        var changed = new CompletableFuture<Void>();
        Event safely = (core, now) -> {
            try {
                event.apply(core, now);
                committed.add(() -> complete(changed, null));
            } catch (IllegalArgumentException | MeshException refused) {
                fail(changed, refused);
            }
        };
        post(safely, changed);
        return changed;
    }

    @Override
    public CompletableFuture<Void> drain(@Nullable String peer) {
        var drained = new CompletableFuture<Void>();
        post((core, now) -> waits.drain(peer, drained), drained);
        return drained;
    }

    CompletableFuture<Void> settle() {
        var settled = new CompletableFuture<Void>();
        post((core, now) -> waits.settle(settled), settled);
        return settled;
    }

    /** Ends the loop at its next event; see {@link #awaitEnd}. One that never ran will not. */
    void stop() {
        stopping = true;
        Thread owner = thread;
        if (owner == null) end(null);
        else if (awaitsDisk) owner.interrupt();
        post((core, now) -> {}); // wakes it
    }

    /** Waits for the end; a disk that does not answer is interrupted. */
    void awaitEnd() throws InterruptedException {
        Thread owner = thread;
        NodeCalls own = calls;
        if (owner == null || owner.equals(Thread.currentThread()) || (own != null && own.isOne(Thread.currentThread())))
            return; // a listener or a handler that closes its node would wait for itself
        if (!owner.join(Duration.ofSeconds(15))) owner.interrupt();
        owner.join();
    }

    void interrupt() {
        Thread owner = thread;
        if (owner != null) owner.interrupt();
    }

    /** What a program does next must not run on the thread that owns the core. */
    static <T> void complete(CompletableFuture<T> future, @Nullable T value) {
        tell(() -> future.complete(value));
    }

    /** The same for what has failed. Of many that fail together nobody waits for most: those need no thread. */
    static void fail(CompletableFuture<?> future, Throwable why) {
        if (future.getNumberOfDependents() == 0) future.completeExceptionally(why);
        else tell(() -> future.completeExceptionally(why));
    }

    static void fail(Receipt receipt, Throwable why) {
        fail(receipt.posted(), why);
        fail(receipt.stored(), why);
        fail(receipt.done(), why);
    }

    private static void tell(Runnable what) {
        Thread.ofVirtual().name("node-tells").start(what);
    }

    /**
     * What is known when the given future is, told on a thread of its own: the other answers of a peer wait for the handler that knows one, and the
     * timeouts of all programs have one thread.
     */
    static <T> CompletableFuture<T> apart(CompletableFuture<T> known) {
        if (known.isDone()) return known;
        var told = new CompletableFuture<T>();
        var unused = known.whenComplete((value, why) -> {
            if (why == null) complete(told, value);
            else fail(told, why);
        });
        unused = told.whenComplete((value, why) -> {
            if (told.isCancelled()) known.cancel(false);
        });
        return told;
    }

    static Receipt apart(Receipt receipt) {
        return new Receipt(receipt.number(), apart(receipt.posted()), apart(receipt.stored()), apart(receipt.done()));
    }

    /** Whoever comes after the loop has ended would wait for ever. */
    private void failLeft(MeshException why) {
        for (Posted left = events.poll(); left != null; left = events.poll()) fail(left.waits, why);
    }

    // --- the thread

    private void run(NodeCore core, NodeCalls calls) {
        try {
            turn(core, calls); // what the store held waits for no event
            while (!stopping) {
                gather(core, Math.clamp(core.wakeAt(now()) - now(), 0, LONGEST_WAIT));
                turn(core, calls);
            }
            finish(core, calls);
            end(null);
        } catch (InterruptedException closing) {
            end(null);
        } catch (RuntimeException | Error broken) {
            boolean asked = stopping && broken instanceof MeshException.StoreFailed; // why it waits is told already
            if (!asked) log.error("node {} stops: {}", setup.name(), broken.toString());
            stopping = true; // what its threads leave behind is no failure of theirs
            end(broken);
        } finally {
            calls.interrupt();
        }
    }

    /** Lets what has begun come to its end, so that what was handled is known to be. */
    private void finish(NodeCore core, NodeCalls calls) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!calls.isEmpty() && System.nanoTime() < end) {
            gather(core, TimeUnit.MILLISECONDS.toNanos(20));
            turn(core, calls);
        }
        calls.end();
        do { // each call has said what became of it before it ended
            gather(core, 0);
            core.onClosing();
            turn(core, calls);
        } while (!events.isEmpty());
    }

    /** Takes what has come, or waits for it. */
    private void gather(NodeCore core, long wait) throws InterruptedException {
        Posted posted = events.poll(wait, TimeUnit.NANOSECONDS);
        long now = now();
        for (int i = 0; posted != null; posted = ++i < GATHERED ? events.poll() : null) {
            inHand.add(posted.waits);
            posted.event.apply(core, now);
        }
        sends.onRoom(core, now);
        core.onTime(now);
    }

    private void turn(NodeCore core, NodeCalls calls) throws InterruptedException {
        Turn turn = core.take(now());
        if (!turn.writes().isEmpty()) commit(turn, calls);
        committed.forEach(Runnable::run);
        committed.clear();
        inHand.clear();
        for (NodeEffect effect : turn.effects()) {
            switch (effect) {
                case NodeEffect.Reached reached -> sends.reached(reached);
                case NodeEffect.Lost lost -> {
                    if (!sends.lost(lost)) calls.carryOut(lost);
                }
                default -> calls.carryOut(effect);
            }
        }
        if (waits.onTurn(core, now())) post((again, now) -> {});
    }

    /** A disk that does not take the turn stops everything until it does: nothing of it has happened yet. */
    private void commit(Turn turn, NodeCalls calls) throws InterruptedException {
        for (int attempt = 0; ; attempt++) {
            try {
                setup.store().commit(turn.writes());
                if (attempt == 0) return;
                log.warn("node {}: the disk works again", setup.name());
                calls.carryOut(new NodeEffect.Tell(new NodeEvent.StoreWorks()));
                return;
            } catch (MeshException.StoreFailed failed) {
                if (attempt == 0) {
                    String why = String.valueOf(failed.getMessage());
                    log.error("node {} waits for its disk, and goes on by itself: {}", setup.name(), why);
                    calls.carryOut(new NodeEffect.Tell(new NodeEvent.StoreFails(why)));
                }
                awaitDisk(failed, attempt);
            }
        }
    }

    /** Who closes the node meanwhile does not wait for the disk. */
    private void awaitDisk(MeshException.StoreFailed failed, int attempt) throws InterruptedException {
        awaitsDisk = true; // before the look at what stop() writes first
        try {
            if (stopping) throw failed;
            sleeper.sleep(Duration.ofMillis(Math.min(10_000, 100L << Math.min(attempt, 10))));
        } catch (InterruptedException closing) {
            if (stopping) throw failed;
            throw closing;
        } finally {
            awaitsDisk = false;
        }
    }

    private void end(@Nullable Throwable broken) {
        if (broken instanceof MeshException known) over = known;
        else if (broken != null) over = new MeshException.Closed("node " + setup.name() + " broke: " + broken, broken);
        MeshException why = over;
        ended.because(why, broken);
        if (broken == null) stopped.complete(null);
        else stopped.completeExceptionally(broken);
        sends.fail(why);
        waits.fail(why);
        inHand.forEach(waiting -> fail(waiting, why)); // their turn never happened
        failLeft(why);
    }
}
