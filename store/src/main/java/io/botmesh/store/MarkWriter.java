package io.botmesh.store;

import io.botmesh.runner.JournalException;
import io.botmesh.store.OpenBatches.Marks;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * When marks go to disk: with the next append, for that costs nothing more; on their own if none comes soon, or at once if
 * somebody waits for them. A failure is told to whoever marks or waits next, and the marks are tried again.
 */
final class MarkWriter {
    private static final Duration LOOK = Duration.ofMillis(100);
    /** How long a mark may wait for an append whose transaction it can share. */
    private static final Duration LINGER = Duration.ofMillis(10);

    private final OpenBatches open;
    private final Supplier<CompletableFuture<Marks>> writing;

    private final Executor later = CompletableFuture.delayedExecutor(LINGER.toMillis(), TimeUnit.MILLISECONDS);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    /** Marks are being written. */
    private boolean flushing;
    /** Marks are going to be written when they have waited for long enough. */
    private boolean lingering;
    /** An append has taken marks with it since that began, so what is left is younger. */
    private boolean shared;
    /** Callers that wait until all marks are written. */
    private int flushers;
    /** Entries that are becoming dead letters: marks that are still to come. */
    private int dying;

    private @Nullable Throwable failure;
    /** Why an entry could not become a dead letter; marks that are written meanwhile do not make up for that. */
    private @Nullable Throwable unburied;

    /** @param writing writes all that is unwritten, in a transaction of its own */
    MarkWriter(OpenBatches open, Supplier<CompletableFuture<Marks>> writing) {
        this.open = open;
        this.writing = writing;
    }

    /** Something has changed. Throws what an earlier writing failed with, if nobody has been told of that. */
    void changed() {
        lock.lock();
        try {
            linger();
            tell();
        } finally {
            lock.unlock();
        }
    }

    /** An append has written these, too. On the database's thread. */
    void shared(Marks written) {
        open.written(written);
        lock.lock();
        try {
            shared = true;
        } finally {
            lock.unlock();
        }
    }

    /** An entry begins to become a dead letter. */
    void awaitOneMore() {
        lock.lock();
        try {
            dying++;
        } finally {
            lock.unlock();
        }
    }

    /** It is one, or could not become one. */
    void onOneMore(@Nullable Throwable failure) {
        lock.lock();
        try {
            dying--;
            if (failure == null) linger();
            else unburied = failure;
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when all marks of before are on disk. */
    void flush() {
        flush(() -> false);
    }

    /** @param vain looked at all the time: whether it is in vain to wait, and then this returns too */
    void flush(BooleanSupplier vain) {
        boolean write;
        lock.lock();
        try {
            if (!awaitIdle(() -> dying == 0, vain)) return;
            flushers++;
            write = !flushing && open.isUnwritten();
            if (write) flushing = true;
        } finally {
            lock.unlock();
        }
        if (write) write();
        lock.lock();
        try {
            boolean written = awaitIdle(() -> !flushing, vain);
            flushers--;
            if (written) tell();
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitIdle(BooleanSupplier reached, BooleanSupplier vain) {
        boolean interrupted = false;
        boolean now = reached.getAsBoolean();
        for (; !now && !vain.getAsBoolean(); now = reached.getAsBoolean()) {
            try {
                boolean unused = idle.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
        return now;
    }

    private void tell() {
        var untold = failure == null ? unburied : failure;
        failure = null;
        unburied = null;
        if (untold instanceof JournalException journal) throw Database.again(journal);
        if (untold != null) throw new IllegalStateException(untold);
    }

    private void linger() {
        if (flushing || lingering) return;
        shared = false;
        later.execute(this::writeWhatWaits);
        lingering = true; // not if that has failed; it begins under the lock
    }

    private void writeWhatWaits() {
        lock.lock();
        try {
            lingering = false;
            if (flushing || !open.isUnwritten()) return;
            if (shared) {
                linger();
                return;
            }
            flushing = true;
        } finally {
            lock.unlock();
        }
        write();
    }

    private void write() {
        try {
            var unused = writing.get().whenComplete((marks, failure) -> {
                if (marks != null) open.written(marks);
                if (goesOn(failure)) write();
            });
        } catch (RuntimeException | Error notBegun) { // or all would wait for its end
            goesOn(notBegun);
        }
    }

    /** Whether there is more to write at once. */
    private boolean goesOn(@Nullable Throwable failure) {
        lock.lock();
        try {
            this.failure = failure;
            boolean more = failure == null && open.isUnwritten();
            flushing = more && flushers > 0;
            if (more && !flushing) linger();
            if (!flushing) idle.signalAll();
            return flushing;
        } finally {
            lock.unlock();
        }
    }
}
