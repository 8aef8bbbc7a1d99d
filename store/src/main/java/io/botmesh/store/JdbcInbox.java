package io.botmesh.store;

import io.botmesh.mesh.Inbox;
import io.botmesh.mesh.Incoming;
import io.botmesh.mesh.MessageHandler;
import io.botmesh.wire.Piece;
import io.botmesh.wire.Piece.Position;
import io.botmesh.wire.Reassembler;
import io.botmesh.wire.StreamReceiver.Held;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** An inbox in a SQLite file. A message lies there as the pieces it came in, until it is done. */
public final class JdbcInbox implements Inbox {
    /** What a handler does inside the transaction that also marks its message as done. */
    @FunctionalInterface
    public interface TransactionalHandler {
        /**
         * Handles one message. May run more than once before it commits, so it changes nothing but the database; what it
         * changes is there exactly once.
         *
         * @throws Exception any failure: nothing is changed, and the message comes again
         */
        void handle(Incoming message, Handle handle) throws Exception;
    }

    /** A stream that has been silent for this long begins anew. */
    private static final Duration STREAM_LIFE = Duration.ofDays(400);

    private static final String NOTHING_READY = "not exists (select 1 from inbox_message m"
            + " where m.incarnation = s.incarnation and m.stream = s.stream)";

    private static final Position[] POSITIONS = Position.values();

    private final SqliteDatabase database;
    private final InstantSource clock;
    private volatile @Nullable RuntimeException failedMark;

    /** Opens the inbox of this file; the database stays the caller's to close, after this. */
    public JdbcInbox(SqliteDatabase database) {
        this(database, InstantSource.system());
    }

