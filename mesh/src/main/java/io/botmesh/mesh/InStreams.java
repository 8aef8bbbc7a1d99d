package io.botmesh.mesh;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Streams of a {@link PeerInbox}, by number and by name. Whom nobody answers may end a stream and use its name again while handlers are still
 * busy with it: so the later one of two that share a name waits for the earlier.
 */
final class InStreams {
    private final TreeMap<Long, InStream> byNumber = new TreeMap<>();
    private final Map<String, TreeMap<Long, InStream>> byName = new HashMap<>();

    @Nullable
    InStream get(long number) {
        return byNumber.get(number);
    }

    InStream get(long number, LongFunction<InStream> otherwise) {
        InStream known = byNumber.get(number);
        return known != null ? known : put(otherwise.apply(number));
    }

    InStream put(InStream in) {
        byNumber.put(in.number, in);
        if (!in.name.isEmpty()) name(in, in.name);
        return in;
    }

    /** By number. */
    Collection<InStream> values() {
        return byNumber.values();
    }

    int size() {
        return byNumber.size();
    }

    /** A stream has this name from now on; messages of others that are with handlers already wait for nothing any more. */
    void name(InStream in, String name) {
        in.name = name;
        if (name.isEmpty()) return;
        TreeMap<Long, InStream> same = byName.computeIfAbsent(name, any -> new TreeMap<>());
        same.put(in.number, in);
        Map.Entry<Long, InStream> earlier = same.lowerEntry(in.number);
        in.before = earlier == null ? null : earlier.getValue();
        Map.Entry<Long, InStream> later = same.higherEntry(in.number);
        if (later != null && later.getValue().ready.isEmpty()) later.getValue().before = in;
    }

    /** Later streams of the same name. */
    List<InStream> after(InStream in) {
        TreeMap<Long, InStream> same = byName.get(in.name);
        return same == null
                ? List.of()
                : List.copyOf(same.tailMap(in.number, false).values());
    }

    /** Takes out one that is over; who waits for it waits for whom that waited for. */
    void remove(InStream in) {
        if (in.before != null) for (InStream later : after(in)) if (later.before == in) later.before = in.before;
        byNumber.remove(in.number, in);
        TreeMap<Long, InStream> same = byName.get(in.name);
        if (same == null) return;
        same.remove(in.number, in);
        if (same.isEmpty()) byName.remove(in.name);
    }
}
