package io.botmesh.runner;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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
    public Crew.Outcome run(Turn<U> turn) {
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
        var outcome = failure == null ? new Crew.Outcome.Ended() : decide(turn, delivery, failure);
        if (outcome instanceof Crew.Outcome.Ended) turn.tasks().forEach(this::settle);
        var thrown = failure;
        tally.tell(listener -> listener.onEnded(delivery, took, thrown));
        return outcome;
    }

    @Override
    public void parks(Turn<U> turn) {
        if (!custody.keepsParked()) turn.tasks().forEach(this::settle);
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
        return turn.first.sequence == 0 ? new Crew.Outcome.Ended() : again(turn, Duration.ZERO);
    }

    private Crew.Outcome decide(Turn<U> turn, Delivery<U> delivery, Throwable failure) {
        try {
            if (options.failures().onFailure(delivery, failure) == FailureHandler.Decision.SKIP)
                return new Crew.Outcome.Ended();
        } catch (Throwable worse) {
            tally.tell(listener -> listener.onFailureHandlerFailed(delivery, worse));
            return new Crew.Outcome.Ended();
        }
        if (delivery.attempt() < options.retry().attempts())
            return again(turn, options.retry().pause(delivery.attempt(), random));
        tally.givenUp.increment();
        tally.tell(listener -> listener.onGivenUp(delivery, failure));
        return new Crew.Outcome.Ended();
    }

    private Crew.Outcome again(Turn<U> turn, Duration pause) {
        turn.tasks().forEach(custody::repeats);
        turn.unasked().forEach(custody::repeats);
        return new Crew.Outcome.Again(pause);
    }

    private void settle(Task<U> task) {
        if (task.settled) return;
        task.settled = true;
        tally.settled.increment();
        try {
            custody.ended(task);
        } catch (RuntimeException notMarked) {
            tally.tell(listener -> listener.onMarkFailed(notMarked));
        }
    }
}
