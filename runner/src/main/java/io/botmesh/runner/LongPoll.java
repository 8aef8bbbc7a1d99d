package io.botmesh.runner;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Updates by {@code getUpdates}. The offset is the id after the last <em>confirmed</em> update, so the server forgets
 * nothing that is not safe; an id is never compared with an earlier one, because after an idle week the server goes on
 * from a random id that may be lower. But what was confirmed a moment ago and is shown again is dropped, and polls of a
 * server that ignores the offset are spaced.
 *
 * <p>While updates are unconfirmed the server shows them again with every poll (at most 100, new ones behind them, and
 * without waiting). They are filtered out here, and polls are then spaced: the next one goes out when all is confirmed,
 * when half of the window is and the offset has moved, or after the repoll pause.
 *
 * <p>A poll that is not complete some time after its timeout is ended with a {@link PollTimeoutException}, and the next
 * one waits until its connection is closed.
 *
 * @param <U> the update
 */
public final class LongPoll<U> implements Source<U> {
    /** The most updates that the server returns at once. */
    static final int WINDOW = 100;

    /** After this long a request whose thread has begun with it has left this machine; it arrives even if nobody awaits the answer. */
    private static final Duration HEARD = Duration.ofMillis(100);

    private static final System.Logger LOG = System.getLogger("io.botmesh.runner");

    private final UpdateSupplier<U> supplier;
    private final ToLongFunction<? super U> updateId;
    private final LongPollOptions options;
    private final LongSupplier nanoTime;
    private final Watchdog watchdog;
    private final Pacing pacing;
    private final Sleeper sleeper;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition confirmed = lock.newCondition();
    /** Ids handed out and not confirmed, in order of arrival. */
    private final ArrayDeque<Long> outstanding = new ArrayDeque<>();
    /** What {@link #flush()} happened to fetch; goes out with the next batch. */
    private List<U> fetched = List.of();
    /** What was handed out when that was asked for. */
    private Set<Long> fetchedBeside = Set.of();
    /** First update wanted: one past the last confirmed; 0 until something is. */
    private long updateOffset;
    /** What the server was last told. */
    private long toldOffset;
    /** What the latest poll said, and when it went out; whether the server heard is known only from its answer. */
    private long sentOffset;

    private long sentNanos;
    private long polls;
    /** Whether its thread has begun with the request, and when. */
    private boolean begun;

    private long begunNanos;
    private boolean answered;

    private long lastPollNanos;
    /** What holds up all others has been named since then. */
    private boolean named;
    /** The last poll brought nothing, or nothing but what was to be forgotten. Of the one thread that fetches. */
    private boolean emptyHanded;

    private final Forgotten forgotten = new Forgotten();
    /** Shown although it was to be forgotten, until that is told; and whether that was told. Of the one thread that fetches. */
    private @Nullable Long unforgotten;

    private boolean toldOfUnforgotten;

    /** With {@link LongPollOptions#defaults()}. */
    public LongPoll(UpdateSupplier<U> supplier, ToLongFunction<? super U> updateId) {
        this(supplier, updateId, LongPollOptions.defaults(), System::nanoTime);
    }

    public LongPoll(
            UpdateSupplier<U> supplier,
            ToLongFunction<? super U> updateId,
            LongPollOptions options,
            LongSupplier nanoTime) {
        this(supplier, updateId, options, nanoTime, new Deadlines(), Thread::sleep);
    }

    LongPoll(
            UpdateSupplier<U> supplier,
            ToLongFunction<? super U> updateId,
            LongPollOptions options,
            LongSupplier nanoTime,
            Watchdog.Wait wait,
            Sleeper sleeper) {
        this.supplier = supplier;
        this.updateId = updateId;
        this.options = options;
        this.nanoTime = nanoTime;
        this.watchdog = new Watchdog(wait);
        this.pacing = new Pacing(options.pace());
        this.sleeper = sleeper;
        this.lastPollNanos = nanoTime.getAsLong();
    }

