package io.botmesh.bot;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.bot.contract.SessionStoreContract;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MemorySessionStoreTest extends SessionStoreContract {
    private final MemorySessionStore store = new MemorySessionStore(clock);

    @Override
    protected SessionStore store() {
        return store;
    }

    @Test
    void whatHasExpiredIsLetGo() {
        var now = new AtomicReference<>(Instant.EPOCH);
        var own = new MemorySessionStore(now::get);
        for (int i = 0; i < 999; i++)
            own.commit(List.of(SessionStore.Change.put(
                    new SessionKey(1, "p", "k" + i), 0, new byte[1], Instant.EPOCH.plusSeconds(1))));
        assertThat(own.size()).isEqualTo(999);
        now.set(Instant.EPOCH.plusSeconds(1));
        own.commit(List.of(SessionStore.Change.put(new SessionKey(1, "p", "last"), 0, new byte[1], null)));
        assertThat(own.size()).isEqualTo(1);
    }
}
