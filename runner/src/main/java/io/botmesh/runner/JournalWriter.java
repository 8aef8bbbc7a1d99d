package io.botmesh.runner;

import io.botmesh.runner.OpenEntries.Marks;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that touches a journal's files: what others want written goes there together, with one sync for all that has
 * come during the last one. Marks go with the next append, for that costs nothing more; on their own, and without a sync, if
 * none comes soon. A failure of theirs is told to whoever marks or waits next, and they are tried again.
 *
 * <p>Memory may lack at any step of the thread, for a moment. Then what was under way fails, as on a full disk, and the thread
 * goes on: what is said to whoever waits is made beforehand, and what has to be done all the same is tried until it is done.
 */
final class JournalWriter {
    /** How long a mark may wait for an append that it can share. */
    private static final long LINGER = Duration.ofMillis(10).toNanos();
    /** After a loss of power, marks as young as that are missing, and what they are about is repeated. */
    private static final long UNFORCED = Duration.ofSeconds(1).toNanos();
    /** From one failure of marks to the next try. */
    private static final long RETRY = Duration.ofSeconds(1).toNanos();
    /** For others to give memory back. */
    private static final long REST = Duration.ofMillis(10).toNanos();
    /** After so many rests memory does not come back. */
    private static final int RESTS = 1000;

    private static final Marks NO_MARKS = new Marks(List.of(), Map.of());

    /** Something to be written. All methods but the constructor are called by the journal's thread. */
    abstract static class Job {
        private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
        private boolean staged;
        private boolean owes;
        private @Nullable Job nextOwed;

        boolean writes() {
            return true;
        }

        /** Puts its records. Whatever it throws fails it alone. */
        abstract void stage(GroupBuffer out) throws IOException;

        /** All is on stable storage; records that were put at x are at {@code at + x}. Repeated if there is no memory for it. */
        abstract void written(Segment segment, int at);

        /** Nothing is, and what staging did elsewhere has to be undone. Repeated if there is no memory for it. */
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
    private final JournalException noMemory;
    private final JournalException lost;
    private final IllegalStateException gone = closed();

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
    /** What has failed and could not be undone yet. */
    private @Nullable Job owed;

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
        this.noMemory = explain.apply(new OutOfMemoryError("not enough memory"));
        // What is first needed without memory could not be loaded then.
        rest(1);
        fail(new CompletableFuture<>(), noMemory);
        this.lost = explain.apply(new SegmentLog.Lost(new IOException("memory ran out")));
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
        Work work = null;
        try {
            while (true) {
                work = null;
                try {
                    work = await();
                    if (work == null) return;
                    serve(work);
                } catch (OutOfMemoryError | StackOverflowError | LinkageError passing) {
                    // What has not been taken is still there. A class that could not be loaded for want of memory may
                    // be.
                    abandon(work);
                }
            }
        } finally {
            end();
            // Nobody may wait for a thread that is gone, whatever it has gone of.
            if (work != null) abandon(work.jobs(), work.looks(), gone);
            abandon(jobs, looks, gone);
        }
    }

    private void abandon(@Nullable Work work) {
        while (true) {
            try {
                if (work != null) abandon(work.jobs(), work.looks(), noMemory);
                rest(REST);
                return;
            } catch (OutOfMemoryError | StackOverflowError | LinkageError still) {
                // Until there is memory for that.
            }
        }
    }

    private static void abandon(List<Job> jobs, List<Look<?>> looks, Throwable told) {
        for (int i = 0; i < jobs.size(); i++) fail(jobs.get(i).end, told);
        for (int i = 0; i < looks.size(); i++) fail(looks.get(i).result, told);
    }

    // Loops that count need no memory for an iterator.
    private void serve(Work work) {
        for (int i = 0; i < work.looks().size(); i++) look(work.looks().get(i));
        if (!work.jobs().isEmpty() || work.force() || open.isUnmarked()) write(work.jobs(), work.force());
    }

    private <T> void look(Look<T> look) {
        try {
            look.result.complete(look.what.call());
        } catch (IOException failure) {
            fail(look.result, explained(failure));
        } catch (Throwable own) {
            fail(look.result, own);
        }
    }

    /** Even that takes some memory, and whoever waits would wait for ever. */
    private static void fail(CompletableFuture<?> end, Throwable told) {
        while (true) {
            try {
                end.completeExceptionally(told);
                return;
            } catch (OutOfMemoryError passing) {
                rest(REST);
            }
        }
    }

