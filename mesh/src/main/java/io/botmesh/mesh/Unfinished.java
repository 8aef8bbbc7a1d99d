package io.botmesh.mesh;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Messages that a {@link PeerInbox} puts together, one at most for each stream: what has come of them is stored, and nobody's to handle yet. */
final class Unfinished {
    private final LinkedHashMap<Long, Long> weights =
            new LinkedHashMap<>(); // by stream, in the order in which they began
    private final LinkedHashSet<Long> lately = new LinkedHashSet<>(); // who got nothing for longest first
    private long weight;

    /** A piece of a message, the first one or a later one. */
    void add(long stream, long weight) {
        weights.merge(stream, weight, Long::sum);
        lately.remove(stream);
        lately.add(stream);
        this.weight += weight;
    }

    /** The message of that stream is whole or given up; nothing happens if none has begun. */
    void end(long stream) {
        Long gone = weights.remove(stream);
        if (gone == null) return;
        lately.remove(stream);
        weight -= gone;
    }

    /** What has come of all of them. */
    long weight() {
        return weight;
    }

    /** The stream whose message began first, null if none has. */
    @Nullable
    Long oldest() {
        return weights.isEmpty() ? null : weights.firstEntry().getKey();
    }

    /** The stream that got nothing for longest, null if there is none beside these. */
    @Nullable
    Long silent(Set<Long> but) {
        return lately.stream()
                .filter(stream -> !but.contains(stream))
                .findFirst()
                .orElse(null);
    }
}
