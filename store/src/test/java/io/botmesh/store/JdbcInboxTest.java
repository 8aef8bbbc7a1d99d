package io.botmesh.store;

import io.botmesh.mesh.Inbox;
import io.botmesh.mesh.InboxContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
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
}
