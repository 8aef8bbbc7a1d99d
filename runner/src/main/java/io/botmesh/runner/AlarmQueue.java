package io.botmesh.runner;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Alarms, and time that passes when somebody says so: first those that are due earlier, and of one moment those that were set
 * earlier. Guarded by its owner's lock, who runs the actions without it.
 */
final class AlarmQueue {
    /** An alarm that is set. */
    record Entry(long due, long number, Runnable action) {}

    /** Near the end of what nanoTime can say, so that whoever compares such numbers does so by their difference. */
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();
    /** Longer pauses are as good as endless. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparingLong(Entry::due).thenComparingLong(Entry::number));
    private long passed;
    private long number;

    /** Nanoseconds since the beginning. */
    long passed() {
        return passed;
    }

    /** As {@link Timer#nanoTime}. */
    long nanoTime() {
        return START + passed;
    }

    Entry set(Duration pause, Runnable action) {
        long nanos = pause.compareTo(LONGEST) < 0 ? Math.max(0, pause.toNanos()) : Long.MAX_VALUE / 2;
        var entry = new Entry(passed + nanos, ++number, action);
        entries.add(entry);
        return entry;
    }

    void cancel(Entry entry) {
        entries.remove(entry);
    }

    void clear() {
        entries.clear();
    }

    int size() {
        return entries.size();
    }

    /**
     * Lets time pass until the first alarm is due, and takes it; or until that moment if none is due by then.
     *
     * @param until nanoseconds since the beginning
     * @return what is to be done, or null if nothing is due
     */
    @Nullable
    Runnable next(long until) {
        var first = entries.peek();
        boolean due = first != null && first.due <= until;
        passed = Math.max(passed, due ? first.due : until);
        if (!due) return null;
        entries.remove();
        return first.action;
    }
}
