package io.botmesh.runner;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An attempt from its start to its consequence, on the handler's thread. */
final class Handling<U> implements Crew.Attempt<U> {
    private final Handler<U> handler;
    private final FailureHandler<U> failures;
    private final RetryOptions retry;
    private final Custody<U> custody;
    private final RandomGenerator random;
    private final Tally<U> tally;

    Handling(Handler<U> handler, RunnerOptions<U> options, Custody<U> custody, RandomGenerator random, Tally<U> tally) {
        this.handler = handler;
        this.failures = StandardFailures.resolve(options);
        this.retry = options.retry();
        this.custody = custody;
        this.random = random;
        this.tally = tally;
    }

    @Override
    public Crew.Outcome run(Turn<U> turn) {
        if (!begins(turn.first)) return new Crew.Outcome.Ended();
        var delivery = turn.delivery();
        long begin = System.nanoTime();
        Throwable failure = null;
        try {
            if (turn.first.unkeyed != null) throw turn.first.unkeyed;
            handler.handle(delivery);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        var took = Duration.ofNanos(System.nanoTime() - begin);
        if (turn.lost || (failure != null && turn.cancelled)) return interrupted(turn, delivery, took, failure);
        (failure == null ? tally.succeeded : tally.failed).increment();
        Crew.Outcome outcome = new Crew.Outcome.Ended();
        if (failure == null) turn.tasks().forEach(this::ended);
        else outcome = decide(turn, delivery, failure);
        var thrown = failure;
        tally.tell(listener -> listener.onEnded(delivery, took, thrown));
        return outcome;
    }

    /** False if it is somebody else's now. */
    private boolean begins(Task<U> task) {
        try {
            custody.begins(task);
        } catch (JournalException.TakenOver theirs) {
            tally.tell(listener -> listener.onMarkFailed(theirs));
            return false;
        } catch (RuntimeException notMarked) { // a full disk is no reason to keep it waiting
            tally.tell(listener -> listener.onMarkFailed(notMarked));
        }
        return true;
    }

    @Override
    public void parks(Turn<U> turn) {
        if (!custody.keepsParked()) turn.tasks().forEach(this::ended);
    }

    @Override
    public boolean takes(Parked<U> parked, Task<U> task) {
        try {
            return parked.takes(task.update);
        } catch (Throwable refuses) {
            tally.tell(listener -> listener.onFilterFailed(task.update, refuses));
            return false;
        }
    }

    /** It has not ended: the journal or the server brings it again, here and now if the runner has been started anew. */
    private Crew.Outcome interrupted(Turn<U> turn, Delivery<U> delivery, Duration took, @Nullable Throwable failure) {
        if (!turn.lost) tally.cancelled.increment();
        tally.tell(listener -> listener.onEnded(delivery, took, failure));
        return turn.first.sequence == 0 ? new Crew.Outcome.Ended() : again(turn, false, Duration.ZERO);
    }

    private Crew.Outcome decide(Turn<U> turn, Delivery<U> delivery, Throwable failure) {
        var decision = FailureHandler.Decision.DEAD;
        try {
            if (turn.first.unkeyed == null) decision = failures.onFailure(delivery, failure);
        } catch (Throwable worse) {
            tally.tell(listener -> listener.onFailureHandlerFailed(delivery, worse));
        }
        if (decision == FailureHandler.Decision.RETRY && delivery.attempt() < retry.attempts())
            return again(turn, true, retry.pause(delivery.attempt(), random));
        if (decision == FailureHandler.Decision.SKIP) turn.tasks().forEach(this::ended);
        else turn.tasks().forEach(task -> giveUp(task, failure));
        return new Crew.Outcome.Ended();
    }

    private void giveUp(Task<U> task, Throwable failure) {
        var delivery = Delivery.of(task.update, task.attempt);
        var cause = DeadLetters.Cause.of(failure);
        settle(task, () -> {
            if (custody.dead(task, cause)) {
                tally.dead.increment();
                tally.tell(listener -> listener.onDeadLetter(delivery, cause));
            } else {
                tally.givenUp.increment();
                tally.tell(listener -> listener.onGivenUp(delivery, failure));
            }
        });
    }

    private Crew.Outcome again(Turn<U> turn, boolean failed, Duration pause) {
        turn.tasks().forEach(task -> mark(() -> custody.repeats(task, failed)));
        turn.unasked().forEach(task -> mark(() -> custody.repeats(task, false)));
        return new Crew.Outcome.Again(pause);
    }

    private void ended(Task<U> task) {
        settle(task, () -> custody.ended(task));
    }

    private void settle(Task<U> task, Runnable end) {
        if (task.settled) return;
        task.settled = true;
        tally.settled.increment();
        mark(end);
    }

    private void mark(Runnable mark) {
        try {
            mark.run();
        } catch (RuntimeException notMarked) {
            tally.tell(listener -> listener.onMarkFailed(notMarked));
        }
    }
}
