package io.botmesh.store;

import io.botmesh.bot.SessionStore;
import io.botmesh.bot.contract.SessionStoreContract;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Sessions in a real PostgreSQL. */
@NullUnmarked // fields that JUnit fills
class PostgresSessionStoreTest extends SessionStoreContract {
    private PostgresDatabase database;
    private JdbcSessionStore store;

    @BeforeEach
    void open() {
        database = EmbeddedPostgresServer.open(EmbeddedPostgresServer.newDatabase());
        store = new JdbcSessionStore(database, clock);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Override
    protected SessionStore store() {
        return store;
    }
}
