package io.botmesh.runner;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * A source that outlives failures of another: fetches again after a pause. Success resets the pauses. Every pause ends at
 * once on an interrupt. An {@link OutOfMemoryError} or {@link StackOverflowError} is a failure that a back-off may mend; any
 * other error goes to the caller.
 *
 * @param <U> the update
 */
public final class Retrying<U> implements Source<U> {
    /** What a failure means for the next attempt. */
    public sealed interface Verdict {
        /** Trying again is useless; the failure goes to the caller. */
        record Fatal() implements Verdict {}

        /** The server said when: exactly then, with no back-off on top. */
        record After(Duration pause) implements Verdict {}

        /** Pauses as in {@link PollRetryOptions}. */
        record BackOff() implements Verdict {}
    }

    /** Is told of failures that are retried. What it throws changes nothing. */
    @FunctionalInterface
    public interface Listener {
        /** The attempt failed, so many in a row now; the next follows after the pause. */
        void onRetry(Throwable failure, int failures, Duration pause);

        /** An attempt has succeeded after so many failures in a row, which took so long. */
        default void onRecovered(int failures, Duration outage) {}

        /** Tells this one, then the other. */
        default Listener and(Listener other) {
            var first = this;
            return new Listener() {
                @Override
                public void onRetry(Throwable failure, int failures, Duration pause) {
                    try {
                        first.onRetry(failure, failures, pause);
                    } finally {
                        other.onRetry(failure, failures, pause);
                    }
                }

                @Override
                public void onRecovered(int failures, Duration outage) {
                    try {
                        first.onRecovered(failures, outage);
                    } finally {
                        other.onRecovered(failures, outage);
                    }
                }
            };
        }

        /** Tells nobody. */
        static Listener silent() {
            return (failure, failures, pause) -> {};
        }

        /** Logs the first failure of a row and the recovery, and with level debug the rest. */
        static Listener logging() {
            return new Logged();
        }
    }

    private static final class Logged implements Listener {
        private static final System.Logger LOG = System.getLogger("io.botmesh.runner");

        @Override
        public void onRetry(Throwable failure, int failures, Duration pause) {
            LOG.log(
                    failures == 1 ? Level.WARNING : Level.DEBUG,
                    "polling failed {0} times in a row, next try in {1} ms: {2}",
                    failures,
                    pause.toMillis(),
                    failure);
        }

        @Override
        public void onRecovered(int failures, Duration outage) {
            LOG.log(Level.INFO, "polling works again after {0} failures in {1} s", failures, outage.toSeconds());
        }
    }

    private static final Verdict BACK_OFF = new Verdict.BackOff();
    private static final Duration BREATH = Duration.ofSeconds(1);

    private final Source<U> source;
    private final Function<? super RuntimeException, ? extends Verdict> classifier;
    private final PollRetryOptions options;
    private final Listener listener;
    private final Sleeper sleeper;
    private final RandomGenerator random;
    private final LongSupplier nanoTime;
    private int failures; // of the one thread that fetches
    private long since;

    /** With pauses up to 30 s, and a log: only the classifier gives up. */
    public Retrying(Source<U> source, Function<? super RuntimeException, ? extends Verdict> classifier) {
        this(source, classifier, Listener.logging());
    }

    /** With pauses up to 30 s: only the classifier gives up. */
    public Retrying(
            Source<U> source, Function<? super RuntimeException, ? extends Verdict> classifier, Listener listener) {
        this(source, classifier, PollRetryOptions.defaults(), listener);
    }

    /**
     * @param classifier says what a failure means; a {@link PollTimeoutException} is always tried again without asking it
     */
    public Retrying(
            Source<U> source,
            Function<? super RuntimeException, ? extends Verdict> classifier,
            PollRetryOptions options,
            Listener listener) {
        this(source, classifier, options, listener, Thread::sleep, RandomGenerator.getDefault(), System::nanoTime);
    }

    Retrying(
            Source<U> source,
            Function<? super RuntimeException, ? extends Verdict> classifier,
            PollRetryOptions options,
            Listener listener,
            Sleeper sleeper,
            RandomGenerator random,
            LongSupplier nanoTime) {
        this.source = source;
        this.classifier = classifier;
        this.options = options;
        this.listener = listener;
        this.sleeper = sleeper;
        this.random = random;
        this.nanoTime = nanoTime;
    }

    private interface Fetch<T> {
        T run() throws InterruptedException;
    }

    private <T> T retry(Fetch<T> fetch) throws InterruptedException {
        while (true) {
            try {
                T got = fetch.run();
                if (failures > 0) recovered();
                return got;
            } catch (RuntimeException failure) {
                // A client may report an interrupt in its own words; then nothing failed and no pause is due.
                if (Thread.interrupted()) throw (InterruptedException) new InterruptedException().initCause(failure);
                var verdict =
                        failure instanceof PollTimeoutException ? new Verdict.BackOff() : classifier.apply(failure);
                sleeper.sleep(pauseAfter(failure, verdict));
            } catch (OutOfMemoryError | StackOverflowError passing) { // of one answer, or of what else goes on just now
                if (Thread.interrupted()) throw new InterruptedException();
                sleeper.sleep(pauseAfter(passing));
            }
        }
    }

    private void recovered() {
        int before = failures;
        failures = 0;
        try {
            listener.onRecovered(before, Duration.ofNanos(nanoTime.getAsLong() - since));
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError itsOwnAffair) {
            // What was fetched is in hand, and would not come again.
        }
    }

    /** What little is done about it may lack memory too. */
    private Duration pauseAfter(VirtualMachineError passing) {
        try {
            return pauseAfter(passing, BACK_OFF);
        } catch (OutOfMemoryError | StackOverflowError still) {
            if (still.equals(passing)) throw passing; // patience is over
            return BREATH;
        }
    }

    private <F extends Throwable> Duration pauseAfter(F failure, Verdict verdict) throws F {
        if (failures++ == 0) since = nanoTime.getAsLong();
        var left = options.patience().minusNanos(nanoTime.getAsLong() - since);
        if (verdict instanceof Verdict.Fatal || !left.isPositive()) {
            failures = 0;
            throw failure;
        }
        var pause = verdict instanceof Verdict.After(var exactly) ? exactly : options.pause(failures, random);
        if (verdict instanceof Verdict.BackOff && pause.compareTo(left) > 0) pause = left; // the last try is at its end
        tell(failure, pause);
        return pause;
    }

    private void tell(Throwable failure, Duration pause) {
        try {
            listener.onRetry(failure, failures, pause);
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError itsOwnAffair) {
            // Polling goes on.
        }
    }

    @Override
    public List<U> next(int limit) throws InterruptedException {
        return retry(() -> source.next(limit));
    }

    @Override
    public void flush() throws InterruptedException {
        retry(() -> {
            source.flush();
            return true;
        });
    }

    @Override
    public void confirm(U through) {
        source.confirm(through);
    }

    @Override
    public void ended(U update) {
        source.ended(update);
    }

    @Override
    public boolean tryReply(Delivery<U> delivery, Object answer) {
        return source.tryReply(delivery, answer);
    }

    @Override
    public Duration standsStill() {
        return source.standsStill();
    }

    @Override
    public void rewind() {
        source.rewind();
    }

    @Override
    public void refetch() {
        source.refetch();
    }

    @Override
    public void close() {
        source.close();
    }
}
