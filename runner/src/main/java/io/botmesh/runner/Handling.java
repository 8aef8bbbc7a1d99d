package io.botmesh.runner;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** An attempt from its start to its consequence, on the handler's thread. */
final class Handling<U> implements Crew.Attempt<U> {
    private final Handler<U> handler;
    private final RunnerOptions<U> options;
    private final Custody<U> custody;
    private final RandomGenerator random;
    private final Tally<U> tally;

    Handling(Handler<U> handler, RunnerOptions<U> options, Custody<U> custody, RandomGenerator random, Tally<U> tally) {
        this.handler = handler;
        this.options = options;
        this.custody = custody;
        this.random = random;
        this.tally = tally;
    }

    @Override
    public Crew.Outcome run(Task<U> task) {
        var delivery = new Delivery<>(task.update, task.attempt);
        long begin = System.nanoTime();
        Throwable failure = null;
        try {
            if (task.unkeyed != null) throw task.unkeyed;
            handler.handle(delivery);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        var took = Duration.ofNanos(System.nanoTime() - begin);
        if (failure == null) tally.succeeded.increment();
        else if (task.cancelled) return interrupted(task, delivery, took, failure);
        else tally.failed.increment();
        var outcome = failure == null ? new Crew.Outcome.Ended() : decide(task, delivery, failure);
        if (outcome instanceof Crew.Outcome.Ended) settle(task);
        var thrown = failure;
        tally.tell(listener -> listener.onEnded(delivery, took, thrown));
        return outcome;
    }

    /** It has not ended: the journal or the server brings it again, here and now if the runner has been started anew. */
    private Crew.Outcome interrupted(Task<U> task, Delivery<U> delivery, Duration took, Throwable failure) {
        tally.cancelled.increment();
        tally.tell(listener -> listener.onEnded(delivery, took, failure));
        return task.sequence == 0 ? new Crew.Outcome.Ended() : again(task, Duration.ZERO);
    }

    private Crew.Outcome decide(Task<U> task, Delivery<U> delivery, Throwable failure) {
        try {
            if (options.failures().onFailure(delivery, failure) == FailureHandler.Decision.SKIP)
                return new Crew.Outcome.Ended();
        } catch (Throwable worse) {
            tally.tell(listener -> listener.onFailureHandlerFailed(delivery, worse));
            return new Crew.Outcome.Ended();
        }
        if (task.attempt < options.retry().attempts())
            return again(task, options.retry().pause(task.attempt, random));
        tally.givenUp.increment();
        tally.tell(listener -> listener.onGivenUp(delivery, failure));
        return new Crew.Outcome.Ended();
    }

    private Crew.Outcome again(Task<U> task, Duration pause) {
        custody.repeats(task);
        return new Crew.Outcome.Again(pause);
    }

    private void settle(Task<U> task) {
        tally.settled.increment();
        try {
            custody.ended(task);
        } catch (RuntimeException notMarked) {
            tally.tell(listener -> listener.onMarkFailed(notMarked));
        }
    }
}
