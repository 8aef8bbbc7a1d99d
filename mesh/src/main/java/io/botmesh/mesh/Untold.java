package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tells of losses and of what was put aside. A process may die between the commit that gives something up and the event that says so, and
 * nobody would hear of it: so it is kept until the turn after that. Part of {@link NodeCore}.
 */
final class Untold {
    private static final int VERSION = 1;

    /** What stands in the last number of a row's key. */
    private static final long MISS = 0;

    private static final long EVENT = 1;
    private static final long LOSS = 2;
    private static final long MISSED_PACKETS = 3;

    private static final byte SET_ASIDE = 1;
    private static final byte PEER_FORGOT = 2;
    private static final byte STORE_IS_OLD = 3;
    private static final byte OBJECT_OVER = 4;
    private static final byte ASIDE_DROPPED = 5;
    private static final byte TOO_LONG = 6;

    /** So much of what somebody wrote is kept. */
    private static final int MOST_WORDS = 1_000;

    /** Pieces of an outbox, or packets, as the key says. */
    private record Miss(String peer, long count) {
        static Miss sum(@Nullable Miss one, Miss more) {
            return one == null ? more : new Miss(more.peer, one.count + more.count);
        }
    }

    private record Cause(String peer, String why) {}

    private final TurnBuilder turn;
    private final TreeMap<NodeStore.Key, Miss> missed = new TreeMap<>(); // by row, what this turn tells of
    private final Map<Cause, List<Long>> lost = new LinkedHashMap<>(); // tokens
    private final Map<NodeStore.Key, Miss> toldMissed = new HashMap<>(); // in this turn
    private final Set<NodeStore.Key> told = new TreeSet<>(); // rows of what this turn tells of
    private Set<NodeStore.Key> before = Set.of(); // rows of what the last turn told of
    private long next = 1;

    Untold(TurnBuilder turn) {
        this.turn = turn;
    }

    /** Tells again what an earlier process may not have told. */
    void load(NodeStore store) {
        before = new TreeSet<>();
        store.each(Kind.UNTOLD, entry -> {
            NodeStore.Key key = entry.key();
            before.add(key);
            boolean ofInbox = key.b() == MISS || key.b() == MISSED_PACKETS;
            if (!ofInbox) next = Math.max(next, key.a() + 1);
            if (ofInbox) {
                missed(key, read(entry, in -> new Miss(in.readUTF(), in.readLong())));
            } else if (key.b() == EVENT) {
                tell(key.a(), read(entry, Untold::event));
            } else {
                int unused = read(entry, in -> {
                    var cause = new Cause(in.readUTF(), in.readUTF());
                    int many = in.readInt();
                    for (int i = 0; i < many; i++) lost(cause.peer, in.readLong(), cause.why);
                    return many;
                });
            }
        });
    }

    private static <T> T read(NodeStore.Entry entry, Rows.Reader<T> reader) {
        return Rows.read("what is to be told", VERSION, entry.value(), reader);
    }

    /** Pieces will never come. */
    void missed(long inbox, String peer, long pieces) {
        missed(new NodeStore.Key(Kind.UNTOLD, inbox, MISS), new Miss(peer, pieces));
    }

    /** Packets will never come. */
    void missedPackets(long inbox, String peer, long packets) {
        missed(new NodeStore.Key(Kind.UNTOLD, inbox, MISSED_PACKETS), new Miss(peer, packets));
    }

    private void missed(NodeStore.Key row, Miss miss) {
        missed.merge(row, miss, Miss::sum);
    }

    /** A message that was sent will never arrive, or nobody knows. */
    void lost(String peer, long token, String why) {
        turn.add(new NodeEffect.Lost(peer, token, why));
        lost.computeIfAbsent(new Cause(peer, why), any -> new ArrayList<>()).add(token);
    }

    /**
     * One of those that are told at least once.
     *
     * @throws IllegalArgumentException for others
     */
    void tell(NodeEvent event) {
        tell(next++, event);
    }

