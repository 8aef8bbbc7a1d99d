package io.botmesh.webhook;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.GetWebhookInfo;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.WebhookInfo;
import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.runner.Handler;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Outgoing;
import io.botmesh.world.Person;
import io.botmesh.world.WebhookTargets;
import io.botmesh.world.WorldOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** An emulator with a bot and two people, and a webhook server in front of it. */
final class Hooked implements AutoCloseable {
    final Emulator emulator = Emulator.start(
            EmulatorOptions.defaults().withWorld(WorldOptions.defaults().withWebhookTargets(WebhookTargets.ANY)));
    final BotAccount bot = emulator.world().addBot("hooked_bot");
    final Person ann = emulator.world().addUser("Ann", null);
    final Person ben = emulator.world().addUser("Ben", null);
    final BotApi api = api(bot);
    final WebhookServer server;
    /** Statuses of the answers, in order. */
    final List<Integer> answers = new CopyOnWriteArrayList<>();

    private final ArrayDeque<Runner<?>> open = new ArrayDeque<>();

    Hooked() {
        this(WebhookServerOptions.defaults());
    }

    Hooked(WebhookServerOptions options) {
        server = WebhookServer.start(options);
    }

    BotApi api(BotAccount bot) {
        return new BotApi(ApiOptions.defaults().withBase(emulator.api()), BotToken.parse(bot.token()));
    }

    URI url(String path) {
        return URI.create(server.uri() + path);
    }

    /** Under /hook, and without patience for 503. */
    WebhookOptions options() {
        return WebhookOptions.at(url("/hook"))
                .withListener((status, took) -> answers.add(status))
                .withAdmission(AdmissionOptions.defaults().withRetryAfter(Duration.ZERO));
    }

    WebhookSource source(WebhookOptions options) {
        return server.bot(api, options);
    }

    Runner<RawUpdate> run(WebhookSource source, Handler<RawUpdate> handler, RunnerOptions<RawUpdate> options) {
        var runner = new Runner<>(source, handler, options);
        open.push(runner);
        runner.start();
        return runner;
    }

    void say(Person who, String text) {
        emulator.world().people().say(who.id(), bot.id(), Outgoing.text(text));
    }

    WebhookInfo info() {
        try {
            return api.call(new GetWebhookInfo());
        } catch (InterruptedException asked) {
            throw new IllegalStateException(asked);
        }
    }

    void awaitPending(long count) {
        await(() -> info().pendingUpdateCount() == count, () -> count + " pending in " + info());
    }

    static void await(BooleanSupplier condition, Supplier<String> what) {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("waited in vain for " + what.get());
            LockSupport.parkNanos(1_000_000);
        }
    }

    static String text(RawUpdate update) {
        var message = update.decode().message();
        return message == null ? "" : String.valueOf(message.text());
    }

    @Override
    public void close() {
        while (!open.isEmpty()) open.pop().close();
        server.close();
        api.close();
        emulator.close();
    }
}
