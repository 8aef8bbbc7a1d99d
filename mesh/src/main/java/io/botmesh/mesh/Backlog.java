package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.wire.Content;
import io.botmesh.wire.Data;
import io.botmesh.wire.LinkSender;
import io.botmesh.wire.MessageHeader;
import io.botmesh.wire.Packer;
import io.botmesh.wire.Piece;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Messages for one peer that are in no packet yet, by stream; each has a row in the store until it is. Part of {@link PeerOutbox}. */
final class Backlog {
    /** What a message costs beside its bytes, in memory and in the store. */
    static final int COST = 128;

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Queued(long token, String subject, List<MessageHeader> headers, byte[] body) {
        /** What it takes here: rows and queues cost something for each, so that empty messages are not free. */
        long cost() {
            return Backlog.cost(subject, headers, body);
        }

        /** About what it takes in a packet. */
        int bytes() {
            return body.length + named(subject, headers) + 12;
        }
    }

    /** What a message takes while it waits. */
    static long cost(String subject, List<MessageHeader> headers, byte[] body) {
        return (long) COST + body.length + named(subject, headers);
    }

    private static int named(String subject, List<MessageHeader> headers) {
        int bytes = subject.length();
        for (MessageHeader header : headers) bytes += header.name().length() + header.value().length + 8;
        return bytes;
    }

    /** A stream's messages. */
    static final class Flow {
        final long number;
        final String name;
        final Deque<Queued> queue = new ArrayDeque<>();
        final Packer packer = new Packer();
        final boolean own; // the node's, which nothing of programs' takes the place of
        long held; // cost
        int packed; // bytes of the head that are in packets
        long served;
        boolean closing; // the peer is told that it ends; its name may be another's already

        Flow(long number, String name) {
            this.number = number;
            this.name = name;
            own = name.startsWith(Requests.PREFIX);
        }
    }

    /** What is told of a message that gave way. */
    interface Dropped {
        void drop(long token);
    }

    private final long incarnation;
    private final TurnBuilder turn;
    private final TreeMap<Long, Flow> streams = new TreeMap<>(); // that are open
    private final TreeMap<Long, Flow> later = new TreeMap<>(); // that wait for a place
    private final Map<String, Flow> byName = new HashMap<>();
    private long next; // number of a stream that there never was
    private long messages;
    private long given; // of them the program's
    private long counted; // messages that are in `given`, as it was stored
    private long waiting; // bytes
    private long held; // cost
    private long turns;

    Backlog(long incarnation, TurnBuilder turn) {
        this.incarnation = incarnation;
        this.turn = turn;
    }

    // --- what was stored

    void restore(OutboxRow saved, LinkSender sender) {
        messages = saved.messages();
        counted = messages;
        given = saved.given();
        next = sender.nextStream();
        for (OutboxRow.StreamRow one : saved.streams()) {
            if (sender.isOver(one.number())) continue; // which was not noticed yet
            var stream = new Flow(one.number(), one.name());
            stream.packed = one.packed();
            stream.closing = sender.isClosing(one.number());
            boolean open = Places.isLasting(stream) || sender.isOpen(one.number());
            (open ? streams : later).put(stream.number, stream);
            if (!stream.closing) byName.put(stream.name, stream);
            next = Math.max(next, stream.number + 1);
        }
    }

    /** Takes back a message; in the order of tokens. */
    void restore(NodeStore.Key key, byte[] value) {
        Flow open = streams.get(key.b());
        Flow stream = open != null ? open : later.get(key.b());
        if (stream == null) return; // cannot be: a stream is stored before its first message
        var content = Content.parse(value, false);
        Piece piece = ((Data) content.frames().getFirst()).pieces().getFirst();
        var queued = new Queued(key.c(), piece.subject(), piece.headers(), piece.body());
        messages = Math.max(messages, queued.token + 1);
        if (queued.token >= counted && !Names.isOwn(stream.name)) given++;
        add(stream, queued);
        if (stream.queue.size() > 1) return;
        waiting -= stream.packed;
        hold(stream, -stream.packed);
    }

    List<OutboxRow.StreamRow> rows() {
        var rows = new ArrayList<OutboxRow.StreamRow>(streams.size() + later.size());
        for (Flow stream : all()) rows.add(new OutboxRow.StreamRow(stream.number, stream.name, stream.packed));
        return rows;
    }

    // --- a move to another outbox

    /** A message with the name of its stream. */
    record Moved(String stream, Queued message) {}

    /** Lets all messages go, in the order of their tokens; of those that are partly in packets all. */
    List<Moved> takeAll() {
        var all = new ArrayList<Moved>();
        for (Flow stream : all()) {
            for (Queued queued : stream.queue) {
                turn.delete(key(stream, queued));
                all.add(new Moved(stream.name, queued));
            }
            stream.queue.clear();
            stream.held = 0;
        }
        all.sort(Comparator.comparingLong(one -> one.message.token));
        waiting = 0;
        held = 0;
        return all;
    }

