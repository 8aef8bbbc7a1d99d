package io.botmesh.store;

import io.botmesh.bot.SessionStore;
import io.botmesh.bot.contract.SessionStoreContract;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Sessions in a real PostgreSQL. */
@NullUnmarked // fields that JUnit fills
class PostgresSessionStoreTest extends SessionStoreContract {
    private static PostgresDatabase database;
    private JdbcSessionStore store;

    @BeforeAll
    static void open() {
        database = EmbeddedPostgresServer.open(EmbeddedPostgresServer.newDatabase());
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void empty() {
        database.call(handle -> handle.execute("DELETE FROM bot_session"));
        store = new JdbcSessionStore(database, clock);
    }

    @Override
    protected SessionStore store() {
        return store;
    }
}
