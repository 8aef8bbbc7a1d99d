package io.botmesh.mesh;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a node must not forget: values under small keys, of which any number is written together or not at all. The node
 * alone knows what the values mean. One process at a time has a store open; an implementation refuses the second.
 *
 * <p>Thread-safe, but a node writes from one thread.
 */
public interface NodeStore extends AutoCloseable {
    /** What a value is about. */
    enum Kind {
        /** Facts of the node itself: key {@code a} says which. */
        NODE(1),
        /** State of an outbox, by incarnation. */
        OUTBOX(2),
        /** A message that is not wholly in packets: incarnation, stream, number. */
        MESSAGE(3),
        /** A packet that may be needed again: incarnation, number. */
        PACKET(4),
        /** State of what is heard of a peer's outbox: its incarnation. */
        INBOX(5),
        /** A piece that waits for earlier ones or the rest of its message: incarnation, stream, sequence number. */
        PIECE(6),
        /** A whole message that is not done: incarnation, stream, sequence number of its last piece. */
        READY(7),
        /** A message that its handler never managed: as {@link #READY}. */
        ASIDE(8),
        /** An update that waits for its document: its id. */
        UPDATE(9),
        /** What the patterns on top of messages remember; {@code a} says which of them. */
        PATTERN(10),
        /** A packet that no ack will tell of, until it is posted: 1 for our own to a gateway, 2 for others' in ours; number. */
        ONION(11),
        /** What somebody is to be told of, until that was done: the id of an inbox, or a number; of which sort. */
        UNTOLD(12),
        /** What is left of a stranger's outbox that gave its place to another one: the two halves of a digest. */
        RETIRED(13),
        /** The stream that had a name last, where nobody answers: incarnation, stream. */
        PAST(14);

        /** The number on disk. */
        public final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    /** Where a value stands; kinds that need fewer numbers leave the last ones 0. Ordered by kind, then a, b, c. */
    record Key(Kind kind, long a, long b, long c) implements Comparable<Key> {
        public Key(Kind kind, long a, long b) {
            this(kind, a, b, 0);
        }

        public Key(Kind kind, long a) {
            this(kind, a, 0, 0);
        }

        @Override
        public int compareTo(Key other) {
            int order = Integer.compare(kind.code, other.kind.code);
            if (order == 0) order = Long.compare(a, other.a);
            if (order == 0) order = Long.compare(b, other.b);
            return order == 0 ? Long.compare(c, other.c) : order;
        }
    }

    /**
     * One change.
     *
     * @param value what stands there from now on, null for nothing; neither copied nor to be changed by whoever holds it
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Write(Key key, byte @Nullable [] value) {}

    /** A value that was found. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Entry(Key key, byte[] value) {}

    /**
     * Writes all of these, the later one of a key last. They are safe from a crash when this returns; if it throws,
     * none of them happened. An interrupt counts before it begins, and no more then.
     *
     * @throws MeshException.StoreFailed if the disk refuses, with one line that says why
     * @throws MeshException.Unusable  if this store cannot be used any more; only whoever opens it anew sees what it holds
     */
    void commit(List<Write> writes) throws InterruptedException;

    /**
     * The value of a key.
     *
     * @throws MeshException.Unusable if what stands there is not what was stored, or the store is closed
     */
    Optional<byte[]> read(Key key);

    /**
     * Up to so many values of a kind, ascending.
     *
     * @param after only those above this key, which is of that kind; null to begin
     * @param most  at least 1
     * @throws MeshException.Unusable if what stands there is not what was stored, or the store is closed
     */
    List<Entry> list(Kind kind, @Nullable Key after, int most);

    /** Visits all values of a kind, ascending, a page at a time. */
    default void each(Kind kind, Consumer<Entry> visitor) {
        int most = 1_000;
        Key after = null;
        while (true) {
            List<Entry> page = list(kind, after, most);
            page.forEach(visitor);
            if (page.size() < most) return;
            after = page.getLast().key();
        }
    }

    /**
     * Refuses arguments that {@link #list} does not take.
     *
     * @throws IllegalArgumentException if so
     */
    static void checkList(Kind kind, @Nullable Key after, int most) {
        if (most < 1) throw new IllegalArgumentException("most: " + most);
        if (after != null && after.kind() != kind)
            throw new IllegalArgumentException("values of " + kind + " after one of " + after.kind());
    }

    @Override
    void close();
}
