package io.botmesh.runner;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An attempt from its start to its consequence, on the handler's thread. */
final class Handling<U> implements Crew.Attempt<U> {
    private final Handler<U> handler;
    private final FailureHandler<U> failures;
    private final RetryOptions retry;
    private final TimeLimits<U> times;
    private final Crew<U> crew;
    private final Custody<U> custody;
    private final RandomGenerator random;
    private final Tally<U> tally;

    Handling(
            Handler<U> handler,
            RunnerOptions<U> options,
            Crew<U> crew,
            Custody<U> custody,
            RandomGenerator random,
            Tally<U> tally) {
        this.handler = handler;
        this.failures = StandardFailures.resolve(options);
        this.retry = options.failures().retry();
        this.times = options.times();
        this.crew = crew;
        this.custody = custody;
        this.random = random;
        this.tally = tally;
    }

    @Override
    public Crew.Outcome run(Turn<U> turn) {
        if (!turn.owed().stream().allMatch(this::begins)) return new Crew.Outcome.Ended();
        var delivery = turn.delivery();
        long begin = System.nanoTime();
        Throwable thrown = null;
        var event = new Events.Handle();
        event.begin();
        try {
            crew.overtime.begin(turn);
            if (turn.first.unkeyed != null) throw turn.first.unkeyed;
            handler.handle(delivery);
        } catch (Throwable failure) {
            thrown = failure;
        }
        tell(event, turn, delivery, thrown);
        boolean decides = crew.overtime.returned(turn, thrown);
        var took = Duration.ofNanos(System.nanoTime() - begin);
        if (!decides) return late(delivery, took, thrown);
        if (turn.lost || (thrown != null && turn.stopped)) return interrupted(turn, delivery, took, thrown);
        return outcome(turn, delivery, took, thrown != null && turn.timedOut ? timedOut(false, thrown) : thrown);
    }

    private void tell(Events.Handle event, Turn<U> turn, Delivery<U> delivery, @Nullable Throwable thrown) {
        event.end();
        if (!event.shouldCommit()) return;
        try {
            event.update = delivery.update().toString();
            event.keys = turn.first.keys.toString();
        } catch (Throwable unprintable) { // a user's own toString
            event.update = "?";
        }
        event.attempt = delivery.attempt();
        event.failure = thrown == null ? "" : thrown.getClass().getName();
        event.commit();
    }

    private Crew.Outcome outcome(Turn<U> turn, Delivery<U> delivery, Duration took, @Nullable Throwable failure) {
        (failure == null ? tally.succeeded : tally.failed).increment();
        Crew.Outcome outcome = new Crew.Outcome.Ended();
        if (failure == null) turn.owed().forEach(this::ended);
        else outcome = decide(turn, delivery, failure);
        tally.tell(listener -> listener.onEnded(delivery, took, failure));
        return outcome;
    }

    /** False if it is somebody else's now. */
    private boolean begins(Task<U> task) {
        try {
            custody.begins(task);
        } catch (JournalException.TakenOver theirs) {
            tally.tell(listener -> listener.onMarkFailed(theirs));
            return false;
        } catch (Throwable notMarked) { // a full disk is no reason to keep it waiting
            tally.tell(listener -> listener.onMarkFailed(notMarked));
        }
        return true;
    }

    private Crew.Outcome late(Delivery<U> delivery, Duration took, @Nullable Throwable thrown) {
        tally.tell(listener -> listener.onEndedLate(delivery, took, thrown));
        return new Crew.Outcome.Ended();
    }

    private TimedOutException timedOut(boolean abandoned, @Nullable Throwable thrown) {
        return new TimedOutException(times, abandoned, thrown);
    }

    @Override
    public boolean expired(Turn<U> turn) {
        var limit = turn.first.age;
        if (limit == null || limit.when() == AgeLimit.Policy.FLAG || turn.isConversation() || !crew.overdue(turn.first))
            return false;
        turn.owed().forEach(task -> dropped(task, DropReason.EXPIRED));
        return true;
    }

    @Override
    public void dropped(Task<U> task, DropReason reason) {
        tally.dropped.increment();
        ended(task);
        tally.tell(listener -> listener.onDropped(task.update, reason));
    }

    @Override
    public void timedOut(Turn<U> turn, Duration ran) {
        var delivery = turn.delivery();
        tally.tell(listener -> listener.onTimedOut(delivery, ran));
        try {
            times.handler().onTimeout(delivery, ran, turn.end());
        } catch (Throwable itsOwnAffair) {
            tally.tell(listener -> listener.onTimeoutHandlerFailed(delivery, itsOwnAffair));
        }
    }

    @Override
    public Crew.Outcome abandoned(Turn<U> turn, boolean decides) {
        var delivery = turn.delivery();
        tally.tell(listener -> listener.onAbandoned(delivery));
        if (!decides) return new Crew.Outcome.Ended();
        var took = times.most().plus(times.grace());
        if (turn.stopped) return interrupted(turn, delivery, took, null);
        return outcome(turn, delivery, took, timedOut(true, null));
    }

    @Override
    public boolean keepsIn(Journal<?> journal) {
        return custody.keepsIn(journal);
    }

    @Override
    public void parks(Turn<U> turn) {
        if (custody.keepsParked()) turn.first.owed().forEach(task -> mark(() -> custody.rests(task)));
        else turn.owed().forEach(this::ended);
    }

    @Override
    public void resumes(Turn<U> turn) throws InterruptedException {
        if (!custody.keepsParked() || turn.first.owed().stream().allMatch(this::begins)) return;
        throw new InterruptedException("the journal is another program's now");
    }

    @Override
    public boolean takes(Parked<U> parked, Task<U> task) {
        try {
            return parked.takes(task);
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
        if (decision == FailureHandler.Decision.RETRY && delivery.attempt() < retry.attempts()) {
            tally.retried.increment();
            return again(turn, true, retry.pause(delivery.attempt(), random));
        }
        if (decision == FailureHandler.Decision.SKIP) turn.owed().forEach(this::ended);
        else turn.owed().forEach(task -> giveUp(task, failure));
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
        turn.owed().forEach(task -> mark(() -> custody.repeats(task, failed)));
        turn.unasked().stream()
                .flatMap(task -> task.owed().stream())
                .forEach(task -> mark(() -> custody.repeats(task, false)));
        return new Crew.Outcome.Again(pause, failed);
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

    /** Keys and slot have to be given back whatever the journal or the source throws. */
    private void mark(Runnable mark) {
        try {
            mark.run();
        } catch (Throwable notMarked) {
            tally.tell(listener -> listener.onMarkFailed(notMarked));
        }
    }
}
