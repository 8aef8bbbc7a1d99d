package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.SendStore;
import io.botmesh.botapi.SendStore.State;
import io.botmesh.runner.JournalException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls that have to go out, in a real PostgreSQL. */
@NullUnmarked // fields that JUnit fills
class PostgresSendStoreTest extends SendStoreContract {
    private static final String url = EmbeddedPostgresServer.newDatabase();
    private static PostgresDatabase database;

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
        int unused = database.call(handle -> handle.execute("DELETE FROM send_queue"));
    }

    @Override
    SendStore store() {
        return new JdbcSendStore(database, 1);
    }

    @Test
    void theQueueOfAnotherBotIsItsOwn() {
        long number = store().add("1", "sendMessage", "{}");
        var other = new JdbcSendStore(database, 2);
        assertThat(other.slots()).isEmpty();
        assertThat(other.load(number)).isEmpty();
        other.mark(number, State.REFUSED, "not its own");
        other.remove(number);
        assertThat(store().load(number))
                .hasValueSatisfying(kept -> assertThat(kept.state()).isEqualTo(State.QUEUED));
    }

    @Test
    void aCallThatHasChangedInTheDatabaseIsNotSent() {
        long number = store().add("1", "sendMessage", "{\"chat_id\":1}");
        int unused = database.call(handle -> handle.execute("UPDATE send_queue SET bot_id = 2"));
        assertThatThrownBy(() -> new JdbcSendStore(database, 2).load(number))
                .isInstanceOf(JournalException.Unusable.class);
    }
}
