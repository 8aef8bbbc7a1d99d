package io.botmesh.bot.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.botmesh.bot.SessionException;
import io.botmesh.bot.SessionKey;
import io.botmesh.bot.SessionStore;
import io.botmesh.bot.SessionStore.Change;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What every session store must do. */
public abstract class SessionStoreContract {
    private static final SessionKey KEY = new SessionKey(42, "cart", "chat -100/7 of bü:\\'");
    private static final SessionKey OTHER = new SessionKey(42, "cart", "chat 1");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
    /** The time that the store must go by. */
    protected final InstantSource clock = now::get;

    /** One store, new for each test. */
    protected abstract SessionStore store();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Change put(SessionKey key, long expected, String text) {
        return Change.put(key, expected, bytes(text), null);
    }

    private String text(SessionKey key) {
        return store().load(key)
                .map(stored -> new String(stored.bytes(), StandardCharsets.UTF_8))
                .orElse("");
    }

    private long version(SessionKey key) {
        return store().load(key).map(SessionStore.Stored::version).orElse(SessionStore.ABSENT);
    }

    private void commit(Change... changes) {
        store().commit(List.of(changes));
    }

    private void conflicts(SessionKey key, Change... changes) {
        assertThatExceptionOfType(SessionException.Conflict.class)
                .isThrownBy(() -> commit(changes))
                .matches(conflict -> conflict.key().equals(key));
    }

    @Test
    protected void whatWasStoredIsLoaded() {
        assertThat(store().load(KEY)).isEmpty();
        commit(put(KEY, 0, "a"));
        assertThat(text(KEY)).isEqualTo("a");
        commit(put(KEY, version(KEY), ""));
        assertThat(store().load(KEY)).isPresent();
        assertThat(text(KEY)).isEmpty();
        commit();
    }

    @Test
    protected void anyBytesComeBack() {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        var random = new SplittableRandom(seed);
        for (int size : new int[] {1, 255, 10_000, 1_000_000}) {
            var bytes = new byte[size];
            random.nextBytes(bytes);
            commit(Change.put(KEY, version(KEY), bytes, null));
            assertThat(store().load(KEY).orElseThrow().bytes()).isEqualTo(bytes);
        }
    }

    @Test
    protected void keysDifferByBotPartAndKeyExactly() {
        var keys = List.of(
                KEY,
                OTHER,
                new SessionKey(43, "cart", KEY.key()),
                new SessionKey(42, "Cart", KEY.key()),
                new SessionKey(42, "cart", KEY.key() + " "),
                new SessionKey(42, "cart", "CHAT 1"),
                new SessionKey(-42, "cart", "chat 1"));
        for (var key : keys) commit(put(key, 0, key.toString() + key.botId()));
        for (var key : keys) assertThat(text(key)).isEqualTo(key.toString() + key.botId());
    }

    @Test
    protected void nobodyOverwritesWhatHeHasNotSeen() {
        commit(put(KEY, 0, "a"));
        conflicts(KEY, put(KEY, 0, "b"));
        long old = version(KEY);
        commit(put(KEY, old, "c"));
        assertThat(version(KEY)).isNotEqualTo(old);
        conflicts(KEY, put(KEY, old, "d"));
        conflicts(KEY, Change.delete(KEY, old));
        assertThat(text(KEY)).isEqualTo("c");
    }

    @Test
    protected void whatIsGoneIsAConflictForWhoeverHadIt() {
        commit(put(KEY, 0, "a"));
        long old = version(KEY);
        commit(Change.delete(KEY, old));
        assertThat(store().load(KEY)).isEmpty();
        conflicts(KEY, put(KEY, old, "b"));
        conflicts(KEY, Change.delete(KEY, old));
        assertThat(store().load(KEY)).isEmpty();
    }

    @Test
    protected void aSessionMadeAnewIsNotTakenForTheOldOne() {
        commit(put(KEY, 0, "a"));
        long old = version(KEY);
        commit(Change.delete(KEY, old));
        commit(put(KEY, 0, "b"));
        assertThat(version(KEY)).isNotEqualTo(old);
        conflicts(KEY, put(KEY, old, "c"));
        assertThat(text(KEY)).isEqualTo("b");
    }

    @Test
    protected void allChangesAreMadeOrNone() {
        commit(put(OTHER, 0, "a"));
        conflicts(OTHER, put(KEY, 0, "b"), put(OTHER, 0, "c"));
        conflicts(OTHER, put(OTHER, 99, "c"), put(KEY, 0, "b"));
        assertThat(store().load(KEY)).isEmpty();
        assertThat(text(OTHER)).isEqualTo("a");
        commit(put(KEY, 0, "b"), Change.delete(OTHER, version(OTHER)));
        assertThat(text(KEY)).isEqualTo("b");
        assertThat(store().load(OTHER)).isEmpty();
    }

    @Test
    protected void whatHasExpiredIsAsIfItHadNeverBeen() {
        var end = now.get().plus(Duration.ofMinutes(1));
        commit(Change.put(KEY, 0, bytes("a"), end));
        long old = version(KEY);
        now.set(end.minusMillis(1));
        assertThat(text(KEY)).isEqualTo("a");
        now.set(end);
        assertThat(store().load(KEY)).isEmpty();
        commit(put(KEY, 0, "b"));
        assertThat(text(KEY)).isEqualTo("b");
        conflicts(KEY, put(KEY, old, "c"));
        now.set(end.plus(Duration.ofDays(9_999)));
        assertThat(text(KEY)).isEqualTo("b");
    }

    @Test
    protected void aSessionNamedTwiceInOneCommitIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> commit(put(KEY, 0, "a"), put(KEY, 0, "b")));
        assertThat(store().load(KEY)).isEmpty();
    }

    /** Counters that many raise at once: every raise that was not refused counts. */
    @Test
    protected void noRaiseIsLostAmongConcurrentOnes() throws Exception {
        int writers = 8;
        int raises = 25;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var work = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < writers; i++) {
                work.add(() -> {
                    int refused = 0;
                    for (int raised = 0; raised < raises; ) {
                        var stored = store().load(KEY);
                        int value = stored.map(it -> Integer.parseInt(new String(it.bytes(), StandardCharsets.UTF_8)))
                                .orElse(0);
                        try {
                            commit(put(
                                    KEY,
                                    stored.map(SessionStore.Stored::version).orElse(0L),
                                    "" + (value + 1)));
                            raised++;
                        } catch (SessionException.Conflict conflict) {
                            refused++;
                        }
                    }
                    return refused;
                });
            }
            for (var done : threads.invokeAll(work)) assertThat(done.get()).isNotNegative();
        }
        assertThat(text(KEY)).isEqualTo("" + writers * raises);
    }
}
