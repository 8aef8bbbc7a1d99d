package io.botmesh.seal;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts refused packets by reason. */
final class Refusals {
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    void count(Enum<?> reason) {
        counts.computeIfAbsent(reason.name(), none -> new LongAdder()).increment();
    }

    Map<String, Long> counts() {
        var copy = new TreeMap<String, Long>();
        counts.forEach((reason, count) -> copy.put(reason, count.sum()));
        return copy;
    }
}
