package io.botmesh.runner;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Lets one program of several work for a bot: waits for the {@link Lease}, works until another one wants it, ends the work,
 * and only then lets go. So the successor's first poll comes after the predecessor's last one, and nothing of an update's
 * key runs in both.
 */
public final class HandOver implements AutoCloseable {
    /** Why the work ended. */
    public enum End {
        /** Another program wanted to go on. */
        HANDED_OVER,
        /** The lease ran out, and another program may have been at work already. */
        LOST,
        /** {@link HandOver#close()} was called. */
        CLOSED
    }

    /** How often the lease is looked at, and renewed, by default. */
    private static final Duration BEAT = Duration.ofMillis(500);

    private final Lease lease;
    private final LongFunction<? extends Shift> begin;
    private final Duration beat;

    private final ReentrantLock lock = new ReentrantLock();
    private final CompletableFuture<End> asked = new CompletableFuture<>();
    private final CompletableFuture<End> over = new CompletableFuture<>();
    private boolean begun; // guarded by lock
    /** Waits for the lease: the only wait that an interrupt has to end. Guarded by lock. */
    private @Nullable Thread waiting;

    /** @param begin starts the work under the fence; called when the lease is held */
    public HandOver(Lease lease, LongFunction<? extends Shift> begin) {
        this(lease, begin, BEAT);
    }

    /** @param beat how often the lease is looked at and renewed: well below the time after which it runs out */
    public HandOver(Lease lease, LongFunction<? extends Shift> begin, Duration beat) {
        if (!beat.isPositive()) throw new IllegalArgumentException("beat: " + beat);
        this.lease = lease;
        this.begin = begin;
        this.beat = beat;
    }

    /**
     * Waits for the lease, works, and returns when the work has ended and the lease is given back. Once per object.
     *
     * @throws ExecutionException   if the work ended by itself, with what it ended with; the lease is given back all the same
     * @throws InterruptedException if interrupted; the work has ended then
     */
    public End run() throws InterruptedException, ExecutionException {
        begin();
        var end = End.CLOSED;
        try {
            var fence = acquire();
            if (fence.isPresent()) end = work(fence.getAsLong());
            return end;
        } finally {
            over.complete(end);
        }
    }

    private void begin() {
        lock.lock();
        try {
            if (begun) throw new IllegalStateException("runs already, or has run");
            begun = true;
        } finally {
            lock.unlock();
        }
    }

    /** The fence, or nothing when closed before it came. */
    private OptionalLong acquire() throws InterruptedException {
        lock.lock();
        try {
            if (asked.isDone()) return OptionalLong.empty();
            waiting = Thread.currentThread();
        } finally {
            lock.unlock();
        }
        try {
            return OptionalLong.of(lease.acquire());
        } catch (InterruptedException interrupted) {
            if (!asked.isDone()) throw interrupted;
            return OptionalLong.empty();
        } finally {
            lock.lock();
            try {
                waiting = null;
                if (asked.isDone()) Thread.interrupted(); // it came too late to be noticed
            } finally {
                lock.unlock();
            }
        }
    }

    private End work(long fence) throws InterruptedException, ExecutionException {
        try {
            var shift = begin.apply(fence);
            boolean lost = false;
            try {
                var end = watch(shift);
                lost = end == End.LOST;
                return end;
            } finally {
                end(shift, lost);
            }
        } finally {
            lease.release();
        }
    }

    private End watch(Shift shift) throws InterruptedException, ExecutionException {
        var ended = shift.ended().thenApply(byItself -> End.CLOSED);
        var either = CompletableFuture.anyOf(ended, asked);
        while (true) {
            try {
                return (End) either.get(beat.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException stillAtWork) {
                switch (lease.renew()) {
                    case HELD -> {}
                    case WANTED -> {
                        return End.HANDED_OVER;
                    }
                    case LOST -> {
                        return End.LOST;
                    }
                }
            }
        }
    }

    /** Ends the work, and in a hurry when the lease is lost: another program will not wait for what is under way. */
    private void end(Shift shift, boolean lost) throws InterruptedException {
        var done = new CompletableFuture<@Nullable Void>();
        var ending = Thread.ofPlatform().daemon().name("botmesh-shift-end").start(() -> {
            try {
                shift.close();
                done.complete(null);
            } catch (Throwable failed) {
                done.completeExceptionally(failed);
            }
        });
        boolean hurried = lost;
        boolean interrupted = false;
        if (lost) ending.interrupt();
        while (true) {
            try {
                done.get(beat.toNanos(), TimeUnit.NANOSECONDS);
                break;
            } catch (TimeoutException stillEnding) {
                if (!hurried && isLost()) {
                    hurried = true;
                    ending.interrupt();
                }
            } catch (InterruptedException asked) {
                interrupted = true;
                ending.interrupt();
            } catch (ExecutionException failed) {
                // Whose lease is lost cannot end well, and says that it is lost.
                if (!hurried) rethrow(failed.getCause());
                break;
            }
        }
        if (interrupted) throw new InterruptedException("asked to hurry");
    }

    private boolean isLost() {
        try {
            return lease.renew() == Lease.Standing.LOST;
        } catch (LeaseException unknown) {
            return true;
        }
    }

    private static void rethrow(@Nullable Throwable failure) {
        switch (failure) {
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            case null, default -> throw new IllegalStateException(failure);
        }
    }

    /** Ends the work, gives the lease back, and returns when both is done. Idempotent, and legal before {@link #run}. */
    @Override
    public void close() {
        if (ask()) over.join();
    }

    /**
     * The same, but returns after that time at the latest: disk and network may hang, and with them the end of the work.
     *
     * @return whether the work has ended and the lease is given back; if not, both may come yet
     */
    public boolean close(Duration most) {
        return !ask()
                || over.thenApply(end -> true)
                        .completeOnTimeout(false, most.toNanos(), TimeUnit.NANOSECONDS)
                        .join();
    }

    /** Says whether there is an end to be waited for. */
    private boolean ask() {
        lock.lock();
        try {
            asked.complete(End.CLOSED);
            if (waiting != null) waiting.interrupt();
            return begun;
        } finally {
            lock.unlock();
        }
    }
}
