package io.botmesh.runner;

import io.botmesh.runner.OpenEntries.Marks;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that touches a journal's files: what others want written goes there together, with one sync for all that has
 * come during the last one. Marks go with the next append, for that costs nothing more; on their own, and without a sync, if
 * none comes soon. A failure of theirs is told to whoever marks or waits next, and they are tried again.
 */
final class JournalWriter {
    /** How long a mark may wait for an append that it can share. */
    private static final long LINGER = Duration.ofMillis(10).toNanos();
    /** After a loss of power, marks as young as that are missing, and what they are about is repeated. */
    private static final long UNFORCED = Duration.ofSeconds(1).toNanos();
    /** From one failure of marks to the next try. */
    private static final long RETRY = Duration.ofSeconds(1).toNanos();

    /** Something to be written. All methods but the constructor are called by the journal's thread. */
    abstract static class Job {
        private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

        boolean writes() {
            return true;
        }

        /** Puts its records. Whatever it throws fails it alone. */
        abstract void stage(GroupBuffer out) throws IOException;

        /** All is on stable storage; records that were put at x are at {@code at + x}. */
        abstract void written(Segment segment, int at);

        /** Nothing is, and what staging did elsewhere has to be undone. */
        void failed() {}

        /** Returns when it is on stable storage; throws what it failed with. */
        CompletableFuture<@Nullable Void> end() {
            return end;
        }
    }

    /** Nothing but a sync. */
    private static final class Flush extends Job {
        @Override
        boolean writes() {
            return false;
        }

        @Override
        void stage(GroupBuffer out) {}

        @Override
        void written(Segment segment, int at) {}
    }

    /** Something that writes nothing, and is done before all that is to be written. */
    private static final class Look<T> {
        private final Callable<T> what;
        private final CompletableFuture<T> result = new CompletableFuture<>();

        Look(Callable<T> what) {
            this.what = what;
        }
    }

    private final SegmentLog log;
    private final SegmentLog.Opening opening;
    private final OpenEntries open;
    private final Function<Throwable, JournalException> explain;
    private final GroupBuffer out = new GroupBuffer();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private List<Job> jobs = new ArrayList<>();
    private List<Look<?>> looks = new ArrayList<>();
    private boolean ending;
    /** Nobody looks after marks unless woken. */
    private volatile boolean idle;

    private long lastWrite = System.nanoTime();
    private long unforcedSince;
    private boolean marksFailed;
    private @Nullable JournalException broken;
    private volatile @Nullable JournalException untold;

    JournalWriter(
            SegmentLog log,
            SegmentLog.Opening opening,
            OpenEntries open,
            Function<Throwable, JournalException> explain) {
        this.log = log;
        this.opening = opening;
        this.open = open;
        this.explain = explain;
    }

    // ---- for others -------------------------------------------------------------------------------------------------

    /** Has it written together with whatever else there is. */
    <J extends Job> J submit(J job) {
        lock.lock();
        try {
            if (ending) throw closed();
            jobs.add(job);
            arrived.signal();
        } finally {
            lock.unlock();
        }
        return job;
    }

    /** The same, and returns when it is on stable storage. */
    <J extends Job> J call(J job) {
        join(submit(job).end());
        return job;
    }

    /** Has it written if there is time for that; the journal's thread itself may ask for it. */
    void offer(Job job) {
        lock.lock();
        try {
            if (!ending) jobs.add(job);
        } finally {
            lock.unlock();
        }
    }

    /** Has it done by the journal's thread. */
    <T> T look(Callable<T> what) {
        var look = new Look<>(what);
        lock.lock();
        try {
            if (ending) throw closed();
            looks.add(look);
            arrived.signal();
        } finally {
            lock.unlock();
        }
        return join(look.result);
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("the journal is closed");
    }

