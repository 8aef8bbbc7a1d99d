package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.wire.Piece;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Messages of a node that its handlers never managed, in the store of a node that is stopped: a node that runs does not see what is
 * changed here.
 */
public final class SetAside {
    private static final int PAGE = 100;

    /**
     * A message that was put aside.
     *
     * @param id       names it in this store
     * @param from     who sent it, as a handler is told
     * @param stream   the name of its stream; unknown of what an earlier build had put aside, which is empty then
     * @param why      what its last attempt failed with
     * @param postedAt in whole seconds
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Letter(
            String id, String from, String stream, String subject, byte[] body, Instant postedAt, String why) {}

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Row(String from, String why, byte[] message) {
        static Row parse(byte[] value) {
            return Rows.read(
                    "a message put aside", 1, value, in -> new Row(in.readUTF(), in.readUTF(), Rows.readBytes(in)));
        }
    }

    private final NodeStore store;

    /** Of a store that no node has open; it stays the caller's to close. */
    public SetAside(NodeStore store) {
        this.store = store;
    }

    /**
     * What is written for a message.
     *
     * @param stream its name: it may be over, and forgotten, when the message is given back
     */
    static byte[] row(String from, String stream, String why, byte[] message) {
        byte[] named = MessageRow.parse(message).on(stream).toBytes();
        return Rows.write(1, out -> {
            out.writeUTF(from);
            out.writeUTF(why.length() > 1_000 ? why.substring(0, 1_000) : why);
            Rows.writeBytes(out, named);
        });
    }

    /** All of them, those of one sender in the order in which they were sent. */
    public List<Letter> list() {
        var all = new ArrayList<Letter>();
        NodeStore.Key after = null;
        while (true) {
            List<NodeStore.Entry> page = store.list(Kind.ASIDE, after, PAGE);
            for (NodeStore.Entry entry : page) all.add(letter(entry.key(), entry.value()));
            if (page.size() < PAGE) return all;
            after = page.getLast().key();
        }
    }

    /** What stands in such a row. */
    static Letter letter(NodeStore.Key key, byte[] value) {
        Row row = Row.parse(value);
        var message = MessageRow.parse(row.message);
        Piece whole = message.whole();
        return new Letter(
                id(key), row.from, message.stream(), whole.subject(), whole.body(), message.posted(), row.why);
    }

    private static String id(NodeStore.Key key) {
        return key.a() + "." + key.b() + "." + key.c();
    }

    /** Gives a message to its handler again when the node starts, before what came after it; it says that it comes again. */
    public boolean retry(String id) throws InterruptedException {
        NodeStore.Key key = key(id).orElse(null);
        byte[] value = key == null ? null : store.read(key).orElse(null);
        if (key == null || value == null) return false;
        var ready = new NodeStore.Key(Kind.READY, key.a(), key.b(), key.c());
        store.commit(List.of(new NodeStore.Write(ready, Row.parse(value).message), new NodeStore.Write(key, null)));
        return true;
    }

    /** Forgets a message for good. */
    public boolean discard(String id) throws InterruptedException {
        NodeStore.Key key = key(id).orElse(null);
        if (key == null || store.read(key).isEmpty()) return false;
        store.commit(List.of(new NodeStore.Write(key, null)));
        return true;
    }

    private static Optional<NodeStore.Key> key(String id) {
        String[] parts = id.split("\\.", -1);
        try {
            return parts.length == 3
                    ? Optional.of(new NodeStore.Key(
                            Kind.ASIDE, Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2])))
                    : Optional.empty();
        } catch (NumberFormatException none) {
            return Optional.empty();
        }
    }
}
