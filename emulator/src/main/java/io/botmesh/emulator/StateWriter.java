package io.botmesh.emulator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that works with a {@link StateFile}'s connection: the one that made this until {@link #start}, then one of its
 * own. It commits what came meanwhile in one go, and reads for others.
 *
 * <p>The first commit that fails is the last: what came with it or comes after it would have a gap before it. Whoever waits is
 * told, {@link #failure()} says why, and reading goes on.
 */
final class StateWriter {
    /** Where rows go. */
    interface Store {
        /** All of them or, if it fails, none. */
        void commit(List<StateFile.Row> rows) throws Exception;
    }

    /** Says in a line what was wrong. */
    interface Reason {
        StateFileException of(Throwable failed);
    }

    private record Waiter(long upTo, CompletableFuture<Void> done) {}

    private final Store store;
    private final Reason reason;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final List<Waiter> waiters = new ArrayList<>();
    private final CompletableFuture<StateFileException> failure = new CompletableFuture<>();
    private List<StateFile.Row> rows = new ArrayList<>();
    private List<FutureTask<?>> tasks = new ArrayList<>();
    private long appended;
    private long committed;
    private boolean closing;
    private boolean ended;
    private @Nullable StateFileException broken;
    private volatile Thread owner = Thread.currentThread();

    StateWriter(Store store, Reason reason) {
        this.store = store;
        this.reason = reason;
    }

    /** From now on rows are taken. */
    void start() {
        var thread = new Thread(this::run, "emulator-state");
        thread.setDaemon(true);
        owner = thread;
        thread.start();
    }

    /** Takes one more; never blocks. After the end or a failure it is as good as lost, which {@link #committed} tells. */
    void append(StateFile.Row row) {
        lock.lock();
        try {
            appended++;
            if (broken != null || ended) return;
            rows.add(row);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Completes when all that was appended so far is on disk; exceptionally if it never will be. */
    CompletableFuture<Void> committed() {
        lock.lock();
        try {
            if (broken != null) return CompletableFuture.failedFuture(broken);
            if (committed == appended) return CompletableFuture.completedFuture(null);
            if (ended) return CompletableFuture.failedFuture(new IOException("the emulator is closed"));
            var done = new CompletableFuture<Void>();
            waiters.add(new Waiter(appended, done));
            return done;
        } finally {
            lock.unlock();
        }
    }

    /** Completes with the reason when nothing can be written any more, and never if all goes well. */
    CompletableFuture<StateFileException> failure() {
        return failure;
    }

    private void run() {
        try {
            while (true) {
                List<StateFile.Row> batch;
                List<FutureTask<?>> asked;
                lock.lockInterruptibly();
                try {
                    while (rows.isEmpty() && tasks.isEmpty() && !closing) work.await();
                    if (rows.isEmpty() && tasks.isEmpty()) {
                        ended = true;
                        return;
                    }
                    batch = rows;
                    asked = tasks;
                    rows = new ArrayList<>();
                    tasks = new ArrayList<>();
                } finally {
                    lock.unlock();
                }
                for (var task : asked) task.run();
                if (!batch.isEmpty()) commit(batch);
            }
        } catch (InterruptedException asked) {
            fail(asked);
        }
    }

    private void commit(List<StateFile.Row> batch) {
        try {
            store.commit(batch);
        } catch (Exception | Error failed) { // whatever it was: nobody may wait for ever, and nothing may follow
            fail(failed);
            return;
        }
        var ready = new ArrayList<Waiter>();
        lock.lock();
        try {
            committed += batch.size();
            for (var waiter : waiters) if (waiter.upTo <= committed) ready.add(waiter);
            waiters.removeAll(ready);
        } finally {
            lock.unlock();
        }
        for (var waiter : ready) waiter.done.complete(null);
    }

    private void fail(Throwable failed) {
        var why = reason.of(failed);
        List<Waiter> left;
        lock.lock();
        try {
            broken = why;
            rows = new ArrayList<>();
            left = List.copyOf(waiters);
            waiters.clear();
        } finally {
            lock.unlock();
        }
        for (var waiter : left) waiter.done.completeExceptionally(why);
        failure.complete(why);
    }

    /** Has something done by the thread that holds the connection. */
    <T extends @Nullable Object> T ask(Callable<T> task) throws IOException {
        var asked = new FutureTask<>(task);
        if (Thread.currentThread().threadId() == owner.threadId()) {
            asked.run();
        } else {
            lock.lock();
            try {
                if (closing) throw new IOException("the emulator is closed");
                tasks.add(asked);
                work.signal();
            } finally {
                lock.unlock();
            }
        }
        try {
            return asked.get();
        } catch (ExecutionException failed) {
            throw new IOException("the state file cannot be read: " + failed.getCause(), failed.getCause());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", hurry);
        }
    }

    /** Returns when what was appended is written, and the connection is free. */
    void close() {
        lock.lock();
        try {
            closing = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (owner.threadId() != Thread.currentThread().threadId() && owner.isAlive()) {
            try {
                owner.join();
            } catch (InterruptedException hurry) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
