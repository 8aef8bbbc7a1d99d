package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.botmesh.bot.SessionException;
import io.botmesh.bot.SessionKey;
import io.botmesh.bot.SessionStore;
import io.botmesh.bot.SessionStore.Change;
import io.botmesh.bot.contract.SessionStoreContract;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.FailureHandler;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Source;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

    /** Its places there are another journal's: they would end other updates, and the change would be lost. */
    @Test
    @Timeout(300)
    void aDeliveryOfAnotherJournalIsRefused() throws InterruptedException {
        var token = BotToken.parse("1:fake-fake-fake-fake-fake-fake-fake-fake");
        var refused = new LinkedBlockingQueue<Throwable>();
        try (var elsewhere = SqliteDatabase.open(folder.resolve("elsewhere.db"))) {
            var own = JdbcJournal.ofUpdates(database, token);
            var other = JdbcJournal.ofUpdates(elsewhere, token);
            var sessions = new JdbcSessionStore(other);
            var key = new SessionKey(1, "p", "k");
            try (var runner = new Runner<>(
                    new One(RawUpdate.parse("{\"update_id\":7}".getBytes(StandardCharsets.UTF_8))),
                    delivery -> sessions.commit(List.of(Change.put(key, 0, new byte[1], null)), delivery),
                    RunnerOptions.<RawUpdate>defaults().withJournal(own).withFailures((delivery, failure) -> {
                        refused.add(failure);
                        return FailureHandler.Decision.DEAD;
                    }))) {
                runner.start();
                assertThat(refused.take())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("is in another journal than these sessions");
            }
            assertThat(own.deadLetters().count()).isOne();
            assertThat(sessions.load(key)).isEmpty();
        }
    }

    /** Hands out one update. */
    private static final class One implements Source<RawUpdate> {
        private final RawUpdate update;
        private boolean given;

        One(RawUpdate update) {
            this.update = update;
        }

        @Override
        public List<RawUpdate> next(int limit) throws InterruptedException {
            if (given) new CountDownLatch(1).await();
            given = true;
            return List.of(update);
        }

        @Override
        public void confirm(RawUpdate through) {}

        @Override
        public void flush() {}
    }
}
