package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tells of what will never come. A process may die between the commit that gives it up and the event that says so, and nobody would
 * hear of it: so it is kept until the turn after that. Part of {@link NodeCore}.
 */
final class Misses {
    private static final int VERSION = 1;

    private record Miss(String peer, long pieces) {}

    private final TurnBuilder turn;
    private final TreeMap<Long, Miss> now = new TreeMap<>(); // by inbox, what this turn tells of
    private Set<Long> before = Set.of(); // what the last one told of

    Misses(TurnBuilder turn) {
        this.turn = turn;
    }

    /** Tells again what an earlier process may not have told. */
    void load(NodeStore store) {
        store.each(Kind.UNTOLD, entry -> {
            Miss miss =
                    Rows.read("what is missed", VERSION, entry.value(), in -> new Miss(in.readUTF(), in.readLong()));
            add(entry.key().a(), miss.peer, miss.pieces);
        });
    }

    void add(long inbox, String peer, long pieces) {
        now.merge(inbox, new Miss(peer, pieces), (one, more) -> new Miss(peer, one.pieces + more.pieces));
    }

    /** Says in this turn what is to be said; what the last one said is known by now. */
    void pump() {
        for (long told : before) if (!now.containsKey(told)) turn.delete(row(told));
        now.forEach((inbox, miss) -> {
            turn.put(row(inbox), Rows.write(VERSION, out -> {
                out.writeUTF(miss.peer);
                out.writeLong(miss.pieces);
            }));
            turn.add(new NodeEffect.Tell(new NodeEvent.Missed(miss.peer, miss.pieces)));
        });
        before = new TreeSet<>(now.keySet());
        now.clear();
    }

    /** At once, if it is to be forgotten what was told. */
    long wakeAt() {
        return before.isEmpty() ? Long.MAX_VALUE : 0;
    }

    private static NodeStore.Key row(long inbox) {
        return new NodeStore.Key(Kind.UNTOLD, inbox);
    }
}
