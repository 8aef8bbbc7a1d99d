package io.botmesh.store;

import io.botmesh.runner.JournalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A database with one writer thread and group commit: all work that arrives while the disk is busy shares the next
 * transaction and its sync. Several stores share one database and so one sync. All failures are {@link JournalException}s.
 */
public abstract sealed class Database implements AutoCloseable permits SqliteDatabase, PostgresDatabase {
    /**
     * Work inside a transaction. May run more than once before it commits: what it does outside the database must not
     * mind.
     */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T run(Handle handle) throws Exception;
    }

    /** The end of what is said of a full disk, for those who end there. */
    static final String AGAIN = " and start again";

    private static final int GROUP = 1_000;
    /** Nobody looks at causes beyond these. */
    private static final int DEEPEST = 100;
    /** So often work is tried on its own if that is worth it. */
    private static final int TRIES = 5;
    /** Who closes this does not wait for an answer that has taken so long: a server may be frozen, or its network gone. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

    private static final Duration LOOK = Duration.ofMillis(100);

    /** Work, and where its outcome goes. */
    private static final class Job<T extends @Nullable Object> {
        private final Work<T> work;
        private final Consumer<? super T> committed;
        private final CompletableFuture<T> done = new CompletableFuture<>();
        private @Nullable T result;

        Job(Work<T> work, Consumer<? super T> committed) {
            this.work = work;
            this.committed = committed;
        }

        void run(Handle handle) throws Exception {
            result = work.run(handle);
        }

        @SuppressWarnings("NullAway") // run() has set the result, and it is null only where T allows it
        void complete() {
            try {
                committed.accept(result);
                done.complete(result);
            } catch (RuntimeException | Error broken) {
                done.completeExceptionally(broken);
            }
        }
    }

    private final Thread writer;
    private final LinkedBlockingQueue<Job<?>> queue = new LinkedBlockingQueue<>();
    private final Job<@Nullable Object> end = new Job<>(handle -> null, nothing -> {});
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;
    private final AtomicLong transactions = new AtomicLong();
    private volatile long begun; // written by the writer alone
    /** When it was asked last for what it has not answered; null if it has answered all. */
    private volatile @Nullable Long askedAt;

    private final LongSupplier nanoTime;
    private final Statements statements = new Statements(this::asks);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Absence absence;

    /**
     * @param thread   the writer's name
     * @param name     how it is called in a message
     * @param patience how long it is waited for when it is {@linkplain #isAway away}
     */
    Database(String thread, String name, Duration patience, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.absence =
                new Absence(name, patience, nanoTime, time -> !closing.await(time.toNanos(), TimeUnit.NANOSECONDS));
        this.writer = Thread.ofPlatform().name(thread).daemon().unstarted(this::write);
    }

    /** Lets the writer begin. */
    final void start() {
        writer.start();
    }

    /** Which transaction it is at, those that failed counted too. On the writer's thread only. */
    final long begun() {
        return begun;
    }

    /** The same for a look from outside, when nothing is under way. */
    final long begunTransactions() {
        return begun;
    }

    /** On the writer's thread only. */
    final Statements statements() {
        return statements;
    }

    /** How it is called in a message. */
    abstract String name();

    /** What is said of a row that is not what was stored. */
    abstract JournalException damaged();

    /** An id for a batch of updates, above all earlier ones. */
    abstract long nextBatch(Handle handle);

    /** What makes a SELECT keep others from changing the row until the transaction ends. */
    abstract String forUpdate();

    // On the writer's thread.

    /**
     * Keeps other processes, and others in this one, from opening a node's store.
     *
     * @param owner who wants it; asks again in vain, but without harm
     * @return false if another has it
     */
    abstract boolean claim(String node, Object owner) throws Exception;

    /** Makes sure that nobody else could have it by now; does nothing where that cannot be. */
    abstract void checkClaim(String node) throws Exception;

    /** Lets others have it; does nothing if it is not the owner's. */
    abstract void unclaim(String node, Object owner) throws Exception;

    abstract Handle begin() throws Exception;

    abstract void commit() throws Exception;

    /** Gives up a transaction, whatever state it is in. */
    abstract void rollback();

    /**
     * What a failure comes to for whoever waits.
     *
     * @param committing whether it was the commit that failed, so that its outcome is unknown
     */
    abstract Throwable failure(Throwable failure, boolean committing);

    /**
     * A group of jobs has been committed.
     *
     * @param busy whether the next one waits already
     */
    void committed(boolean busy) {}

    /** Whether the same work may well succeed if it is tried again at once. */
    boolean isWorthRepeating(Throwable failure) {
        return false;
    }

    /** Whether it failed because the database is not there, and the same may well succeed when it is back. Before the {@link #rollback()}. */
    boolean isAway(Throwable failure) {
        return false;
    }

    /** Notes, in the transaction that is about to be committed, which one it is, if a commit may end without an answer. */
    void note(long transaction) throws Exception {}

    /** After a commit that has failed: whether that transaction was committed; empty if nobody knows. */
    Optional<Boolean> isCommitted(long transaction) throws Exception {
        return Optional.empty();
    }

    /** Why this waits for the database now, in one line; empty if it does not. */
    final Optional<String> absence() {
        return absence.reason();
    }

    /** Whether nobody can say when it will answer: it is waited for, or has been asked long ago. */
    final boolean isSilent() {
        return absence.reason().isPresent() || hangs();
    }

    private boolean hangs() {
        var asked = askedAt;
        return asked != null && mayBeCutOff() && nanoTime.getAsLong() - asked > SILENCE.toNanos();
    }

    /** Returns when it is done or has failed, or when nobody can say when it will be. Not cut short by an interrupt. */
    final void awaitUnlessSilent(CompletableFuture<?> done) {
        boolean interrupted = false;
        while (!done.isDone() && !isSilent()) {
            try {
                done.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException lookAgain) {
                // It may have fallen silent meanwhile.
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** What was asked before has been answered. By the writer alone. */
    private void asks() {
        askedAt = nanoTime.getAsLong();
    }

    private void asksNoMore() {
        askedAt = null;
    }

    /** Whether {@link #hurry()} ends what it is at; else whoever closes it has to wait for its answer, and loses nothing. */
    boolean mayBeCutOff() {
        return false;
    }

    /** It is being closed while it does not answer: nobody wants to wait for a connection any more. By the thread that closes it. */
    void hurry() {}

    /** Nothing more will be asked of it. */
    abstract void release();

    /** A failure and its causes. They are the user's, so they may go round in circles, or throw when asked. */
    static List<Throwable> causes(Throwable failure) {
        var causes = new ArrayList<Throwable>();
        try {
            for (var at = failure; at != null && causes.size() < DEEPEST; at = at.getCause()) causes.add(at);
        } catch (RuntimeException | Error itsOwnTrouble) {
            // Then those are all that can be had.
        }
        return causes;
    }

    /** Runs the work and returns when its transaction is on stable storage. Not cut short by an interrupt. */
    public <T extends @Nullable Object> T call(Work<T> work) {
        return call(work, committed -> {});
    }

    /** As {@link #call(Work)}, and {@code committed} as in {@link #submit(Work, Consumer)}. */
    <T extends @Nullable Object> T call(Work<T> work, Consumer<? super T> committed) {
        return call(work, committed, failure -> {});
    }

    /** As {@link #call(Work, Consumer)}; {@code failed} is told on the database's thread before any other work begins. */
    <T extends @Nullable Object> T call(Work<T> work, Consumer<? super T> committed, Consumer<Throwable> failed) {
        if (Thread.currentThread().equals(writer)) throw new IllegalStateException("called from inside work");
        var told = submit(work, committed).whenComplete((result, failure) -> {
            if (failure != null) failed.accept(failure);
        });
        try {
            return told.join();
        } catch (CompletionException broken) {
            var cause = broken.getCause();
            throw cause instanceof JournalException journal ? again(journal) : broken;
        }
    }

    /** The same for another thread, so that its trace stands beside the first one. */
    static JournalException again(JournalException failure) {
        var message = String.valueOf(failure.getMessage());
        return switch (failure) {
            case JournalException.NotStored it -> new JournalException.NotStored(message, it);
            case JournalException.Unusable it -> new JournalException.Unusable(message, it);
            case JournalException.TakenOver it -> new JournalException.TakenOver(message, it);
        };
    }

    /** Queues the work; the future completes, on the database's thread, when its transaction is on stable storage. */
    public <T extends @Nullable Object> CompletableFuture<T> submit(Work<T> work) {
        return submit(work, committed -> {});
    }

    /**
     * As {@link #submit(Work)}; before the future completes, {@code committed} gets the result, on the database's thread and
     * in the order of the commits: be quick there, and do not wait.
     */
    <T extends @Nullable Object> CompletableFuture<T> submit(Work<T> work, Consumer<? super T> committed) {
        var job = new Job<T>(work, committed);
        lock.lock();
        try {
            if (closed)
                job.done.completeExceptionally(
                        new JournalException.Unusable("cannot use " + name() + ": it is closed", null));
            else queue.add(job);
        } finally {
            lock.unlock();
        }
        return job.done;
    }

    /** How many were committed since the opening. */
    long transactions() {
        return transactions.get();
    }

    /** Finishes what is queued, then lets go of the database. If that is away, or does not answer, what is queued fails instead. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) queue.add(end);
            closed = true;
            closing.countDown();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (true) {
            if (absence.isAway() || hangs()) hurry();
            try {
                end.done.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                break;
            } catch (TimeoutException stillAtIt) {
                // It may have fallen silent meanwhile.
            } catch (InterruptedException later) {
                interrupted = true;
            } catch (ExecutionException broken) {
                throw new IllegalStateException(broken.getCause());
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void write() {
        var group = new ArrayList<Job<?>>();
        try {
            while (true) {
                group.add(queue.take());
                queue.drainTo(group, GROUP - 1);
                boolean last = group.remove(end); // nothing is queued behind it
                work(group);
                group.clear();
                if (last) break;
            }
        } catch (InterruptedException nobodyDoesThis) {
            throw new IllegalStateException(nobodyDoesThis);
        } finally {
            try {
                asks();
                release();
            } finally {
                asksNoMore();
                end.complete();
            }
        }
    }

    /** Whatever is thrown here: without its thread the database would let everybody wait for ever. */
    private void work(List<Job<?>> group) {
        try {
            if (group.isEmpty()) return;
            commit(group);
            committed(!queue.isEmpty());
        } catch (Throwable unforeseen) {
            for (var job : group) job.done.completeExceptionally(unforeseen);
        }
    }

    /**
     * A failure of a transaction.
     *
     * @param told    what whoever waits is told
     * @param unknown whether it failed in its commit
     * @param away    whether the database was not there
     */
    private record Failed(long transaction, Throwable failure, Throwable told, boolean unknown, boolean away) {
        /** Whether others of its group may try on their own: what may be stored must not be stored again. */
        boolean alone() {
            return !(unknown && told instanceof JournalException.Unusable);
        }

        /** The innermost words, in one line. */
        String line() {
            return causes(failure).reversed().stream()
                    .map(Throwable::getMessage)
                    .filter(Objects::nonNull)
                    .flatMap(String::lines)
                    .findFirst()
                    .orElse("");
        }
    }

    /** All in one transaction; if that fails, each in its own, so that one bad job fails alone. */
    private void commit(List<Job<?>> group) {
        var failed = attempt(group);
        if (failed == null) return;
        if (failed.alone() && !failed.away() && group.size() > 1) {
            for (var job : group) {
                var own = repeated(attempt(List.of(job)), job);
                if (own != null) job.done.completeExceptionally(own.told());
            }
        } else {
            // Of what waited together in vain each on its own would do so again.
            var last = failed.alone() && group.size() == 1 ? repeated(failed, group.getFirst()) : failed;
            if (last != null) for (var job : group) job.done.completeExceptionally(last.told());
        }
    }

    private @Nullable Failed repeated(@Nullable Failed first, Job<?> job) {
        var failed = first;
        for (int tries = 1; tries < TRIES && failed != null && failed.alone(); tries++) {
            if (!isWorthRepeating(failed.told())) break;
            failed = attempt(List.of(job));
        }
        return failed;
    }

    /** In one transaction, again and again while the database is away. */
    private @Nullable Failed attempt(List<Job<?>> group) {
        while (true) {
            var failed = tried(group);
            if (failed != null && failed.unknown()) {
                var stored = settled(failed);
                if (stored.isEmpty()) return failed;
                if (stored.get()) {
                    for (var job : group) job.complete();
                    failed = null;
                } else failed = notStored(failed);
            }
            if (failed == null || !failed.away()) {
                absence.over(); // it has answered, be it that this work cannot be done
                return failed;
            }
            if (!absence.awaitBack(failed.line())) return failed;
        }
    }

    private Failed notStored(Failed failed) {
        return new Failed(
                failed.transaction(), failed.failure(), failure(failed.failure(), false), false, failed.away());
    }

    /** Whether a transaction was committed that failed in its commit; empty if nobody knows. */
    private Optional<Boolean> settled(Failed failed) {
        while (true) {
            try {
                asks();
                return isCommitted(failed.transaction());
            } catch (Exception untold) {
                if (!isAway(untold) || !absence.awaitBack(failed.line())) return Optional.empty();
            } finally {
                asksNoMore();
            }
        }
    }

    private @Nullable Failed tried(List<Job<?>> group) {
        boolean committing = false;
        long transaction = begun + 1;
        begun = transaction;
        asks();
        try {
            var handle = begin();
            for (var job : group) {
                asks();
                job.run(handle);
            }
            asks();
            note(transaction);
            committing = true;
            asks();
            commit();
            transactions.incrementAndGet();
        } catch (Throwable failure) {
            boolean away = isAway(failure);
            rollback();
            return new Failed(transaction, failure, failure(failure, committing), committing, away);
        } finally {
            asksNoMore();
        }
        for (var job : group) job.complete();
        return null;
    }
}
