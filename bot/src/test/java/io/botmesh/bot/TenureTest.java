package io.botmesh.bot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Journal;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.runner.MemoryLease;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Source;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Starts and stops at awkward moments. */
@Timeout(300)
class TenureTest {
    private final MemoryLease.Place place = new MemoryLease.Place();
    private final Lifecycle lifecycle = new Lifecycle((report, failure) -> {});

    /** Nothing comes. */
    private static final class Silent implements Source<RawUpdate> {
        @Override
        public List<RawUpdate> next(int limit) throws InterruptedException {
            new CountDownLatch(1).await();
            return List.of();
        }

        @Override
        public void confirm(RawUpdate through) {}

        @Override
        public void flush() {}

        @Override
        public void rewind() {}
    }

    private Tenure tenure(Journal<RawUpdate> journal) {
        return tenure(journal, Duration.ofMillis(1));
    }

    private Tenure tenure(Journal<RawUpdate> journal, Duration closing) {
        return new Tenure(
                new BotLease(new MemoryLease(place), fence -> journal),
                RunnerOptions.defaults(),
                Duration.ZERO,
                closing,
                how -> new Runner<>(new Silent(), delivery -> {}, how));
    }

    private static Journal<RawUpdate> journal() {
        return new MemoryJournal<>(RawUpdate::updateId, InstantSource.system());
    }

    @Test
    void aStopRightBeforeTheWaitForTheLeaseEndsTheStart() throws Exception {
        assertThatThrownBy(() -> lifecycle.start(earlier -> {
                    CompletableFuture.runAsync(() -> lifecycle.stop(Duration.ZERO))
                            .join();
                    return tenure(journal());
                }))
                .isInstanceOf(InterruptedException.class);
        lifecycle.start(earlier -> tenure(journal())); // it holds nothing
        assertThat(lifecycle.stop(Duration.ZERO).finished()).isZero();
    }

    /** As on a disk that hangs. */
    @Test
    void line23AJournalThatDoesNotCloseHoldsUpNoStop() throws Exception {
        var answers = new CountDownLatch(1);
        Journal<RawUpdate> inner = journal();
        lifecycle.start(earlier -> tenure(closingBy(inner, answers)));
        assertThat(lifecycle.stop(Duration.ZERO).finished()).isZero();
        assertThat(lifecycle.stopped()).isNotDone();
        answers.countDown();
        lifecycle.stopped().join(); // the lease is given back after all
        lifecycle.start(earlier -> tenure(inner));
        lifecycle.stop(Duration.ZERO);
    }

    /** So that the next program of this bot finds its lease, and one that is stopped for good leaves nothing behind. */
    @Test
    void line23AStopGivesTheLeaseBackBeforeItReturnsIfTheJournalClosesInTime() throws Exception {
        var answers = new CountDownLatch(1);
        lifecycle.start(earlier -> tenure(closingBy(journal(), answers), Duration.ofDays(1)));
        var stopping = CompletableFuture.runAsync(() -> lifecycle.stop(Duration.ZERO));
        assertThat(stopping).isNotDone();
        answers.countDown();
        stopping.get();
        assertThat(lifecycle.stopped()).isDone();
        assertThat(new MemoryLease(place).acquire()).isEqualTo(2);
    }

    @Test
    void line23AStopWaitsForThatForFifteenSeconds() {
        assertThat(Tenure.CLOSING).isEqualTo(Duration.ofSeconds(15));
        assertThat(new Tenure(
                                new BotLease(new MemoryLease(place), fence -> journal()),
                                RunnerOptions.defaults(),
                                Duration.ZERO,
                                how -> new Runner<>(new Silent(), delivery -> {}, how))
                        .closing)
                .isEqualTo(Tenure.CLOSING);
    }

    @SuppressWarnings("unchecked")
    private static Journal<RawUpdate> closingBy(Journal<RawUpdate> inner, CountDownLatch answers) {
        return (Journal<RawUpdate>) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (self, call, with) -> {
                    if (call.getName().equals("close")) answers.await();
                    try {
                        return call.invoke(inner, with);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }
}
