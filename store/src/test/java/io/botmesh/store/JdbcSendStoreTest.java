package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.SendStore;
import io.botmesh.botapi.SendStore.Slot;
import io.botmesh.botapi.SendStore.State;
import io.botmesh.runner.JournalException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcSendStoreTest extends SendStoreContract {
    @TempDir
    Path folder;

    private SqliteDatabase database;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(folder.resolve("sends.db"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Override
    SendStore store() {
        return new JdbcSendStore(database);
    }

    @Test
    void whatWasAddedIsThereAfterARestart() {
        long one = store().add("1", "sendMessage", "{}");
        long two = store().add("1", "sendMessage", "{}");
        store().mark(one, State.SENDING, null);
        store().remove(two);
        close();
        open();
        assertThat(store().slots()).containsExactly(new Slot(one, "1", State.SENDING));
        assertThat(store().add("1", "sendMessage", "{}"))
                .as("not even after the last one is removed")
                .isGreaterThan(two);
    }

    @Test
    void aCallThatHasChangedOnDiskIsNotSent() {
        long number = store().add("1", "sendMessage", "{\"chat_id\":1}");
        int unused = database.call(handle -> handle.execute("update send_queue set parameters = '{\"chat_id\":2}'"));
        assertThatThrownBy(() -> store().load(number)).isInstanceOf(JournalException.Unusable.class);
    }
}
