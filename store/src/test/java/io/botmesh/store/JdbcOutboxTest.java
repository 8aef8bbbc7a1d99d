package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.Outbox;
import io.botmesh.mesh.OutboxContract;
import io.botmesh.runner.JournalException;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcOutboxTest extends OutboxContract {
    @TempDir
    private Path directory;

    private final List<SqliteDatabase> databases = new ArrayList<>();

    @Override
    protected Outbox open() {
        return open(directory.resolve("box" + databases.size() + ".db"));
    }

    @Override
    protected Outbox reopen(Outbox box) {
        box.close();
        SqliteDatabase old = databases.removeLast();
        old.close();
        return open(old.file());
    }

    private Outbox open(Path file) {
        SqliteDatabase database = SqliteDatabase.open(file);
        databases.add(database);
        return new JdbcOutbox(database);
    }

    @AfterEach
    void close() {
        databases.forEach(SqliteDatabase::close);
    }

    @Test
    void aBitThatChangedInAMessageOrAPacketIsNoticed() throws Exception {
        Outbox outbox = open();
        outbox.append("", new ByteArrayInputStream(new byte[3 << 20]));
        SqliteDatabase database = databases.getLast();
        database.call(
                handle -> handle.execute("update outbox_chunk set bytes = zeroblob(1048575) || x'01' where at = 0"));
        assertThatThrownBy(() -> outbox.pack(1 << 20, (packet, sequence, head) -> {
                    throw new AssertionError("packed damaged bytes");
                }))
                .isInstanceOf(JournalException.Unusable.class)
                .hasMessageContaining("damaged");
        Outbox other = open();
        other.append("", new ByteArrayInputStream(new byte[10]));
        other.pack(100, (packet, sequence, head) -> new Outbox.Filled(new byte[10], false, 1, 0, 1));
        databases.getLast().call(handle -> handle.execute("update outbox_packet set body = x'00'"));
        assertThatThrownBy(other::unposted).isInstanceOf(JournalException.Unusable.class);
    }
}
