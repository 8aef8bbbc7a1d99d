package io.botmesh.runner;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An update on its way to the handler, and what the handler may ask of the runner meanwhile. Its {@link #next} and
 * {@link #withoutSlot} belong to the handler's own thread.
 *
 * @param <U> the update
 */
public final class Delivery<U> {
    private final U update;
    private final int attempt;
    private final long ageNanos;
    private final boolean overdue;
    private final @Nullable Turn<U> turn;

    Delivery(U update, int attempt, long ageNanos, boolean overdue, @Nullable Turn<U> turn) {
        if (attempt < 1) throw new IllegalArgumentException("attempt: " + attempt);
        this.update = update;
        this.attempt = attempt;
        this.ageNanos = ageNanos;
        this.overdue = overdue;
        this.turn = turn;
    }

    /** One without a runner, to call a handler by hand: nothing ever follows it, and it has no slot to give back. */
    public static <U> Delivery<U> of(U update, int attempt) {
        return new Delivery<>(update, attempt, 0, false, null);
    }

    /** Null without a runner. */
    @Nullable
    Turn<U> turn() {
        return turn;
    }

    /** What arrived. */
    public U update() {
        return update;
    }

    /** 1 if no handler can have seen it before; above 1 one may have, in this process or in one that died. */
    public int attempt() {
        return attempt;
    }

    /**
     * Places in the {@link Journal} of the updates that end when this handler has ended well: this one with those it was
     * merged from, and those it has been given since. Empty without a journal.
     */
    public List<Long> sequences() {
        if (turn == null) return List.of();
        return turn.owed().stream()
                .map(task -> task.sequence)
                .filter(sequence -> sequence > 0)
                .toList();
    }

    /** Whether {@link #sequences()} are places in this very journal, and not in another one. */
    public boolean isKeptIn(Journal<?> journal) {
        return turn != null && turn.isKeptIn(journal);
    }

    /** Whether a handler may have seen this update before. */
    public boolean repeated() {
        return attempt > 1;
    }

    /** Whether it has a key: what has none is followed by nothing, and {@link #next} is refused. */
    public boolean isKeyed() {
        return turn == null || turn.isKeyed();
    }

    /** How old it was when it was handed out: since its arrival, if need be in an earlier process, or as its {@link AgeLimit} counts. */
    public Duration age() {
        return Duration.ofNanos(ageNanos);
    }

    /** Whether it is older than its {@link AgeLimit}, which says that it is handled even so. */
    public boolean overdue() {
        return overdue;
    }

    /**
     * Whether the handler is asked to end, by a stop or because its time is over, as its interrupt says too. Whoever ends
     * early then has to throw: a handler that returns has succeeded.
     */
    public boolean cancelled() {
        return turn != null && turn.cancelled();
    }

    /**
     * Waits for the next update that shares a key with the one this handler began with, and that the filter takes. While
     * it waits the handler holds neither its slot nor its keys: updates behind it run, those that the filter refuses by
     * handlers of their own. From then on it holds the keys of the update it was given. Of several that wait, the one
     * that began to wait last is asked first. A filter must not wait; one that throws refuses.
     *
     * <p>The updates of such a conversation end together, when the handler returns. If it throws, all of them fail: a
     * retry begins with the first update again and is given the others again, in order. With a journal the same happens
     * after a stop or a crash. At least once without a journal they end when the handler begins to wait, because the
     * server shows nothing beyond the hundredth update that has not ended; then a conversation does not survive its
     * process.
     *
     * @param timeout how long; an update that arrived before it was over is still given
     * @return the update, with the same powers as this delivery
     * @throws TimeoutException      if none came in time; the handler has a slot and the keys it began with again
     * @throws InterruptedException  if the runner stops, or the handler's time is over: it should end
     * @throws IllegalStateException on another thread, within {@link #withoutSlot}, without a runner, or {@linkplain #isKeyed
     *                               without a key}
     */
    public Delivery<U> next(Predicate<? super U> filter, Duration timeout)
            throws InterruptedException, TimeoutException {
        if (turn == null) throw new IllegalStateException("no runner brings a next update");
        return turn.next(filter, false, timeout);
    }

    /**
     * As {@link #next}, but only an update that is here already and that a handler may have seen before: after a failure, a
     * stop or a crash, what the conversation was given then. So a handler that runs again can tell whether what it is
     * about to ask for has been answered. Does not wait for anything to arrive; empty if this update itself is new. A new update that
     * the filter takes is kept for the {@link #next} that follows.
     */
    public Optional<Delivery<U>> nextAgain(Predicate<? super U> filter) throws InterruptedException {
        if (turn == null || !repeated()) return Optional.empty();
        try {
            return Optional.of(turn.next(filter, true, Duration.ZERO));
        } catch (TimeoutException none) {
            return Optional.empty();
        }
    }

    /**
     * Runs something that only waits, while another handler may use this one's slot; its keys stay held. If as many handlers
     * wait so as the {@linkplain RunnerLimits#highWatermark() high watermark} says, it keeps its slot. Returns when
     * there is a slot again. On another thread than the handler's it just runs.
     */
    public <T> T withoutSlot(Callable<T> wait) throws Exception {
        return turn == null ? wait.call() : turn.withoutSlot(wait);
    }

    @Override
    public String toString() {
        return "Delivery[update=" + update + ", attempt=" + attempt + "]";
    }
}
