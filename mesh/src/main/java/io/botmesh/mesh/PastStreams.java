package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.wire.LinkSender.Past;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which streams had a name last, and where they ended, for an outbox that nobody answers: the reader of a name that comes back is told, so that it
 * waits for what is missing of the earlier ones. Part of {@link PeerOutbox}.
 */
final class PastStreams {
    /** Names that are kept; of those that ended earlier their reader has known for long, or given up. */
    static final int MOST = 10_000;

    /** Streams of a name that are kept. Something of all of them but one has to be lost, or what is missing of the earliest is not found out. */
    private static final int OF_A_NAME = 3;

    /** Of rows that hold the last stream of a name. */
    private static final int FIRST_VERSION = 1;

    private static final int VERSION = 2;

    private final long incarnation;
    private final TurnBuilder turn;
    private final Map<String, List<Past>> byName =
            new LinkedHashMap<>(); // that ended first comes first; of each the last one first

    PastStreams(long incarnation, TurnBuilder turn) {
        this.incarnation = incarnation;
        this.turn = turn;
    }

    /** Takes back what was stored; in the order of keys. */
    void restore(NodeStore.Key key, byte[] value) {
        boolean first = value.length > 0 && value[0] == FIRST_VERSION;
        Rows.read("a stream that has ended", first ? FIRST_VERSION : VERSION, value, in -> {
            String name = in.readUTF();
            var streams = new ArrayList<Past>(OF_A_NAME);
            streams.add(new Past(key.b(), in.readLong()));
            for (int left = first ? 0 : in.readUnsignedByte(); left > 0; left--)
                streams.add(new Past(in.readLong(), in.readLong()));
            return byName.put(name, streams);
        });
    }

    /** A stream has ended; one without pieces leaves the one before it as the last. */
    void ended(String name, long number, long end) {
        if (end == 0) return;
        List<Past> before = byName.remove(name);
        if (before == null) before = List.of();
        else turn.delete(key(before));
        if (byName.size() >= MOST) {
            Iterator<List<Past>> oldest = byName.values().iterator();
            turn.delete(key(oldest.next()));
            oldest.remove();
        }
        var streams = new ArrayList<Past>(OF_A_NAME);
        streams.add(new Past(number, end));
        streams.addAll(before.subList(0, Math.min(before.size(), OF_A_NAME - 1)));
        byName.put(name, streams);
        turn.put(key(streams), Rows.write(VERSION, out -> {
            out.writeUTF(name);
            out.writeLong(end);
            out.writeByte(streams.size() - 1);
            for (Past past : streams.subList(1, streams.size())) {
                out.writeLong(past.stream());
                out.writeLong(past.end());
            }
        }));
    }

    /** The last streams of a name, the very last first. */
    List<Past> of(String name) {
        return byName.getOrDefault(name, List.of());
    }

    private NodeStore.Key key(List<Past> streams) {
        return new NodeStore.Key(Kind.PAST, incarnation, streams.getFirst().stream());
    }
}
