package io.botmesh.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A set of numbers that mostly lie side by side. */
final class SpanSet {
    private final TreeMap<Long, Long> ends = new TreeMap<>(); // first number -> the one after the last

    SpanSet() {}

    SpanSet(List<Span> spans) {
        for (Span span : spans) add(span.from(), span.until());
    }

    void add(long from, long until) {
        if (until <= from) return;
        long first = from;
        long end = until;
        for (Map.Entry<Long, Long> left = ends.floorEntry(until);
                left != null && left.getValue() >= first;
                left = ends.floorEntry(until)) {
            first = Math.min(first, left.getKey());
            end = Math.max(end, left.getValue());
            ends.remove(left.getKey());
        }
        ends.put(first, end);
    }

    void remove(long number) {
        Map.Entry<Long, Long> around = ends.floorEntry(number);
        if (around == null || around.getValue() <= number) return;
        ends.remove(around.getKey());
        add(around.getKey(), number);
        add(number + 1, around.getValue());
    }

    void removeBelow(long number) {
        while (!ends.isEmpty() && ends.firstKey() < number) {
            long end = ends.pollFirstEntry().getValue();
            if (end > number) ends.put(number, end);
        }
    }

    boolean covers(long from, long until) {
        return until <= from || firstMissing(from) >= until;
    }

    boolean contains(long number) {
        return covers(number, number + 1);
    }

    /** The first number from here on that is not in the set. */
    long firstMissing(long from) {
        Map.Entry<Long, Long> around = ends.floorEntry(from);
        return around != null && around.getValue() > from ? around.getValue() : from;
    }

    /** The span with this number, or the next one below, null if there is none. */
    @Nullable
    Span floor(long number) {
        return span(ends.floorEntry(number));
    }

    /** The first span that begins above this number, null if there is none. */
    @Nullable
    Span higher(long number) {
        return span(ends.higherEntry(number));
    }

    private static @Nullable Span span(Map.@Nullable Entry<Long, Long> entry) {
        return entry == null ? null : new Span(entry.getKey(), entry.getValue());
    }

    boolean isEmpty() {
        return ends.isEmpty();
    }

    int size() {
        return ends.size();
    }

    void clear() {
        ends.clear();
    }

    List<Span> spans() {
        var spans = new ArrayList<Span>(ends.size());
        ends.forEach((from, until) -> spans.add(new Span(from, until)));
        return spans;
    }
}
