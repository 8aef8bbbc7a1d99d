package io.botmesh.runner;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a poll that is not complete at its deadline, whatever it hangs on. Only the poll itself counts: it can neither be
 * calmed by other calls that work, nor fire before a poll had all its time.
 *
 * <p>Each poll has a thread of its own, so that one that does not even obey an interrupt can be left behind. One caller at
 * a time.
 */
final class Watchdog {
    /** Waits for the end of a poll; {@link Deadlines} but for tests. */
    @FunctionalInterface
    interface Wait {
        /** False if it has not ended by then. */
        boolean forEnd(Ending ending, Duration atMost) throws InterruptedException;
    }

    /** How long the interrupted poll may take to let go of its connection before the next one goes out all the same. */
    static final Duration CLOSING = Duration.ofSeconds(1);

    private final Wait wait;
    private @Nullable Poll<?> earlier;

    Watchdog(Wait wait) {
        this.wait = wait;
    }

    /** One poll, its result and its thread. */
    private static final class Poll<U> implements Runnable {
        private final UpdateSupplier<U> supplier;
        private final long updateOffset;
        private final int limit;
        private final Duration timeout;
        final Ending ending = new Ending();
        final Thread thread = Thread.ofVirtual().name("botmesh-poll").unstarted(this);
        private @Nullable List<U> updates;
        private @Nullable Throwable failure;

        Poll(UpdateSupplier<U> supplier, long updateOffset, int limit, Duration timeout) {
            this.supplier = supplier;
            this.updateOffset = updateOffset;
            this.limit = limit;
            this.timeout = timeout;
        }

        @Override
        public void run() {
            try {
                updates = supplier.getUpdates(updateOffset, limit, timeout);
            } catch (Throwable thrown) {
                failure = thrown;
            } finally {
                ending.reach();
            }
        }

        /** Once it has ended, which makes it visible here. */
        List<U> result() throws InterruptedException {
            switch (failure) {
                case null -> {}
                case InterruptedException interrupted -> throw interrupted;
                case RuntimeException refused -> throw refused;
                case Error broken -> throw broken;
                default -> throw new IllegalStateException(failure); // thrown behind the compiler's back
            }
            if (updates == null) throw new NullPointerException("getUpdates returned null");
            return updates;
        }
    }

    /** Asks once, and an interrupt ends this at once. */
    <U> List<U> poll(UpdateSupplier<U> supplier, long updateOffset, int limit, Duration timeout, Duration deadline)
            throws InterruptedException {
        return poll(supplier, updateOffset, limit, timeout, deadline, () -> Duration.ZERO);
    }

    /**
     * Asks once. An interrupt ends the poll and this: at once, or when the poll has stayed as long as it then has to.
     *
     * @param stay how much longer a poll that is interrupted has to stay to reach the server; a second interrupt ends that
     * @throws PollTimeoutException if there is no answer by the deadline
     */
    <U> List<U> poll(
            UpdateSupplier<U> supplier,
            long updateOffset,
            int limit,
            Duration timeout,
            Duration deadline,
            Supplier<Duration> stay)
            throws InterruptedException {
        closeEarlier();
        var poll = new Poll<>(supplier, updateOffset, limit, timeout);
        earlier = poll;
        poll.thread.start();
        boolean ended = false;
        try {
            ended = wait.forEnd(poll.ending, deadline);
        } catch (InterruptedException asked) {
            var more = stay.get();
            if (more.isPositive()) wait.forEnd(poll.ending, more);
            throw asked;
        } finally {
            if (!ended) poll.thread.interrupt();
        }
        if (!ended) throw new PollTimeoutException(deadline);
        earlier = null;
        return poll.result();
    }

    /** Two polls at once would end each other. */
    private void closeEarlier() throws InterruptedException {
        var poll = earlier;
        if (poll == null) return;
        poll.thread.interrupt();
        wait.forEnd(poll.ending, CLOSING);
        earlier = null;
    }
}
