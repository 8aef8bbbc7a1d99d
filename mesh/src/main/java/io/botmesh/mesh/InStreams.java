package io.botmesh.mesh;

import io.botmesh.wire.LinkReceiver;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Streams of a {@link PeerInbox}, by number and by name. Whom nobody answers may end a stream and use its name again while handlers are still
 * busy with it: so the later one of two that share a name waits for the earlier. There is no bound for those that have ended and wait for
 * handlers: what is done with each packet looks at the others alone.
 */
final class InStreams {
    private static final class Same {
        final TreeMap<Long, InStream> streams = new TreeMap<>();
        int waiting;
    }

    private final TreeMap<Long, InStream> going = new TreeMap<>();
    private final Map<Long, InStream> over = new HashMap<>();
    private final Map<String, Same> byName = new HashMap<>();
    private final Set<String> shared = new LinkedHashSet<>();
    private long overCost;

    @Nullable
    InStream get(long number) {
        InStream known = going.get(number);
        return known != null ? known : over.get(number);
    }

    InStream put(InStream in) {
        going.put(in.number, in);
        if (!in.name.isEmpty()) name(in, in.name);
        return in;
    }

    /** Those of which something may come, by number. */
    Collection<InStream> going() {
        return going.values();
    }

    /** Nothing more comes of a stream but the end of its handlers. */
    void onOver(InStream in) {
        if (!going.remove(in.number, in)) return;
        over.put(in.number, in);
        in.cost = LinkReceiver.STREAM_COST + (long) in.name.length();
        overCost += in.cost;
    }

    /** More comes of a stream that gave way to others. */
    void onGoingOn(InStream in) {
        if (!over.remove(in.number, in)) return;
        overCost -= in.cost;
        going.put(in.number, in);
    }

    /** What those that have ended and wait for handlers take of memory. */
    long overCost() {
        return overCost;
    }

    /** A stream has this name from now on; messages of others that are with handlers already wait for nothing any more. */
    void name(InStream in, String name) {
        in.name = name;
        if (name.isEmpty()) return;
        Same same = byName.computeIfAbsent(name, any -> new Same());
        same.streams.put(in.number, in);
        Map.Entry<Long, InStream> earlier = same.streams.lowerEntry(in.number);
        waitFor(in, earlier == null ? null : earlier.getValue());
        Map.Entry<Long, InStream> next = same.streams.higherEntry(in.number);
        InStream later = next == null ? null : next.getValue();
        if (later != null && (later.before != null || later.ready.isEmpty())) waitFor(later, in);
    }

    private void waitFor(InStream in, @Nullable InStream before) {
        Same same = byName.get(in.name);
        if (same != null && (in.before == null) != (before == null)) same.waiting += before == null ? -1 : 1;
        in.before = before;
        if (same == null || same.waiting == 0) shared.remove(in.name);
        else shared.add(in.name);
    }

    /** A stream waits for no other any more. */
    void release(InStream in) {
        waitFor(in, null);
    }

    /** Names of which a stream waits for another. */
    List<String> shared() {
        return List.copyOf(shared);
    }

    /** Streams of a name, by number. */
    Collection<InStream> of(String name) {
        Same same = byName.get(name);
        return same == null ? List.of() : same.streams.values();
    }

    /** Later streams of the same name. */
    Collection<InStream> after(InStream in) {
        Same same = byName.get(in.name);
        return same == null ? List.of() : same.streams.tailMap(in.number, false).values();
    }

    /** Takes out one that is over; who waits for it waits for whom that waited for. */
    void remove(InStream in) {
        going.remove(in.number, in);
        if (over.remove(in.number, in)) overCost -= in.cost;
        Same same = byName.get(in.name);
        if (same == null || !same.streams.remove(in.number, in)) return;
        InStream before = in.before;
        Map.Entry<Long, InStream> later = same.streams.higherEntry(in.number);
        if (before != null && later != null && later.getValue().before == in) waitFor(later.getValue(), before);
        waitFor(in, null);
        if (same.streams.isEmpty()) byName.remove(in.name);
    }
}