    @Override
    public List<U> next(int limit) throws InterruptedException {
        var pause = emptyHanded ? untilRepoll() : pacing.pause();
        if (pause.isPositive()) sleeper.sleep(pause);
        long offset;
        Set<Long> held;
        lock.lockInterruptibly();
        try {
            if (!fetched.isEmpty()) {
                var ready = fetched;
                fetched = List.of();
                return handOut(ready, fetchedBeside);
            }
            if (!awaitTurn()) return List.of();
            offset = updateOffset;
            held = held();
        } finally {
            lock.unlock();
        }
        long number = sent(offset);
        // Held updates take up places of the answer, so a smaller limit could show nothing new.
        var answer = watchdog.poll(
                (from, most, time) -> answer(number, from, most, time),
                offset,
                !held.isEmpty() ? WINDOW : Math.min(limit, WINDOW),
                options.timeout(),
                options.timeout().plus(options.margin()),
                this::untilHeard);
        lock.lock();
        try {
            long before = lastPollNanos;
            told(offset);
            var fresh = handOut(answer, held);
            emptyHanded = answer.isEmpty() || (unforgotten != null && fresh.isEmpty());
            pacing.onPoll(fresh.size(), lastPollNanos - before);
            return fresh;
        } finally {
            lock.unlock();
            tellOfUnforgotten();
        }
    }

    /** A server, or a proxy that answers in its place, with the same updates for ever: nothing new can come. */
    private void tellOfUnforgotten() {
        var id = unforgotten;
        unforgotten = null;
        if (id == null || toldOfUnforgotten) return;
        toldOfUnforgotten = true;
        LOG.log(
                Level.WARNING,
                "the server shows update {0} again, which it was told to forget: it ignores the offset. Such updates are"
                        + " dropped, and others come only if it shows them too",
                Long.toString(id));
    }

    /** Nothing comes of asking again at once where nothing was held back: by a timeout of zero, or by a server out of order. */
    private Duration untilRepoll() {
        lock.lock();
        try {
            return options.repoll().minusNanos(nanoTime.getAsLong() - sentNanos);
        } finally {
            lock.unlock();
        }
    }

    /** An answer shows that the server heard, even if nobody waits for it any more. */
    private List<U> answer(long number, long offset, int limit, Duration timeout) throws InterruptedException {
        long now = nanoTime.getAsLong();
        lock.lock();
        try {
            if (polls == number) {
                begunNanos = now;
                begun = true;
            }
        } finally {
            lock.unlock();
        }
        var updates = supplier.getUpdates(offset, limit, timeout);
        lock.lock();
        try {
            if (polls == number) answered = true;
        } finally {
            lock.unlock();
        }
        return updates;
    }

    /** How much longer the poll that is on its way has to stay, to tell the server what nothing else has told it. */
    private Duration untilHeard() {
        lock.lock();
        try {
            if (toldOffset == sentOffset) return Duration.ZERO;
            return begun ? HEARD.minusNanos(nanoTime.getAsLong() - begunNanos) : HEARD;
        } finally {
            lock.unlock();
        }
    }

    /** Waits while a poll could show nothing but what is handed out already; false if that takes long. */
    private boolean awaitTurn() throws InterruptedException {
        boolean yielded = false;
        while (!outstanding.isEmpty()) {
            if (updateOffset != toldOffset && outstanding.size() <= WINDOW / 2) return true;
            long left = options.repoll().toNanos() - (nanoTime.getAsLong() - lastPollNanos);
            boolean full = isFull();
            if (left <= 0 && !full) return true;
            if (!yielded) {
                yielded = true;
                letHandlersEnd();
            } else if (!full) confirmed.awaitNanos(left);
            else if (!awaitConfirmed()) return false;
        }
        return true;
    }

    /** The server would show nothing new, whatever it has. Under the lock. */
    private boolean isFull() {
        return outstanding.size() >= WINDOW && updateOffset == toldOffset;
    }

    @Override
    public Duration standsStill() {
        lock.lock();
        try {
            return isFull() ? Duration.ofNanos(nanoTime.getAsLong() - lastPollNanos) : Duration.ZERO;
        } finally {
            lock.unlock();
        }
    }

