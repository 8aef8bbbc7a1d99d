package io.botmesh.runner;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Fetches again only when all that it has handed out is confirmed. */
final class Barrier<U> implements Source<U> {
    /** How often it says, while it waits, that nothing can come. */
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** After so long it says so in the log. */
    private static final Duration TELL = Duration.ofSeconds(40);

    private static final System.Logger LOG = System.getLogger("io.botmesh.runner");

    private final Source<U> source;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition confirmed = lock.newCondition();
    private @Nullable U last;
    private long since;
    private boolean told;

    Barrier(Source<U> source) {
        this(source, System::nanoTime);
    }

    Barrier(Source<U> source, LongSupplier nanoTime) {
        this.source = source;
        this.nanoTime = nanoTime;
    }

    @Override
    public List<U> next(int limit) throws InterruptedException {
        if (!awaitConfirmed()) return List.of();
        var batch = source.next(limit);
        pass(batch.isEmpty() ? null : batch.getLast());
        return batch;
    }

    /** False if that takes long. */
    private boolean awaitConfirmed() throws InterruptedException {
        boolean tell;
        lock.lockInterruptibly();
        try {
            for (long left = LOOK.toNanos(); last != null && left > 0; ) left = confirmed.awaitNanos(left);
            if (last == null) return true;
            tell = !told && nanoTime.getAsLong() - since >= TELL.toNanos();
            told |= tell;
        } finally {
            lock.unlock();
        }
        if (tell)
            LOG.log(
                    Level.WARNING,
                    "nothing has been fetched for {0} s, as a batch has not ended: a handler of it hangs, or is slow; give"
                            + " handlers a time",
                    Long.toString(TELL.toSeconds()));
        return false;
    }

    @Override
    public Duration standsStill() {
        lock.lock();
        try {
            if (last != null) return Duration.ofNanos(Math.max(1, nanoTime.getAsLong() - since));
        } finally {
            lock.unlock();
        }
        return source.standsStill();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the very update, not one like it
    public void confirm(U through) {
        source.confirm(through);
        lock.lock();
        try {
            if (last == through) pass(null);
        } finally {
            lock.unlock();
        }
    }

    private void pass(@Nullable U update) {
        lock.lock();
        try {
            last = update;
            since = nanoTime.getAsLong();
            told = false;
            confirmed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void ended(U update) {
        source.ended(update);
    }

    @Override
    public boolean tryReply(Delivery<U> delivery, Object answer) {
        return source.tryReply(delivery, answer);
    }

    @Override
    public void flush() throws InterruptedException {
        source.flush();
    }

    @Override
    public void refetch() {
        pass(null);
        source.refetch();
    }

    @Override
    public void rewind() {
        pass(null);
        source.rewind();
    }

    @Override
    public void close() {
        source.close();
    }
}
