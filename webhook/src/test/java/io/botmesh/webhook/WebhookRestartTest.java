package io.botmesh.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.ForwardingApi;
import io.botmesh.botapi.SetWebhook;
import io.botmesh.runner.Sleeper;
import io.botmesh.webhook.Registration.Management;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stop while the webhook is just looked after, over a client that keeps interrupts to itself. */
@Timeout(300)
class WebhookRestartTest {
    private static final String WATCHER = "botmesh-webhook-watch";

    private final Hooked hooked = new Hooked();
    private final Gated api = new Gated(hooked.api);
    private final Semaphore minutes = new Semaphore(0);
    private final AtomicInteger asleep = new AtomicInteger();
    /** Minutes pass when a test says so; what the server wants to be waited for passes by itself. */
    private final Sleeper sleeper = pause -> {
        if (pause.compareTo(Duration.ofMinutes(1)) < 0) {
            Thread.sleep(pause);
            return;
        }
        asleep.incrementAndGet();
        minutes.acquire();
    };

    @AfterEach
    void close() {
        hooked.close();
    }

    /** Holds one call of the watcher back, whatever interrupts it. */
    private static final class Gated extends ForwardingApi {
        final List<String> calls = new CopyOnWriteArrayList<>();
        final Set<Thread> watchers = ConcurrentHashMap.newKeySet();
        final AtomicInteger atOnce = new AtomicInteger();
        final AtomicInteger mostAtOnce = new AtomicInteger();
        volatile @Nullable String held;
        final CountDownLatch holding = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        Gated(Api api) {
            super(api);
        }

        @Override
        public <R> R call(ApiCall<R> call) throws InterruptedException {
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            try {
                calls.add(call.method());
                boolean watches = Thread.currentThread().getName().equals(WATCHER);
                if (watches) watchers.add(Thread.currentThread());
                if (!watches || !call.method().equals(held)) return super.call(call);
                held = null;
                holding.countDown();
                while (release.getCount() > 0) {
                    try {
                        release.await();
                    } catch (InterruptedException hidden) {
                        // As a client may do.
                    }
                }
                return super.call(call);
            } finally {
                atOnce.decrementAndGet();
            }
        }
    }

    private WebhookSource source(Management management) {
        var options = hooked.options();
        return hooked.server.bot(
                api, options.withRegistration(options.registration().withManagement(management)), sleeper);
    }

    private Thread fetch(WebhookSource source) {
        return Thread.ofPlatform().start(() -> {
            try {
                var unused = source.next(1);
            } catch (InterruptedException stopped) {
                // As a poller ends.
            }
        });
    }

    /** Starts the source, and ends its poll while the watcher is in the middle of this call. */
    private void stopDuring(String method, WebhookSource source) throws InterruptedException {
        var poller = fetch(source);
        hold(method);
        poller.interrupt();
        poller.join();
    }

    /** Until the watcher is in the middle of this call, and somebody else has the webhook. */
    private void hold(String method) throws InterruptedException {
        Hooked.await(() -> asleep.get() == 1, () -> "the watcher");
        elsewhere();
        api.held = method;
        minutes.release();
        api.holding.await();
    }

    private void elsewhere() {
        Hooked.await(
                () -> {
                    try {
                        return hooked.api.call(
                                SetWebhook.of(hooked.url("/elsewhere").toString()));
                    } catch (io.botmesh.botapi.ApiException.FloodWait soon) {
                        return false;
                    } catch (InterruptedException asked) {
                        throw new IllegalStateException(asked);
                    }
                },
                () -> "another webhook");
    }

    @Test
    void whatIsStoppedSetsNoWebhookAgainAndLooksAfterNothing() throws Exception {
        var source = source(Management.SET);
        stopDuring("getWebhookInfo", source);
        source.rewind();
        api.release.countDown();
        var watcher = api.watchers.iterator().next();
        Hooked.await(() -> !watcher.isAlive() || asleep.get() > 1, () -> "the watcher's end");
        assertThat(watcher.isAlive()).isFalse();
        assertThat(hooked.info().url()).endsWith("/elsewhere");
        source.close();
    }

    @Test
    void aRestartWaitsForTheLookThatTheStopInterruptedAndOneWatcherIsLeft() throws Exception {
        var source = source(Management.SET);
        stopDuring("getWebhookInfo", source);
        source.rewind();
        int before = api.calls.size();
        var next = fetch(source);
        Hooked.await(
                () -> api.calls.size() > before || next.getState() == Thread.State.WAITING, () -> "the second start");
        api.release.countDown();
        Hooked.await(() -> asleep.get() == 2, () -> "the second watcher");
        assertThat(api.mostAtOnce).hasValue(1);
        assertThat(hooked.info().url()).endsWith("/hook");
        assertThat(api.watchers.iterator().next().isAlive()).isFalse();
        next.interrupt();
        next.join();
        source.close();
    }

    @Test
    void whatIsDeletedAtTheEndIsNotSetByTheLookThatTheEndInterrupted() throws Exception {
        var source = source(Management.SET_AND_DELETE);
        stopDuring("setWebhook", source);
        var closed = new AtomicReference<Throwable>();
        var closing = Thread.ofPlatform().start(() -> {
            try {
                source.close();
            } catch (Throwable failed) {
                closed.set(failed);
            }
        });
        Hooked.await(
                () -> api.calls.contains("deleteWebhook") || closing.getState() == Thread.State.TIMED_WAITING,
                () -> "the end");
        api.release.countDown();
        closing.join();
        assertThat(closed).hasNullValue();
        Hooked.await(
                () -> api.watchers.stream().noneMatch(Thread::isAlive) || asleep.get() > 1, () -> "the watcher's end");
        assertThat(hooked.info().url()).isEmpty();
        assertThat(api.calls).last().isEqualTo("deleteWebhook");
    }
}
