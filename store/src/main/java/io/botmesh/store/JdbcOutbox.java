package io.botmesh.store;

import io.botmesh.mesh.Outbox;
import io.botmesh.wire.Outgoing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * An outbox in a SQLite file. A message lies there in chunks until it is in packets, a packet until Telegram has it.
 * Messages of more than one chunk are written in several transactions and counted in the last, so that a process that
 * dies in between leaves none of it.
 */
public final class JdbcOutbox implements Outbox {
    private static final int CHUNK = 1 << 20;
    private static final long CACHE = 32L << 20;

    /** What stands in the table {@code outbox}. */
    private record Position(long nextPacket, long nextSequence, long taken) {}

    /** A message that waits; the bytes are kept here while the cache has room for them. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Waiting(long number, long body, String subject, long length, byte @Nullable [] bytes) {
        long weight() {
            return Math.max(1, length);
        }
    }

    private final SqliteDatabase database;
    private final long incarnation;
    private final AtomicLong nextBody;

    private final ReentrantLock lock = new ReentrantLock(); // guards what follows, never held over I/O
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private Position position;
    private long messages;
    private long pendingBytes;
    private long cached;
    private int looked; // messages of the head from which a packet is being filled

    /** Opens the outbox of this file; the database stays the caller's to close, after this. */
    public JdbcOutbox(SqliteDatabase database) {
        this.database = database;
        long fresh = new SecureRandom().nextLong();
        record State(long incarnation, long messages, Position position) {}
        record Found(State state, List<Waiting> waiting, long lastBody) {}
        Found found = database.call(handle -> {
            handle.createUpdate("insert into outbox (id, incarnation) values (1, :incarnation) on conflict do nothing")
                    .bind("incarnation", fresh)
                    .execute();
            // Bytes of a message that was not complete when its process died.
            handle.execute("delete from outbox_chunk where body not in (select body from outbox_message)");
            return new Found(
                    handle.createQuery("select incarnation, messages, next_packet, next_sequence, taken from outbox")
                            .map((row, context) -> new State(
                                    row.getLong(1),
                                    row.getLong(2),
                                    new Position(row.getLong(3), row.getLong(4), row.getLong(5))))
                            .one(),
                    handle.createQuery("select number, body, subject, length from outbox_message order by number")
                            .map((row, context) ->
                                    new Waiting(row.getLong(1), row.getLong(2), row.getString(3), row.getLong(4), null))
                            .list(),
                    handle.createQuery("select coalesce(max(body), 0) from outbox_message")
                            .mapTo(Long.class)
                            .one());
        });
        incarnation = found.state().incarnation();
        messages = found.state().messages();
        position = found.state().position();
        nextBody = new AtomicLong(found.lastBody() + 1);
        waiting.addAll(found.waiting());
        for (Waiting message : waiting) pendingBytes += message.weight();
        pendingBytes -= position.taken();
    }

    @Override
    public long incarnation() {
        return incarnation;
    }

