package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which stream had a name last, and where it ended, for an outbox that nobody answers: the reader of a name that comes back is told, so that it
 * waits for what is missing of the earlier one. Part of {@link PeerOutbox}.
 */
final class PastStreams {
    /** Names that are kept; of those that ended earlier their reader has known for long, or given up. */
    static final int MOST = 10_000;

    /**
     * A stream that has ended.
     *
     * @param end number after its last piece, above 0
     */
    record Past(long number, long end) {}

    private final long incarnation;
    private final TurnBuilder turn;
    private final Map<String, Past> byName = new LinkedHashMap<>(); // that ended first comes first

    PastStreams(long incarnation, TurnBuilder turn) {
        this.incarnation = incarnation;
        this.turn = turn;
    }

    /** Takes back what was stored; in the order of keys. */
    void restore(NodeStore.Key key, byte[] value) {
        Rows.read(
                "a stream that has ended", 1, value, in -> byName.put(in.readUTF(), new Past(key.b(), in.readLong())));
    }

    /** A stream has ended; one without pieces leaves the one before it as the last. */
    void ended(String name, long number, long end) {
        if (end == 0) return;
        Past before = byName.remove(name);
        if (before != null) turn.delete(key(before));
        if (byName.size() >= MOST) {
            Iterator<Past> oldest = byName.values().iterator();
            turn.delete(key(oldest.next()));
            oldest.remove();
        }
        var past = new Past(number, end);
        byName.put(name, past);
        turn.put(key(past), Rows.write(1, out -> {
            out.writeUTF(name);
            out.writeLong(end);
        }));
    }

    /** The last stream of a name, null if there was none. */
    @Nullable
    Past last(String name) {
        return byName.get(name);
    }

    private NodeStore.Key key(Past past) {
        return new NodeStore.Key(Kind.PAST, incarnation, past.number);
    }
}
