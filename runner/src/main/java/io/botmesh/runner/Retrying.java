package io.botmesh.runner;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A source that outlives failures of another: fetches again after a pause. Success resets the pauses. Every pause ends at
 * once on an interrupt.
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

        /** Pauses as in {@link RetryOptions}, without an end to the attempts. */
        record BackOff() implements Verdict {}
    }

    /** Is told of every failure that is retried. */
    @FunctionalInterface
    public interface Listener {
        /** The attempt failed, so many in a row now; the next follows after the pause. */
        void onRetry(Throwable failure, int failures, Duration pause);
    }

    private final Source<U> source;
    private final Function<? super RuntimeException, ? extends Verdict> classifier;
    private final RetryOptions options;
    private final Listener listener;
    private final Sleeper sleeper;
    private final RandomGenerator random;
    private int failures; // of the one thread that fetches

    /** With pauses up to 30 s. The attempts of {@link RetryOptions} do not count here: only the classifier gives up. */
    public Retrying(
            Source<U> source, Function<? super RuntimeException, ? extends Verdict> classifier, Listener listener) {
        this(source, classifier, RetryOptions.defaults(), listener, Thread::sleep, RandomGenerator.getDefault());
    }

    public Retrying(
            Source<U> source,
            Function<? super RuntimeException, ? extends Verdict> classifier,
            RetryOptions options,
            Listener listener,
            Sleeper sleeper,
            RandomGenerator random) {
        this.source = source;
        this.classifier = classifier;
        this.options = options;
        this.listener = listener;
        this.sleeper = sleeper;
        this.random = random;
    }

    private interface Fetch<T> {
        T run() throws InterruptedException;
    }

    private <T> T retry(Fetch<T> fetch) throws InterruptedException {
        while (true) {
            try {
                T got = fetch.run();
                failures = 0;
                return got;
            } catch (RuntimeException failure) {
                // A client may report an interrupt in its own words; then nothing failed and no pause is due.
                if (Thread.interrupted()) throw (InterruptedException) new InterruptedException().initCause(failure);
                failures++;
                Duration pause = switch (classifier.apply(failure)) {
                    case Verdict.Fatal() -> {
                        failures = 0;
                        throw failure;
                    }
                    case Verdict.After(var exactly) -> exactly;
                    case Verdict.BackOff() -> options.pause(failures, random);
                };
                listener.onRetry(failure, failures, pause);
                sleeper.sleep(pause);
            }
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
    public void rewind() {
        source.rewind();
    }

    @Override
    public void close() {
        source.close();
    }
}
