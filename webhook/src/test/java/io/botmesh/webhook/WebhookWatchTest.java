package io.botmesh.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.DeleteWebhook;
import io.botmesh.botapi.ForwardingApi;
import io.botmesh.botapi.GetWebhookInfo;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.SetWebhook;
import io.botmesh.botapi.TransportException;
import io.botmesh.botapi.TransportException.Happened;
import io.botmesh.botapi.WebhookInfo;
import io.botmesh.runner.Keys;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Sleeper;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A webhook that somebody else changes, or that nobody calls, while the bot runs. */
@Timeout(300)
class WebhookWatchTest {
    private final Hooked hooked = new Hooked();
    private final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
    /** Each element lets a minute pass. */
    private final SynchronousQueue<Boolean> minutes = new SynchronousQueue<>();
    /** Whoever sleeps has done all that the last minute brought. */
    private final Semaphore asleep = new Semaphore(0);

    private final Sleeper sleeper = pause -> {
        asleep.release();
        minutes.take();
    };

    @AfterEach
    void close() {
        hooked.close();
    }

    private WebhookSource start() throws InterruptedException {
        return start(hooked.api);
    }

    private WebhookSource start(Api api) throws InterruptedException {
        var source = hooked.server.bot(api, hooked.options(), sleeper);
        Runner<RawUpdate> runner = hooked.run(
                source,
                delivery -> seen.add(Hooked.text(delivery.update())),
                RunnerOptions.<RawUpdate>defaults().withKeys(Keys.sequentialize(RawUpdate::chatId)));
        assertThat(runner.isRunning()).isTrue();
        hooked.say(hooked.ann, "hello");
        assertThat(next()).isEqualTo("hello");
        return source;
    }

    private String next() throws InterruptedException {
        return String.valueOf(seen.poll(120, TimeUnit.SECONDS));
    }

    /** Lets minute after minute pass, each with all that follows from it, until that is so. */
    private void whileMinutesPass(BooleanSupplier condition) throws InterruptedException {
        asleep.acquire();
        do {
            minutes.put(true);
            asleep.acquire();
        } while (!condition.getAsBoolean());
        asleep.release();
    }

    /** Somebody else sets it, as soon as the server takes an address again. */
    private void elsewhere(SetWebhook call) {
        Hooked.await(
                () -> {
                    try {
                        return hooked.api.call(call);
                    } catch (ApiException.FloodWait soon) {
                        return false;
                    } catch (InterruptedException asked) {
                        throw new IllegalStateException(asked);
                    }
                },
                () -> "another webhook");
    }

    @Test
    void line24AWebhookThatSomethingElseHasChangedIsSetAgainAndHealthSaysSo() throws Exception {
        var source = start();
        elsewhere(SetWebhook.of(hooked.url("/elsewhere").toString()));
        whileMinutesPass(() -> hooked.info().url().endsWith("/hook"));
        assertThat(source.trouble().orElseThrow()).startsWith("something else has changed the webhook");
        hooked.say(hooked.ann, "after a change");
        assertThat(next()).isEqualTo("after a change");
        hooked.api.call(DeleteWebhook.of());
        whileMinutesPass(() -> hooked.info().url().endsWith("/hook"));
        assertThat(source.trouble().orElseThrow()).startsWith("something else has changed the webhook");
        whileMinutesPass(() -> source.trouble().isEmpty());
    }

    @Test
    void line24AMomentWithoutMemoryDoesNotEndTheWatch() throws Exception {
        var failing = new AtomicBoolean();
        var poor = new ForwardingApi(hooked.api) {
            @Override
            public <R> R call(ApiCall<R> call) throws InterruptedException {
                if (call instanceof GetWebhookInfo && failing.getAndSet(false))
                    throw new OutOfMemoryError("for a moment");
                return super.call(call);
            }

            @Override
            public <R> R call(ApiCall<R> call, Duration deadline) throws InterruptedException {
                if (call instanceof GetWebhookInfo && failing.getAndSet(false))
                    throw new OutOfMemoryError("for a moment");
                return super.call(call, deadline);
            }
        };
        start(poor);
        failing.set(true);
        hooked.api.call(DeleteWebhook.of());
        whileMinutesPass(() -> hooked.info().url().endsWith("/hook"));
        assertThat(failing).isFalse();
    }

    /** Same address, other secret: the server goes on calling, and is refused. */
    @Test
    void line24ASecretThatSomethingElseHasChangedIsSetAgain() throws Exception {
        start();
        elsewhere(SetWebhook.of(hooked.url("/hook").toString()).withSecretToken("another-secret"));
        hooked.say(hooked.ann, "refused at first");
        Hooked.await(() -> hooked.info().lastErrorMessage() != null, () -> "an error");
        whileMinutesPass(() -> !seen.isEmpty());
        assertThat(next()).isEqualTo("refused at first");
    }