    /** Takes one over; its token stays. */
    void adopt(Flow stream, Queued queued) {
        Piece whole = Piece.whole(queued.subject, queued.headers, queued.body);
        turn.put(key(stream, queued), new Content("", List.of(new Data(0, 0, List.of(whole)))).toBytes());
        add(stream, queued);
    }

    /** Tokens go on from those of another outbox. */
    void countFrom(Backlog before) {
        messages = before.messages;
        given = before.given;
    }

    // --- streams

    /** The stream of a name, null if there was none yet. */
    @Nullable
    Flow find(String name) {
        return byName.get(name);
    }

    /** A stream of its own, which waits for a place. */
    Flow make(String name) {
        var stream = new Flow(next++, name);
        later.put(stream.number, stream);
        byName.put(name, stream);
        return stream;
    }

    /** A stream has its place. */
    void opened(Flow stream) {
        later.remove(stream.number);
        streams.put(stream.number, stream);
    }

    /** A stream is to end; what comes under its name begins another one. */
    void close(Flow stream) {
        stream.closing = true;
        byName.remove(stream.name, stream);
    }

    /** A stream has ended. */
    void forget(Flow stream) {
        streams.remove(stream.number);
    }

    /** Those that have a place. */
    Collection<Flow> streams() {
        return streams.values();
    }

    /** How many wait for a place. */
    int waiting() {
        return later.size();
    }

    /** The one that waits for longest. */
    Flow firstWaiting() {
        return later.firstEntry().getValue();
    }

    private List<Flow> all() {
        var all = new ArrayList<>(streams.values());
        all.addAll(later.values());
        return all;
    }

    // --- messages

    /** Bytes of messages that are in no packet; an empty message counts as one. */
    long bytes() {
        return waiting;
    }

    /** What the messages cost that have a row here, but for the bytes that are in packets. */
    long held() {
        return held;
    }

    /** The part of that which does not give way to anything. */
    long own() {
        return streams.values().stream()
                .filter(stream -> stream.own)
                .mapToLong(stream -> stream.held)
                .sum();
    }

    /** How many messages were ever taken. */
    long messages() {
        return messages;
    }

    /** How many of them the program gave. */
    long given() {
        return given;
    }

    /**
     * Takes a message.
     *
     * @param row as {@link #restore(NodeStore.Key, byte[])} will want it
     * @return its token
     */
    long add(Flow stream, String subject, List<MessageHeader> headers, byte[] body, byte[] row) {
        var queued = new Queued(messages++, subject, headers, body);
        if (!Names.isOwn(stream.name)) given++;
        turn.put(key(stream, queued), row);
        add(stream, queued);
        return queued.token;
    }

    private void add(Flow stream, Queued queued) {
        stream.queue.add(queued);
        waiting += Math.max(1, queued.body.length);
        hold(stream, queued.cost());
    }

    private void hold(Flow stream, long more) {
        stream.held += more;
        held += more;
    }

    private NodeStore.Key key(Flow stream, Queued queued) {
        return new NodeStore.Key(Kind.MESSAGE, incarnation, stream.number, queued.token);
    }

    /** Lets the oldest messages of programs go of which nothing is in a packet, until so much of their cost is free. */
    void drop(long wanted, Dropped dropped) {
        long left = wanted;
        while (left > 0) {
            Flow oldest = null;
            long token = Long.MAX_VALUE;
            for (Flow stream : all()) {
                Queued head = stream.own ? null : first(stream);
                if (head == null || head.token > token) continue;
                oldest = stream;
                token = head.token;
            }
            if (oldest == null) return;
            boolean started = oldest.packed > 0;
            Queued kept = started ? oldest.queue.removeFirst() : null;
            Queued gone = oldest.queue.removeFirst();
            if (kept != null) oldest.queue.addFirst(kept);
            long size = Math.max(1, gone.body.length);
            waiting -= size;
            hold(oldest, -gone.cost());
            left -= gone.cost();
            turn.delete(key(oldest, gone));
            dropped.drop(gone.token);
        }
    }

    /** The oldest message of which nothing is in a packet. */
    private static @Nullable Queued first(Flow stream) {
        if (stream.packed == 0) return stream.queue.peekFirst();
        var all = stream.queue.iterator();
        if (all.hasNext()) all.next();
        return all.hasNext() ? all.next() : null;
    }

    /**
     * So much of a stream is in packets now.
     *
     * @param whole       messages from the head on
     * @param bytesOfNext and bytes of the one after them
     */
    void consumed(Flow stream, int whole, int bytesOfNext) {
        for (int i = 0; i < whole; i++) {
            Queued gone = stream.queue.removeFirst();
            long size = Math.max(1L, gone.body.length) - stream.packed;
            waiting -= size;
            hold(stream, stream.packed - gone.cost());
            stream.packed = 0;
            turn.delete(key(stream, gone));
        }
        stream.packed += bytesOfNext;
        waiting -= bytesOfNext;
        hold(stream, -bytesOfNext);
        stream.served = ++turns;
    }
}
