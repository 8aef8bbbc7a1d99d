package io.botmesh.runner;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Says by the timer's clock when it was what a journal tells by the wall clock. That clock may be set at any time: so this
 * notes what both showed together, once at the start and again for each batch for which the last note is wrong. What an
 * earlier process has left counts by the clocks at the start, and what came in this one by those of its arrival, however
 * long it lies on disk. Thread-safe.
 */
final class Arrivals {
    /** Whatever is older need not be known better, and nanoseconds must not overflow. */
    private static final long OLDEST = Duration.ofDays(36_500).toNanos();
    /** By how much a note may be wrong: clocks are set right by little all the time. */
    private static final long TOLERANCE = Duration.ofSeconds(1).toNanos();
    /** Where a clock is set more often than that, the oldest notes are given up, but for that of the start. */
    private static final int MOST = 256;

    /** Both clocks at one moment. */
    private record Note(Instant wall, long nanos) {
        /** From this moment on to that of the wall clock; negative if it was before. */
        long until(Instant moment) {
            try {
                return Math.clamp(Duration.between(wall, moment).toNanos(), -OLDEST, OLDEST);
            } catch (ArithmeticException farOff) {
                return moment.isBefore(wall) ? -OLDEST : OLDEST;
            }
        }
    }

    private final Timer timer;
    private final InstantSource clock;
    /** By the sequence of the first entry that it is for. */
    private final ConcurrentSkipListMap<Long, Note> notes = new ConcurrentSkipListMap<>();

    Arrivals(Timer timer, InstantSource clock) {
        this.timer = timer;
        this.clock = clock;
    }

    /** From now on {@link #at} can tell. Without effect when repeated. */
    void begin() {
        notes.computeIfAbsent(0L, start -> new Note(clock.instant(), timer.nanoTime()));
    }

    /** By the timer's clock. */
    long now() {
        return timer.nanoTime();
    }

    /** What was replayed arrives now. */
    void noteReplay(long sequence) {
        note(sequence, clock.instant(), now());
    }

    /**
     * A batch has arrived.
     *
     * @param sequence of its first entry
     * @param arrived  when that was, by the journal
     * @param nanos    the same by the timer's clock
     */
    void note(long sequence, Instant arrived, long nanos) {
        var last = notes.floorEntry(sequence).getValue();
        if (Math.abs(last.until(arrived) - (nanos - last.nanos)) <= TOLERANCE) return;
        if (notes.size() >= MOST) notes.remove(notes.higherKey(0L));
        notes.put(sequence, new Note(arrived, nanos));
    }

    /**
     * The moment of the wall clock by the timer's clock, now at the latest.
     *
     * @param sequence of the entry that it is about, by whose arrival the clocks are compared
     */
    long at(long sequence, Instant moment) {
        var note = notes.floorEntry(sequence).getValue();
        long now = now();
        return now - Math.max(0, now - note.nanos - note.until(moment));
    }
}