    @Test
    void line12ATokenThatIsRevokedWhileTheBotRunsEndsItWithTheServersWordsAndAStartSaysTheSame() throws Exception {
        var source = hooked.server.bot(hooked.api, hooked.options(), sleeper);
        var runner = hooked.run(source, delivery -> {}, RunnerOptions.<RawUpdate>defaults());
        asleep.acquire();
        hooked.emulator.world().revoke(hooked.bot.token());
        minutes.put(true);
        for (int start = 0; start < 2; start++) {
            assertThatThrownBy(() -> runner.stopped().get(120, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(ApiException.Rejected.class)
                    .hasMessageContaining("401 Unauthorized");
            if (start == 0) runner.start();
        }
    }

    @Test
    void looksAsOftenAsTheOptionsSay() throws Exception {
        var pauses = new LinkedBlockingQueue<Duration>();
        var options = hooked.options().withLook(Duration.ofSeconds(7));
        var source = hooked.server.bot(hooked.api, options, pause -> {
            pauses.add(pause);
            minutes.take();
        });
        hooked.run(source, delivery -> {}, RunnerOptions.<RawUpdate>defaults());
        assertThat(pauses.poll(120, TimeUnit.SECONDS)).isEqualTo(Duration.ofSeconds(7));
        assertThat(hooked.options().look()).isEqualTo(Duration.ofMinutes(1));
        assertThatIllegalArgumentException().isThrownBy(() -> options.withLook(Duration.ofMillis(999)));
    }

    @Test
    void line31AServerThatCannotBeAskedForLongIsTroubleUntilItAnswers() throws Exception {
        var away = new AtomicBoolean();
        var source = start(new ForwardingApi(hooked.api) {
            @Override
            public <R> R call(ApiCall<R> call) throws InterruptedException {
                if (away.get()) throw new TransportException(Happened.NO, "getWebhookInfo: no connection", null);
                return super.call(call);
            }
        });
        away.set(true);
        whileMinutesPass(() -> true);
        assertThat(source.trouble()).as("once is nothing").isEmpty();
        whileMinutesPass(() -> true);
        assertThat(source.trouble())
                .contains("the webhook could not be looked after 2 times in a row: getWebhookInfo: no connection");
        away.set(false);
        whileMinutesPass(() -> true);
        assertThat(source.trouble()).isEmpty();
    }

    // What only time brings about is told to the judge by hand.

    private static WebhookInfo info(long pending, Long errorAt, String error) {
        var info = WebhookInfo.of("https://x/hook", false, pending);
        return errorAt == null ? info : info.withLastErrorDate(errorAt).withLastErrorMessage(error);
    }

    @Test
    void line31AWebhookThatNobodyCallsWhileUpdatesWaitIsTrouble() {
        var watch = new WebhookWatch("https://x/hook");
        assertThat(watch.look(info(3, 5L, "Connection refused"), 7)).isFalse();
        assertThat(watch.trouble()).isEmpty(); // they may just have come
        assertThat(watch.look(info(4, 5L, "Connection refused"), 7)).isFalse();
        assertThat(watch.trouble())
                .contains("4 updates wait at the server, and no request comes; it says: Connection refused");
        watch.look(info(4, 5L, "Connection refused"), 8);
        assertThat(watch.trouble()).isEmpty(); // they come
        watch.look(info(0, 5L, "Connection refused"), 8);
        assertThat(watch.trouble()).isEmpty(); // nothing to bring
    }

    @Test
    void line31AWebhookWhoseRequestsFailIsTroubleAndOneThatIsRefusedIsSetAgain() {
        var watch = new WebhookWatch("https://x/hook");
        watch.look(info(3, 5L, "Wrong response from the webhook: 502 Bad Gateway"), 1);
        assertThat(watch.look(info(3, 65L, "Wrong response from the webhook: 502 Bad Gateway"), 2))
                .isFalse();
        assertThat(watch.trouble().orElseThrow()).startsWith("3 updates wait at the server, and requests fail");
        assertThat(watch.look(info(3, 125L, "Wrong response from the webhook: 403 Forbidden"), 2))
                .isTrue();
        var others = new WebhookWatch(null);
        others.look(info(3, 5L, "Wrong response from the webhook: 403 Forbidden"), 1);
        assertThat(others.look(info(3, 65L, "Wrong response from the webhook: 403 Forbidden"), 1))
                .isFalse();
        assertThat(others.trouble()).isPresent();
    }
}
