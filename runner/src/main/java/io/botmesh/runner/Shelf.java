package io.botmesh.runner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Updates that stay on disk although later ones are in memory, because enough of their keys are there: where they lie, by key
 * and in order. Whatever shares a key with one of them queues up behind it here. An update of several keys makes one line of
 * the lines of these, and so has one place. Eight bytes for each update; the number of lines is bounded too.
 *
 * <p>Holds no lock.
 */
final class Shelf {
    private static final int MOST_UPDATES = 1 << 20;
    private static final int MOST_LINES = 1 << 12;

    /** Updates whose order must be kept, and the keys for which it must. */
    static final class Line {
        private final Set<Object> keys = new HashSet<>();
        /** Ascending, from {@link #begin} to {@link #end}. */
        private long[] sequences = new long[4];

        private int begin;
        private int end;

        Collection<Object> keys() {
            return keys;
        }

        int size() {
            return end - begin;
        }

        /** The first ones. */
        List<Long> head(int most) {
            return Arrays.stream(sequences, begin, Math.min(end, begin + most))
                    .boxed()
                    .toList();
        }

        private void add(long sequence) {
            if (end == sequences.length) {
                // Half of it free at least, so that what is moved is paid for by what was added.
                var from = sequences;
                if (begin < size()) sequences = new long[2 * size()];
                System.arraycopy(from, begin, sequences, 0, size());
                end -= begin;
                begin = 0;
            }
            sequences[end++] = sequence;
        }

        private void merge(Line other) {
            keys.addAll(other.keys);
            var all = new long[size() + other.size() + 4];
            System.arraycopy(sequences, begin, all, 0, size());
            System.arraycopy(other.sequences, other.begin, all, size(), other.size());
            end = size() + other.size();
            begin = 0;
            sequences = all;
            Arrays.sort(all, 0, end);
            other.begin = other.end; // whoever still knows it finds nothing in it
        }
    }

    private final Map<Object, Line> lines = new HashMap<>();
    private int size;
    private int count;

    boolean isEmpty() {
        return size == 0;
    }

    /** Updates in all lines. */
    int size() {
        return size;
    }

    /** Whether the next update might be too much. */
    boolean isFull() {
        return size >= MOST_UPDATES || count >= MOST_LINES;
    }

    /** The keys of all lines. */
    Set<Object> keys() {
        return lines.keySet();
    }

    /** The line in which updates with this key are. */
    @Nullable
    Line line(Object key) {
        return lines.get(key);
    }

    /** Whether an update with one of these keys has to queue up here. */
    boolean concerns(List<?> keys) {
        if (lines.isEmpty()) return false;
        for (Object key : keys) if (lines.containsKey(key)) return true;
        return false;
    }

    /**
     * Puts an update behind all with one of its keys.
     *
     * @param keys     at least one
     * @param sequence greater than all before
     * @return the line in which it is now
     */
    Line add(List<?> keys, long sequence) {
        var met = new ArrayList<Line>(1);
        for (Object key : keys) {
            var line = lines.get(key);
            if (line != null && !met.contains(line)) met.add(line);
        }
        var line = met.isEmpty() ? new Line() : met.getFirst();
        if (met.isEmpty()) count++;
        for (var other : met.subList(Math.min(1, met.size()), met.size())) {
            line.merge(other);
            for (Object key : other.keys) lines.put(key, line);
            count--;
        }
        for (Object key : keys) {
            line.keys.add(key);
            lines.put(key, line);
        }
        line.add(sequence);
        size++;
        return line;
    }

    /**
     * Takes the first ones of a line away; a line of which nothing is left is forgotten.
     *
     * @return whether they were its first ones
     */
    boolean remove(Line line, List<Long> head) {
        if (!line.head(head.size()).equals(head)) return false;
        line.begin += head.size();
        size -= head.size();
        if (line.size() > 0) return true;
        line.keys.forEach(lines::remove);
        count--;
        return true;
    }

    void clear() {
        lines.clear();
        size = 0;
        count = 0;
    }
}