    @Override
    public long messages() {
        lock.lock();
        try {
            return messages;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long pendingBytes() {
        lock.lock();
        try {
            return pendingBytes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long append(String subject, InputStream body) throws IOException {
        long id = nextBody.getAndIncrement();
        byte[] first = body.readNBytes(CHUNK);
        byte[] next = first.length < CHUNK ? new byte[0] : body.readNBytes(CHUNK);
        if (next.length == 0) return add(id, subject, first.length, first);
        try {
            storeChunk(id, 0, first);
            long length = first.length;
            for (; next.length > 0; next = body.readNBytes(CHUNK)) {
                storeChunk(id, length, next);
                length += next.length;
            }
            return add(id, subject, length, null);
        } catch (IOException | RuntimeException broken) {
            forget(id, broken);
            throw broken;
        }
    }

    /** Counts the message: from here on it is sent. Messages are numbered in the order of their commits. */
    private long add(long body, String subject, long length, byte @Nullable [] only) {
        try {
            return database.submit(
                            handle -> {
                                long number = handle.createQuery("select messages from outbox")
                                        .mapTo(Long.class)
                                        .one();
                                if (only != null && length > 0) insertChunk(handle, body, 0, only);
                                handle.createUpdate("insert into outbox_message (number, body, subject, length)"
                                                + " values (:number, :body, :subject, :length)")
                                        .bind("number", number)
                                        .bind("body", body)
                                        .bind("subject", subject)
                                        .bind("length", length)
                                        .execute();
                                handle.execute("update outbox set messages = messages + 1");
                                return number;
                            },
                            number -> onAdded(new Waiting(number, body, subject, length, only)))
                    .join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) throw cause;
            throw failed;
        }
    }

    private void onAdded(Waiting message) {
        lock.lock();
        try {
            boolean keep = message.bytes() != null && cached + message.length() <= CACHE;
            waiting.add(
                    keep
                            ? message
                            : new Waiting(message.number(), message.body(), message.subject(), message.length(), null));
            if (keep) cached += message.length();
            messages = message.number() + 1;
            pendingBytes += message.weight();
        } finally {
            lock.unlock();
        }
    }

    private void storeChunk(long body, long at, byte[] bytes) {
        database.call(handle -> {
            insertChunk(handle, body, at, bytes);
            return true;
        });
    }

    private void forget(long body, Exception because) {
        try {
            database.call(handle -> handle.createUpdate("delete from outbox_chunk where body = :body")
                    .bind("body", body)
                    .execute());
        } catch (RuntimeException also) { // then the next process does it
            because.addSuppressed(also);
        }
    }

    private static void insertChunk(Handle handle, long body, long at, byte[] bytes) {
        handle.createUpdate("insert into outbox_chunk (body, at, bytes, crc) values (:body, :at, :bytes, :crc)")
                .bind("body", body)
                .bind("at", at)
                .bind("bytes", bytes)
                .bind("crc", Checksum.of(bytes, "", body, at))
                .execute();
    }

    @Override
    public @Nullable Post pack(long mostBytes, Filling filling) {
        List<Waiting> heads = new ArrayList<>();
        Position from;
        lock.lock();
        try {
            if (waiting.isEmpty()) return null;
            from = position;
            long bytes = -from.taken();
            for (Waiting message : waiting) {
                if (bytes >= mostBytes) break;
                heads.add(message);
                bytes += message.weight();
            }
            looked = heads.size();
        } finally {
            lock.unlock();
        }
        try {
            return pack(heads, from, mostBytes, filling);
        } finally {
            lock.lock();
            try {
                looked = 0;
            } finally {
                lock.unlock();
            }
        }
    }

    private Post pack(List<Waiting> heads, Position from, long mostBytes, Filling filling) {
        Filled filled = filling.fill(from.nextPacket(), from.nextSequence(), load(heads, from.taken(), mostBytes));
        int whole = filled.wholeMessages();
        long taken = (whole == 0 ? from.taken() : 0) + filled.bytesOfNext();
        long through =
                whole == 0 ? heads.getFirst().number() : heads.get(whole - 1).number() + 1;
        Post post = new Post(from.nextPacket(), filled.packet(), filled.document(), through);
        Position to = new Position(from.nextPacket() + 1, from.nextSequence() + filled.pieces(), taken);
        database.call(handle -> {
            handle.createUpdate("insert into outbox_packet (number, body, document, messages_through, crc)"
                            + " values (:number, :body, :document, :through, :crc)")
                    .bind("number", post.number())
                    .bind("body", post.packet())
                    .bind("document", post.document() ? 1 : 0)
                    .bind("through", through)
                    .bind("crc", Checksum.of(post.packet(), "", post.number(), post.document() ? 1 : 0, through))
                    .execute();
            handle.createUpdate("update outbox set next_packet = :packet, next_sequence = :sequence, taken = :taken")
                    .bind("packet", to.nextPacket())
                    .bind("sequence", to.nextSequence())
                    .bind("taken", to.taken())
                    .execute();
            if (whole > 0) {
                for (String sql : List.of(
                        "delete from outbox_chunk where body in (select body from outbox_message where number < :through)",
                        "delete from outbox_message where number < :through")) {
                    handle.createUpdate(sql).bind("through", through).execute();
                }
            }
            return true;
        });
        lock.lock();
        try {
            long before = from.taken();
            for (int i = 0; i < whole; i++) {
                Waiting done = waiting.removeFirst();
                if (done.bytes() != null) cached -= done.length();
                pendingBytes -= done.weight() - before;
                before = 0;
            }
            pendingBytes -= filled.bytesOfNext();
            position = to;
        } finally {
            lock.unlock();
        }
        return post;
    }

    @Override
    public List<Long> drop(long bytes, long before) {
        List<Waiting> dropped = new ArrayList<>();
        lock.lock();
        try {
            long free = 0;
            int place = 0;
            for (Iterator<Waiting> all = waiting.iterator(); all.hasNext() && free < bytes; place++) {
                Waiting message = all.next();
                if (message.number() >= before) break;
                if (place < looked || (place == 0 && position.taken() > 0)) continue;
                all.remove();
                free += message.weight();
                if (message.bytes() != null) cached -= message.length();
                dropped.add(message);
            }
            pendingBytes -= free;
        } finally {
            lock.unlock();
        }
        if (dropped.isEmpty()) return List.of();
        // Should this fail, or the process die here, they are sent by the next one: dropped, not forbidden.
        database.call(handle -> {
            var chunks = handle.prepareBatch("delete from outbox_chunk where body = :body");
            var messages = handle.prepareBatch("delete from outbox_message where number = :number");
            for (Waiting message : dropped) {
                chunks.bind("body", message.body()).add();
                messages.bind("number", message.number()).add();
            }
            chunks.execute();
            messages.execute();
            return true;
        });
        return dropped.stream().map(Waiting::number).toList();
    }

    /** The bodies, from the cache or the file, as far as they are worth looking at. */
    private List<Outgoing> load(List<Waiting> messages, long taken, long mostBytes) {
        List<Outgoing> head = new ArrayList<>();
        long room = mostBytes;
        long offset = taken;
        for (Waiting message : messages) {
            if (room <= 0) break;
            int wanted = (int) Math.min(room, message.length() - offset);
            byte[] kept = message.bytes();
            ByteBuffer body = kept != null
                    ? ByteBuffer.wrap(kept, (int) offset, wanted)
                    : ByteBuffer.wrap(read(message.body(), offset, wanted));
            head.add(new Outgoing(message.subject(), List.of(), body, message.length(), offset));
            room -= Math.max(1, wanted);
            offset = 0;
        }
        return head;
    }

    private byte[] read(long id, long from, int wanted) {
        if (wanted == 0) return new byte[0];
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Chunk(long at, byte[] part) {}
        List<Chunk> chunks = database.call(handle -> handle.createQuery("select at, bytes, crc from outbox_chunk"
                        + " where body = :id and at > :from - :chunk and at < :to order by at")
                .bind("id", id)
                .bind("from", from)
                .bind("chunk", CHUNK)
                .bind("to", from + wanted)
                .map((columns, context) -> new Chunk(
                        columns.getLong(1),
                        Checksum.checked(
                                database.file(), columns.getLong(3), columns.getBytes(2), "", id, columns.getLong(1))))
                .list());
        byte[] bytes = new byte[wanted];
        int filled = 0;
        for (Chunk chunk : chunks) {
            int skip = (int) Math.max(0, from - chunk.at());
            int length = Math.min(chunk.part().length - skip, wanted - filled);
            System.arraycopy(chunk.part(), skip, bytes, filled, length);
            filled += length;
        }
        if (filled != wanted) {
            throw new IllegalStateException(
                    "message body " + id + " of the outbox lacks bytes from " + (from + filled));
        }
        return bytes;
    }

    @Override
    public List<Post> unposted() {
        return database.call(handle -> handle.createQuery(
                        "select number, body, document, messages_through, crc from outbox_packet order by number")
                .map((columns, context) -> new Post(
                        columns.getLong(1),
                        Checksum.checked(
                                database.file(),
                                columns.getLong(5),
                                columns.getBytes(2),
                                "",
                                columns.getLong(1),
                                columns.getLong(3),
                                columns.getLong(4)),
                        columns.getInt(3) != 0,
                        columns.getLong(4)))
                .list());
    }

    @Override
    public void posted(long packetNumber) {
        database.call(handle -> handle.createUpdate("delete from outbox_packet where number = :number")
                .bind("number", packetNumber)
                .execute());
    }

    @Override
    public void close() {}
}
