package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.botmesh.bot.SessionException;
import io.botmesh.bot.SessionKey;
import io.botmesh.bot.SessionStore;
import io.botmesh.bot.SessionStore.Change;
import io.botmesh.bot.contract.SessionStoreContract;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked // fields that JUnit fills
class JdbcSessionStoreTest extends SessionStoreContract {
    @TempDir
    Path folder;

    private SqliteDatabase database;
    private JdbcSessionStore store;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(folder.resolve("bot.db"));
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

    @Test
    void sessionsOutliveTheProcess() {
        var key = new SessionKey(1, "p", "k");
        store.commit(List.of(Change.put(key, 0, new byte[] {7}, null)));
        close();
        open();
        assertThat(store.load(key).orElseThrow().bytes()).containsExactly(7);
    }

    @Test
    void aDamagedSessionIsNamedAndLeftAlone() {
        var key = new SessionKey(1, "p", "k");
        store.commit(List.of(Change.put(key, 0, new byte[] {7}, null)));
        database.call(handle -> handle.execute("UPDATE bot_session SET content = x'08'"));
        assertThatExceptionOfType(SessionException.Unreadable.class)
                .isThrownBy(() -> store.load(key))
                .withMessage("session p of k is damaged on disk");
    }
}
