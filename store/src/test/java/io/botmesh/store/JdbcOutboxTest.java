package io.botmesh.store;

import io.botmesh.mesh.Outbox;
import io.botmesh.mesh.OutboxContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
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
}
