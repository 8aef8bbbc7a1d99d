package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.bot.SessionException;
import io.botmesh.bot.SessionKey;
import io.botmesh.bot.SessionStore;
import io.botmesh.bot.SessionStore.Change;
import io.botmesh.bot.contract.SessionStoreContract;
import io.botmesh.runner.JournalException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions in a real PostgreSQL. */
@NullUnmarked // fields that JUnit fills
class PostgresSessionStoreTest extends SessionStoreContract {
    private static final String url = EmbeddedPostgresServer.newDatabase();
    private static PostgresDatabase database;
    private JdbcSessionStore store;

    @BeforeAll
    static void open() {
        database = EmbeddedPostgresServer.open(url);
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

    private static List<Change> changes(String... keys) {
        return Arrays.stream(keys)
                .map(key -> Change.put(new SessionKey(1, "p", key), SessionStore.ABSENT, new byte[1], null))
                .toList();
    }

    /** Two processes that work for one bot at once, during a hand-over for one. */
    @Test
    @Timeout(300)
    void sessionsAreLockedInTheOrderOfTheirKeysSoThatTwoWritersNeverWaitForEachOther() throws Exception {
        database.call(
                handle -> handle.execute("INSERT INTO bot_session (bot_id, part, session_key, version, content, crc)"
                        + " SELECT 1, 'p', key, 1, '', 0 FROM unnest(ARRAY['a', 'b']) key"));
        try (var other = DriverManager.getConnection(url, "postgres", "");
                var sql = other.createStatement()) {
            other.setAutoCommit(false);
            sql.execute("SELECT 1 FROM bot_session WHERE session_key = 'a' FOR UPDATE");
            var commit = CompletableFuture.runAsync(() -> store.commit(changes("b", "a")));
            while (!waits(sql)) Thread.onSpinWait();
            sql.execute("SELECT 1 FROM bot_session WHERE session_key = 'b' FOR UPDATE NOWAIT");
            other.commit();
            assertThatThrownBy(commit::join).hasCauseInstanceOf(SessionException.Conflict.class);
        }
    }

    private static boolean waits(Statement sql) throws SQLException {
        try (var rows = sql.executeQuery("SELECT count(*) FROM pg_locks WHERE NOT granted")) {
            return rows.next() && rows.getInt(1) > 0;
        }
    }

    @Test
    void workThatADeadlockHasEndedIsTriedAgain() {
        var left = new AtomicInteger(3);
        int tries = database.call(handle -> {
            if (left.getAndDecrement() > 0) throw new SQLException("deadlock detected", "40P01");
            return 3 - left.get();
        });
        assertThat(tries).isEqualTo(4);
        assertThatThrownBy(() -> database.call(handle -> {
                    throw new SQLException("deadlock detected", "40P01");
                }))
                .isInstanceOf(JournalException.NotStored.class);
    }
}
