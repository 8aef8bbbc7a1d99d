package io.botmesh.runner;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/** A source that hands out what a test puts in, and remembers what was confirmed. */
final class QueueSource<U> implements Source<U> {
    final LinkedBlockingQueue<U> updates = new LinkedBlockingQueue<>();
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