    private static void rest(long nanos) {
        try {
            LockSupport.parkNanos(nanos);
        } catch (OutOfMemoryError | LinkageError noClass) {
            // Then without a rest.
        }
    }

    private @Nullable Work await() {
        lock.lock();
        try {
            while (true) {
                if (!jobs.isEmpty() || !looks.isEmpty()) {
                    var work = new Work(jobs, looks, !jobs.isEmpty());
                    var nextJobs = new ArrayList<Job>();
                    looks = new ArrayList<>(); // the last that may fail, and nothing has been taken yet
                    jobs = nextJobs;
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

    /** Throws nothing. */
    private void write(List<Job> jobs, boolean force) {
        var marks = NO_MARKS;
        Segment segment = null;
        int at = 0;
        try {
            if (broken != null) throw broken;
            marks = open.takeMarks();
            if (!marks.isEmpty() || writes(jobs)) {
                segment = log.head(opening);
                log.begin(out, segment);
                JournalRecords.marks(out, marks);
                stage(jobs);
                if (out.size() > 0) {
                    if (!log.isUnforced()) unforcedSince = System.nanoTime();
                    at = log.write(out, segment);
                }
            } else {
                for (int i = 0; i < jobs.size(); i++) jobs.get(i).staged = true;
            }
            if (force) log.force();
            marksFailed = false;
        } catch (Throwable failure) {
            fail(failure, !marks.isEmpty() || open.isUnmarked(), jobs);
            return;
        } finally {
            lastWrite = System.nanoTime();
        }
        marked(marks);
        for (int i = 0; i < jobs.size(); i++) if (jobs.get(i).staged) written(jobs.get(i), segment, at);
    }

    private static boolean writes(List<Job> jobs) {
        for (int i = 0; i < jobs.size(); i++) if (jobs.get(i).writes()) return true;
        return false;
    }

    private void marked(Marks marks) {
        try {
            open.marked(marks);
        } catch (Throwable noMemory) {
            // They are on disk, and come once more.
        }
    }

    /** It is on disk, so it must not be missing in memory: it would not be handled before a restart. */
    private void written(Job job, @Nullable Segment segment, int at) {
        for (int rests = 0; ; rests++) {
            try {
                if (segment != null) job.written(segment, at);
                job.end.complete(null);
                return;
            } catch (OutOfMemoryError passing) {
                if (rests == RESTS) {
                    broken = lost;
                    fail(job.end, lost);
                    return;
                }
                rest(REST);
            } catch (Throwable listeners) { // it is stored all the same
                fail(job.end, listeners);
                return;
            }
        }
    }

    private void stage(List<Job> jobs) throws IOException {
        for (int i = 0; i < jobs.size(); i++) {
            settle(); // or an update of this job would be taken for one that is stored
            var job = jobs.get(i);
            int size = out.size();
            int ordinal = out.ordinal();
            try {
                job.stage(out);
                job.staged = true;
            } catch (Throwable own) {
                out.cut(size, ordinal);
                undo(job);
                fail(job.end, own instanceof IOException || own instanceof OutOfMemoryError ? explained(own) : own);
            }
        }
    }

    private void undo(Job job) {
        try {
            job.failed();
        } catch (Throwable later) {
            if (job.owes) return; // once in the row is enough, and twice would make it a ring
            job.owes = true;
            job.nextOwed = owed;
            owed = job;
        }
    }

    /** Undoes what could not be undone before. */
    private void settle() {
        for (var job = owed; job != null; job = owed) {
            job.failed();
            owed = job.nextOwed;
            job.owes = false;
        }
    }

    private void fail(Throwable failure, boolean marks, List<Job> jobs) {
        // First what must not be left out: there may be no memory even to load what says why.
        for (int i = jobs.size() - 1; i >= 0; i--) if (!jobs.get(i).end.isDone()) undo(jobs.get(i));
        var told = explained(failure);
        if (marks) {
            marksFailed = true;
            untold = told;
        }
        for (int i = 0; i < jobs.size(); i++) fail(jobs.get(i).end, told);
    }

    private JournalException explained(Throwable failure) {
        if (failure instanceof JournalException told) return told;
        boolean unknown = log.isLost();
        var told = unknown ? lost : noMemory;
        try {
            if (!unknown || failure instanceof SegmentLog.Lost) told = explain.apply(failure);
        } catch (Throwable withoutWords) {
            // The ready-made ones say enough.
        }
        if (unknown) broken = told;
        return told;
    }
}