    static <T extends @Nullable Object> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof JournalException told) throw again(told);
            throw failed;
        }
    }

    /** The same for another thread, whose stack it then has. */
    private static JournalException again(JournalException told) {
        var message = String.valueOf(told.getMessage());
        return switch (told) {
            case JournalException.NotStored same -> new JournalException.NotStored(message, same);
            case JournalException.Unusable same -> new JournalException.Unusable(message, same);
            case JournalException.TakenOver same -> new JournalException.TakenOver(message, same);
        };
    }

    /** There are marks to be taken. Throws what earlier ones failed with, if nobody has been told of that. */
    void marked() {
        if (idle) wake();
        tell();
    }

    private void wake() {
        lock.lock();
        try {
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    private void tell() {
        var failure = untold;
        if (failure == null) return;
        untold = null;
        throw again(failure);
    }

    /** Marks could not be written, or an entry could not become a dead letter. */
    void tellLater(JournalException failure) {
        untold = failure;
    }

    /** Returns when all marks of before are on stable storage. */
    void flush() {
        try {
            call(new Flush());
        } catch (JournalException told) {
            untold = null;
            throw told;
        }
        tell();
    }

    /** Nothing may be submitted any more; the thread ends when all that was is done. */
    void end() {
        lock.lock();
        try {
            ending = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    // ---- the thread -------------------------------------------------------------------------------------------------

    private record Work(List<Job> jobs, List<Look<?>> looks, boolean force) {}

    void run() {
        try {
            for (var work = await(); work != null; work = await()) {
                for (var look : work.looks()) look(look);
                if (!work.jobs().isEmpty() || work.force() || open.isUnmarked()) write(work.jobs(), work.force());
            }
        } finally {
            end();
            // Nobody may wait for a thread that is gone, whatever it has gone of.
            for (var job : jobs) job.end.completeExceptionally(closed());
            for (var look : looks) look.result.completeExceptionally(closed());
        }
    }

    private <T> void look(Look<T> look) {
        try {
            look.result.complete(look.what.call());
        } catch (IOException failure) {
            look.result.completeExceptionally(explained(failure));
        } catch (Throwable own) {
            look.result.completeExceptionally(own);
        }
    }

    private @Nullable Work await() {
        lock.lock();
        try {
            while (true) {
                if (!jobs.isEmpty() || !looks.isEmpty()) {
                    var work = new Work(jobs, looks, !jobs.isEmpty());
                    jobs = new ArrayList<>();
                    looks = new ArrayList<>();
                    return work;
                }
                if (ending) return null;
                long now = System.nanoTime();
                if (open.isUnmarked()) {
                    long wait = lastWrite + (marksFailed ? RETRY : LINGER) - now;
                    if (wait <= 0) return new Work(List.of(), List.of(), false);
                    sleep(wait);
                } else if (lastWrite + LINGER - now > 0) {
                    sleep(lastWrite + LINGER - now); // what has just been appended is going to end
                } else if (log.isUnforced() && unforcedSince + UNFORCED - now <= 0) {
                    return new Work(List.of(), List.of(), true);
                } else {
                    idle = true;
                    if (!open.isUnmarked()) sleep(log.isUnforced() ? unforcedSince + UNFORCED - now : Long.MAX_VALUE);
                    idle = false;
                    lastWrite = System.nanoTime(); // marks that have come are as young as that
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // its caller is one
    private void sleep(long nanos) {
        try {
            long unused = arrived.awaitNanos(nanos);
        } catch (InterruptedException nobodysBusiness) {
            // The thread is the journal's own.
        }
    }

    private void write(List<Job> jobs, boolean force) {
        var marks = open.takeMarks();
        var staged = new ArrayList<Job>(jobs.size());
        Segment segment = null;
        int at = 0;
        try {
            if (broken != null) throw broken;
            if (!marks.isEmpty() || jobs.stream().anyMatch(Job::writes)) {
                segment = log.head(opening);
                log.begin(out, segment);
                JournalRecords.marks(out, marks);
                stage(jobs, staged);
                if (out.size() > 0) {
                    if (!log.isUnforced()) unforcedSince = System.nanoTime();
                    at = log.write(out, segment);
                }
            } else {
                staged.addAll(jobs);
            }
            if (force) log.force();
            marksFailed = false;
        } catch (Throwable failure) {
            fail(failure, marks, jobs, staged);
            return;
        } finally {
            lastWrite = System.nanoTime();
        }
        open.marked(marks);
        for (var job : staged) written(job, segment, at);
    }

    private static void written(Job job, @Nullable Segment segment, int at) {
        try {
            if (segment != null) job.written(segment, at);
            job.end.complete(null);
        } catch (Throwable listeners) { // it is stored all the same
            job.end.completeExceptionally(listeners);
        }
    }

    private void stage(List<Job> jobs, List<Job> staged) {
        for (var job : jobs) {
            int size = out.size();
            int ordinal = out.ordinal();
            try {
                job.stage(out);
                staged.add(job);
            } catch (Throwable own) {
                out.cut(size, ordinal);
                job.failed();
                job.end.completeExceptionally(own instanceof IOException failure ? explained(failure) : own);
            }
        }
    }

    private void fail(Throwable failure, Marks marks, List<Job> jobs, List<Job> staged) {
        open.notMarked(marks);
        var told = explained(failure);
        if (!marks.isEmpty()) {
            marksFailed = true;
            untold = told;
        }
        for (var job : staged.reversed()) job.failed();
        for (var job : jobs) {
            if (job.end.isDone()) continue;
            if (!staged.contains(job)) job.failed();
            job.end.completeExceptionally(told);
        }
    }

    private JournalException explained(Throwable failure) {
        if (failure instanceof JournalException told) return told;
        var told = explain.apply(failure);
        if (failure instanceof SegmentLog.Lost) broken = told;
        return told;
    }
}
