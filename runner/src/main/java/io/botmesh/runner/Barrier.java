package io.botmesh.runner;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Fetches again only when all that it has handed out is confirmed. */
final class Barrier<U> implements Source<U> {
    private final Source<U> source;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition confirmed = lock.newCondition();
    private @Nullable U last;

    Barrier(Source<U> source) {
        this.source = source;
    }

    @Override
    public List<U> next(int limit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (last != null) confirmed.await();
        } finally {
            lock.unlock();
        }
        var batch = source.next(limit);
        pass(batch.isEmpty() ? null : batch.getLast());
        return batch;
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
    public Duration standsStill() {
        return source.standsStill();
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