    JdbcInbox(SqliteDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** A handler whose changes to this database commit together with the message's done mark: effectively once. */
    public MessageHandler transactional(TransactionalHandler handler) {
        return message -> {
            byte[] body = message.body(); // read outside, so that the transaction is short
            Incoming loaded = message.withBody(body);
            database.call(handle -> {
                handler.handle(loaded, handle);
                delete(handle, message);
                return true;
            });
        };
    }

    @Override
    public Known known(StreamId stream) {
        return database.call(handle -> {
            List<Incoming> ready = handle.createQuery(
                            "select m.first_sequence, m.last_sequence, s.name, m.subject, m.length"
                                    + " from inbox_message m join inbox_stream s using (incarnation, stream)"
                                    + " where incarnation = :incarnation and stream = :stream and set_aside is null"
                                    + " order by m.first_sequence")
                    .bind("incarnation", stream.incarnation())
                    .bind("stream", stream.stream())
                    .map((row, context) -> new Incoming(
                            this,
                            stream,
                            row.getLong(1),
                            row.getLong(2),
                            row.getString(3),
                            row.getString(4),
                            row.getLong(5)))
                    .list();
            var early = handle.createQuery("select p.sequence, length(p.body) from inbox_piece p"
                            + " join inbox_stream s using (incarnation, stream) where p.incarnation = :incarnation"
                            + " and p.stream = :stream and p.sequence >= s.next_sequence order by p.sequence")
                    .bind("incarnation", stream.incarnation())
                    .bind("stream", stream.stream())
                    .map((row, context) -> new Held(row.getLong(1), row.getLong(1) + 1, row.getLong(2)))
                    .list();
            return handle.createQuery(
                            "select next_sequence, open_sequence, open_subject, open_length, open_received, skipping, gap_since"
                                    + " from inbox_stream where incarnation = :incarnation and stream = :stream")
                    .bind("incarnation", stream.incarnation())
                    .bind("stream", stream.stream())
                    .map((row, context) -> new Known(
                            row.getLong(1),
                            early,
                            new Assembly(
                                    row.getLong(2),
                                    row.getString(3),
                                    new Reassembler.State(row.getLong(4), row.getLong(5), row.getInt(6) != 0)),
                            ready,
                            row.getLong(7)))
                    .findOne()
                    .orElse(new Known(0, List.of(), Assembly.NONE, List.of(), 0));
        });
    }

    @Override
    public Piece piece(StreamId stream, long sequence) {
        return database.call(handle -> piece(handle, database, stream, sequence)
                .orElseThrow(() -> new IllegalStateException("piece " + sequence + " of " + stream + " is not kept")));
    }

    /** Reads a piece and checks that it is what was stored. */
    static Optional<Piece> piece(Handle handle, SqliteDatabase database, StreamId stream, long sequence) {
        return handle.createQuery("select position, length, subject, body, crc from inbox_piece"
                        + " where incarnation = :incarnation and stream = :stream and sequence = :sequence")
                .bind("incarnation", stream.incarnation())
                .bind("stream", stream.stream())
                .bind("sequence", sequence)
                .map((row, context) -> {
                    int position = row.getInt(1);
                    long length = row.getLong(2);
                    String subject = row.getString(3);
                    byte[] body = row.getBytes(4);
                    Checksum.checked(database.file(), row.getLong(5), body, subject, sequence, position, length);
                    return new Piece(POSITIONS[position], body, length, subject, List.of());
                })
                .findOne();
    }

    @Override
    public void store(Change change) {
        checkMarks();
        database.call(handle -> {
            store(handle, change);
            return true;
        });
    }

    @Override
    public void store(long incarnation, List<Change> changes, byte[] link) {
        checkMarks();
        database.call(handle -> {
            for (Change change : changes) store(handle, change);
            handle.createUpdate("insert into inbox_link (incarnation, state, heard_at, crc)"
                            + " values (:incarnation, :state, :now, :crc)"
                            + " on conflict do update set state = :state, heard_at = :now, crc = :crc")
                    .bind("incarnation", incarnation)
                    .bind("state", link)
                    .bind("now", clock.instant().getEpochSecond())
                    .bind("crc", Checksum.of(link, "", incarnation))
                    .execute();
            return true;
        });
    }

    @Override
    public Optional<byte[]> link(long incarnation) {
        return database.call(
                handle -> handle.createQuery("select state, crc from inbox_link where incarnation = :incarnation")
                        .bind("incarnation", incarnation)
                        .map((row, context) ->
                                Checksum.checked(database.file(), row.getLong(2), row.getBytes(1), "", incarnation))
                        .findOne());
    }

    @SuppressWarnings("EnumOrdinal") // the protocol fixes the numbers
    private void store(Handle handle, Change change) {
        StreamId stream = change.stream();
        handle.createUpdate(
                        "insert into inbox_stream (incarnation, stream, channel, name, next_sequence,"
                                + " open_sequence, open_subject, open_length, open_received, skipping, gap_since, heard_at)"
                                + " values (:incarnation, :stream, :channel, :name, :next,"
                                + " :open, :subject, :length, :received, :skipping, :gap, :now) on conflict do update"
                                + " set channel = :channel, name = :name, next_sequence = :next, open_sequence = :open, open_subject = :subject,"
                                + " open_length = :length, open_received = :received, skipping = :skipping, gap_since = :gap, heard_at = :now")
                .bind("incarnation", stream.incarnation())
                .bind("stream", stream.stream())
                .bind("channel", change.channel())
                .bind("name", change.sender())
                .bind("next", change.nextSequence())
                .bind("open", change.assembly().first())
                .bind("subject", change.assembly().subject())
                .bind("length", change.assembly().state().length())
                .bind("received", change.assembly().state().received())
                .bind("skipping", change.assembly().state().skipping() ? 1 : 0)
                .bind("gap", change.gapSince())
                .bind("now", clock.instant().getEpochSecond())
                .execute();
        if (!change.pieces().isEmpty()) {
            var batch = handle.prepareBatch("insert into inbox_piece"
                    + " (incarnation, stream, sequence, position, length, subject, body, crc)"
                    + " values (:incarnation, :stream, :sequence, :position, :length, :subject, :body, :crc)");
            for (Kept kept : change.pieces()) {
                Piece piece = kept.piece();
                batch.bind("incarnation", stream.incarnation())
                        .bind("stream", stream.stream())
                        .bind("sequence", kept.sequence())
                        .bind("position", piece.position().ordinal())
                        .bind("length", piece.length())
                        .bind("subject", piece.subject())
                        .bind("body", piece.body())
                        .bind(
                                "crc",
                                Checksum.of(
                                        piece.body(),
                                        piece.subject(),
                                        kept.sequence(),
                                        piece.position().ordinal(),
                                        piece.length()))
                        .add();
            }
            batch.execute();
        }
        for (Whole whole : change.whole()) {
            handle.createUpdate("insert into inbox_message"
                            + " (incarnation, stream, first_sequence, last_sequence, subject, length)"
                            + " values (:incarnation, :stream, :first, :last, :subject, :length)")
                    .bind("incarnation", stream.incarnation())
                    .bind("stream", stream.stream())
                    .bind("first", whole.first())
                    .bind("last", whole.last())
                    .bind("subject", whole.subject())
                    .bind("length", whole.length())
                    .execute();
        }
        for (Range range : change.dropped()) {
            handle.createUpdate("delete from inbox_piece where incarnation = :incarnation and stream = :stream"
                            + " and sequence >= :from and sequence < :until")
                    .bind("incarnation", stream.incarnation())
                    .bind("stream", stream.stream())
                    .bind("from", range.from())
                    .bind("until", range.until())
                    .execute();
        }
    }

    @Override
    public List<Waiting> waiting() {
        return database.call(handle -> handle.createQuery("select distinct incarnation, stream, channel"
                        + " from inbox_message join inbox_stream using (incarnation, stream) where set_aside is null")
                .map((row, context) -> new Waiting(new StreamId(row.getLong(1), row.getLong(2)), row.getLong(3)))
                .list());
    }

    @Override
    public void done(Incoming message) {
        checkMarks();
        var unused = database.submit(handle -> {
                    delete(handle, message);
                    return true;
                })
                .whenComplete((done, failure) -> {
                    if (failure instanceof RuntimeException broken) failedMark = broken;
                });
    }

    /** A message whose mark was not stored would come again: the caller has to know, or it would go on for long. */
    private void checkMarks() {
        RuntimeException failed = failedMark;
        if (failed != null) throw failed;
    }

    private static void delete(Handle handle, Incoming message) {
        for (String sql : List.of(
                "delete from inbox_piece where incarnation = :incarnation and stream = :stream"
                        + " and sequence between :first and :last",
                "delete from inbox_message where incarnation = :incarnation and stream = :stream"
                        + " and first_sequence = :first and last_sequence = :last")) {
            handle.createUpdate(sql)
                    .bind("incarnation", message.stream().incarnation())
                    .bind("stream", message.stream().stream())
                    .bind("first", message.firstSequence())
                    .bind("last", message.lastSequence())
                    .execute();
        }
    }

    @Override
    public void setAside(Incoming message, String why) {
        database.call(handle -> handle.createUpdate("update inbox_message set set_aside = :why"
                        + " where incarnation = :incarnation and stream = :stream and first_sequence = :first")
                .bind("why", why)
                .bind("incarnation", message.stream().incarnation())
                .bind("stream", message.stream().stream())
                .bind("first", message.firstSequence())
                .execute());
    }

    @Override
    public void flush() {
        database.call(handle -> true); // commits come in order, so the marks are through when this is
        checkMarks();
    }

    @Override
    public InputStream body(Incoming message) {
        return new PieceInputStream(database, message);
    }

    @Override
    public int forget(long silentSeconds) {
        long now = clock.instant().getEpochSecond();
        return database.call(handle -> {
            // Where a stream goes on, it is at the first message that begins after what is forgotten.
            handle.createUpdate(
                            "update inbox_stream as s set next_sequence = (select max(sequence) + 1 from inbox_piece p"
                                    + " where p.incarnation = s.incarnation and p.stream = s.stream),"
                                    + " open_subject = '', open_length = 0, open_received = 0, skipping = 1, gap_since = 0"
                                    + " where heard_at < :before and exists (select 1 from inbox_piece p"
                                    + " where p.incarnation = s.incarnation and p.stream = s.stream) and "
                                    + NOTHING_READY)
                    .bind("before", now - silentSeconds)
                    .execute();
            int pieces = handle.createUpdate("delete from inbox_piece as p where exists (select 1 from inbox_stream s"
                            + " where s.incarnation = p.incarnation and s.stream = p.stream and s.heard_at < :before"
                            + " and " + NOTHING_READY + ")")
                    .bind("before", now - silentSeconds)
                    .execute();
            // Longer kept than any packet lives: the row is what recognises a packet that comes again.
            handle.createUpdate("delete from inbox_stream as s where heard_at < :before and " + NOTHING_READY)
                    .bind("before", now - Math.max(silentSeconds, STREAM_LIFE.toSeconds()))
                    .execute();
            handle.createUpdate("delete from inbox_link as l where heard_at < :before and not exists"
                            + " (select 1 from inbox_stream s where s.incarnation = l.incarnation)")
                    .bind("before", now - Math.max(silentSeconds, STREAM_LIFE.toSeconds()))
                    .execute();
            return pieces;
        });
    }

    @Override
    public void close() {}
}