    /** One update that does not end keeps all others away, and nothing else would say so. */
    @SuppressWarnings("WaitNotInLoop") // its caller is one
    private boolean awaitConfirmed() throws InterruptedException {
        var patience = options.timeout().plus(options.margin());
        if (confirmed.await(patience.toNanos(), TimeUnit.NANOSECONDS)) return true;
        if (named) return false;
        named = true;
        long oldest = outstanding.getFirst();
        lock.unlock();
        try {
            LOG.log(
                    Level.WARNING,
                    "polling has stood still for {0} s, as update {1} has not ended and {2} after it have come: the server shows"
                            + " no more of them; give handlers a time, or take a journal",
                    patience.toSeconds(),
                    Long.toString(oldest),
                    WINDOW - 1);
        } finally {
            lock.lock();
        }
        return false;
    }

    /** Handlers that do not wait have ended by the time this thread is on again, which is cheaper than a timer. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it
    private void letHandlersEnd() {
        lock.unlock();
        try {
            Thread.yield();
        } finally {
            lock.lock();
        }
    }

    /** Returns which poll it is. */
    private long sent(long offset) {
        lock.lock();
        try {
            sentOffset = offset;
            sentNanos = nanoTime.getAsLong();
            begun = false;
            answered = false;
            return ++polls;
        } finally {
            lock.unlock();
        }
    }

    private void told(long offset) {
        named = false;
        toldOffset = offset;
        lastPollNanos = nanoTime.getAsLong();
    }

    /** What an answer to a poll that goes out now may show again, though it be confirmed by the time it comes. */
    private Set<Long> held() {
        return outstanding.isEmpty() ? Set.of() : new HashSet<>(outstanding);
    }

    private List<U> handOut(List<U> answer, Set<Long> known) {
        int before = outstanding.size();
        try {
            var fresh = new ArrayList<U>(answer.size());
            for (var update : answer) {
                long id = updateId.applyAsLong(update);
                if (known.contains(id)) continue;
                if (id < updateOffset && forgotten.contains(id, nanoTime.getAsLong())) {
                    unforgotten = id;
                    continue;
                }
                outstanding.add(id);
                fresh.add(update);
            }
            return fresh;
        } catch (RuntimeException | Error failed) { // nobody has got them: the next poll shows them again
            while (outstanding.size() > before) outstanding.removeLast();
            throw failed;
        }
    }

    @Override
    public void confirm(U through) {
        long id = updateId.applyAsLong(through);
        lock.lock();
        try {
            if (!outstanding.contains(id)) return; // confirmed before, or handed out before a rewind
            boolean first = updateOffset == toldOffset;
            forget(id);
            updateOffset = id + 1;
            // Whoever waits for its turn has nothing of a confirmation in between but the waking.
            if (first || outstanding.size() <= WINDOW / 2) confirmed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void forget(long through) {
        long now = nanoTime.getAsLong();
        while (true) {
            long id = outstanding.remove();
            forgotten.add(id, now);
            if (id == through) return;
        }
    }

    /**
     * Whether a poll that was cut short has very likely told the server so. Saying it again with the same offset would
     * be held up for three seconds; should the server not have heard, it shows those updates once more.
     */
    private boolean heard(long offset) {
        boolean left = begun && nanoTime.getAsLong() - begunNanos >= HEARD.toNanos();
        return sentOffset == offset && (answered || left);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The only way to say so is one more poll. What it brings is kept for the next batch: asking again with the same
     * offset within half a second would get one update only.
     */
    @Override
    public void flush() throws InterruptedException {
        long offset;
        Set<Long> held;
        lock.lockInterruptibly();
        try {
            if (updateOffset == toldOffset || heard(updateOffset)) return;
            offset = updateOffset;
            held = held();
        } finally {
            lock.unlock();
        }
        var answer = watchdog.poll(supplier, offset, WINDOW, Duration.ZERO, options.margin());
        lock.lock();
        try {
            told(offset);
            fetched = answer;
            fetchedBeside = held;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void rewind() {
        lock.lock();
        try {
            outstanding.clear();
            fetched = List.of();
        } finally {
            lock.unlock();
        }
    }
}