    /**
     * Writes down what is to be told as soon as something else is done; if the process dies before, the next one tells it.
     *
     * @return for {@link #tell(long, NodeEvent)}
     */
    long keep(NodeEvent event) {
        turn.put(new NodeStore.Key(Kind.UNTOLD, next, EVENT), row(event));
        return next++;
    }

    /** What was kept is to be told now. */
    void tell(long kept, NodeEvent event) {
        put(new NodeStore.Key(Kind.UNTOLD, kept, EVENT), row(event));
        turn.add(new NodeEffect.Tell(event)); // before what follows from it
    }

    /** Says what will never come. */
    void pump() {
        missed.forEach((row, miss) -> {
            Miss all = Miss.sum(toldMissed.get(row), miss);
            toldMissed.put(row, all);
            put(row, Rows.write(VERSION, out -> {
                out.writeUTF(all.peer);
                out.writeLong(all.count);
            }));
            NodeEvent event = row.b() == MISS
                    ? new NodeEvent.Missed(miss.peer, miss.count)
                    : new NodeEvent.MissedPackets(miss.peer, miss.count);
            turn.add(new NodeEffect.Tell(event));
        });
        missed.clear();
    }

    /** Writes down what this turn tells; what the last one told is known by now. After all that may have something to say. */
    void save() {
        pump();
        lost.forEach((cause, tokens) -> put(new NodeStore.Key(Kind.UNTOLD, next++, LOSS), Rows.write(VERSION, out -> {
            out.writeUTF(cause.peer);
            out.writeUTF(cause.why);
            out.writeInt(tokens.size());
            for (long token : tokens) out.writeLong(token);
        })));
        lost.clear();
        for (NodeStore.Key row : before) if (!told.contains(row)) turn.delete(row);
        before = new TreeSet<>(told);
        told.clear();
        toldMissed.clear();
    }

    private void put(NodeStore.Key key, byte[] row) {
        turn.put(key, row);
        told.add(key);
    }

    /** At once, if it is to be forgotten what was told. */
    long wakeAt() {
        return before.isEmpty() ? Long.MAX_VALUE : 0;
    }

    private static byte[] row(NodeEvent event) {
        return Rows.write(VERSION, out -> {
            switch (event) {
                case NodeEvent.SetAside one -> write(out, SET_ASIDE, one.peer(), one.subject(), one.why());
                case NodeEvent.AsideDropped one -> write(out, ASIDE_DROPPED, one.peer(), one.subject(), "");
                case NodeEvent.PeerForgot one -> write(out, PEER_FORGOT, one.peer(), "", "");
                case NodeEvent.StoreIsOld one -> write(out, STORE_IS_OLD, one.peer(), "", "");
                case NodeEvent.ObjectOver one -> write(out, OBJECT_OVER, one.peer(), one.name(), one.why());
                case NodeEvent.TooLong one ->
                    write(out, TOO_LONG, one.peer(), one.subject(), Long.toString(one.bytes()));
                default -> throw new IllegalArgumentException("told while the process lives: " + event);
            }
        });
    }

    private static void write(DataOutputStream out, byte kind, String peer, String about, String why)
            throws IOException {
        out.writeByte(kind);
        out.writeUTF(peer);
        out.writeUTF(brief(about));
        out.writeUTF(brief(why));
    }

    private static String brief(String words) {
        return words.length() > MOST_WORDS ? words.substring(0, MOST_WORDS) : words;
    }

    private static NodeEvent event(DataInputStream in) throws IOException {
        byte kind = in.readByte();
        String peer = in.readUTF();
        String about = in.readUTF();
        String why = in.readUTF();
        return switch (kind) {
            case SET_ASIDE -> new NodeEvent.SetAside(peer, about, why);
            case ASIDE_DROPPED -> new NodeEvent.AsideDropped(peer, about);
            case PEER_FORGOT -> new NodeEvent.PeerForgot(peer);
            case STORE_IS_OLD -> new NodeEvent.StoreIsOld(peer);
            case OBJECT_OVER -> new NodeEvent.ObjectOver(peer, about, why);
            case TOO_LONG -> new NodeEvent.TooLong(peer, about, Long.parseLong(why));
            default -> throw new IOException("event " + kind);
        };
    }
}
