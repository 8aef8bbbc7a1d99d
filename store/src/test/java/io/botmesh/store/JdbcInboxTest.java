package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.Inbox;
import io.botmesh.mesh.Inbox.Assembly;
import io.botmesh.mesh.Inbox.Change;
import io.botmesh.mesh.Inbox.Kept;
import io.botmesh.mesh.Inbox.Known;
import io.botmesh.mesh.Inbox.StreamId;
import io.botmesh.mesh.Inbox.Whole;
import io.botmesh.mesh.InboxContract;
import io.botmesh.runner.JournalException;
import io.botmesh.wire.Piece;
import io.botmesh.wire.Reassembler;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcInboxTest extends InboxContract {
    @TempDir
    private Path directory;

    private final List<SqliteDatabase> databases = new ArrayList<>();

    @Override
    protected Inbox open() {
        return open(directory.resolve("box" + databases.size() + ".db"));
    }

    @Override
    protected Inbox reopen(Inbox box) {
        box.close();
        SqliteDatabase old = databases.removeLast();
        old.close();
        return open(old.file());
    }

    private Inbox open(Path file) {
        SqliteDatabase database = SqliteDatabase.open(file);
        databases.add(database);
        return new JdbcInbox(database);
    }

    @AfterEach
    void close() {
        databases.forEach(SqliteDatabase::close);
    }

    @Test
    void aForgottenStreamGoesOnWithItsNextWholeMessage() {
        var now = new AtomicLong(1_000_000);
        var stream = new StreamId(1, 0);
        SqliteDatabase database = SqliteDatabase.open(directory.resolve("forget.db"));
        databases.add(database);
        Inbox inbox = new JdbcInbox(database, () -> Instant.ofEpochSecond(now.get()));
        inbox.store(new Change(
                stream,
                -100L,
                "node",
                List.of(
                        new Kept(0, Piece.first("s", List.of(), new byte[2], 9)),
                        new Kept(3, Piece.whole("", List.of(), new byte[1]))),
                1,
                new Assembly(0, "s", new Reassembler.State(9, 2, false)),
                List.of(),
                List.of(),
                now.get()));
        now.addAndGet(100);
        assertThat(inbox.forget(101)).isZero();
        assertThat(inbox.forget(99)).isEqualTo(2);
        assertThat(inbox.known(stream))
                .isEqualTo(
                        new Known(4, List.of(), new Assembly(0, "", new Reassembler.State(0, 0, true)), List.of(), 0));
        assertThat(inbox.forget(99)).isZero();
    }

    @Test
    void aDoneMarkThatCannotBeStoredIsNotSwallowed() {
        SqliteDatabase database = SqliteDatabase.open(directory.resolve("marks.db"));
        databases.add(database);
        Inbox inbox = new JdbcInbox(database);
        var stream = new StreamId(1, 0);
        inbox.store(new Change(
                stream,
                -100L,
                "node",
                List.of(new Kept(0, Piece.whole("", List.of(), new byte[1]))),
                1,
                Assembly.NONE,
                List.of(new Whole(0, 0, "", 1)),
                List.of(),
                0));
        database.call(handle -> handle.execute("create trigger full before delete on inbox_message"
                + " begin select raise(abort, 'no room for marks'); end"));
        inbox.done(inbox.known(stream).ready().getFirst());
        assertThatThrownBy(inbox::flush).isInstanceOf(RuntimeException.class);
        assertThat(inbox.known(stream).ready()).hasSize(1);
    }

    @Test
    void aBitThatChangedInAMessageIsNoticed() {
        SqliteDatabase database = SqliteDatabase.open(directory.resolve("flip.db"));
        databases.add(database);
        Inbox inbox = new JdbcInbox(database);
        var stream = new StreamId(1, 0);
        inbox.store(new Change(
                stream,
                -100L,
                "node",
                List.of(new Kept(0, Piece.whole("", List.of(), new byte[] {1, 2, 3}))),
                1,
                Assembly.NONE,
                List.of(new Whole(0, 0, "", 3)),
                List.of(),
                0));
        database.call(handle -> handle.execute("update inbox_piece set body = x'010203FF' where sequence = 0"));
        assertThatThrownBy(() -> inbox.known(stream).ready().getFirst().body())
                .isInstanceOf(JournalException.Unusable.class)
                .hasMessageContaining("damaged");
        assertThatThrownBy(() -> inbox.piece(stream, 0)).isInstanceOf(JournalException.Unusable.class);
    }
}
