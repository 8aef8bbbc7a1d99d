package io.botmesh.runner;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;

/** A source that hands out what a test puts in, all that was added together in one batch, and remembers what was confirmed. */
class QueueSource<U> implements Source<U> {
    /** What is added by one call comes out by one poll, if it is not too much for one. */
    private static final class Arrivals<U> extends LinkedBlockingQueue<U> {
        private final ReentrantLock whole = new ReentrantLock();

        @Override
        public boolean addAll(Collection<? extends U> together) {
            whole.lock();
            try {
                return super.addAll(together);
            } finally {
                whole.unlock();
            }
        }

        @Override
        public int drainTo(Collection<? super U> batch, int most) {
            whole.lock();
            try {
                return super.drainTo(batch, most);
            } finally {
                whole.unlock();
            }
        }
    }

    final LinkedBlockingQueue<U> updates = new Arrivals<>();
    final List<U> confirmed = java.util.Collections.synchronizedList(new ArrayList<>());
    final List<Integer> batches = java.util.Collections.synchronizedList(new ArrayList<>());
    volatile int flushes;

    @SafeVarargs
    static <U> QueueSource<U> of(U... updates) {
        var source = new QueueSource<U>();
        for (U update : updates) source.updates.add(update);
        return source;
    }

    @Override
    public List<U> next(int limit) throws InterruptedException {
        var batch = new ArrayList<U>();
        batch.add(updates.take());
        updates.drainTo(batch, limit - 1);
        batches.add(batch.size());
        return batch;
    }

    @Override
    public void confirm(U through) {
        confirmed.add(through);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time, by contract
    public void flush() {
        flushes++;
    }
}
