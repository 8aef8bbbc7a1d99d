package io.botmesh.cli;

import io.botmesh.bot.Bot;
import io.botmesh.bot.LongPolling;
import io.botmesh.bot.UpdateKey;
import io.botmesh.botapi.LimitedApi;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.metrics.Health;
import io.botmesh.metrics.HealthRules;
import io.botmesh.metrics.PendingCount;
import io.botmesh.metrics.Problem;
import io.botmesh.metrics.Prometheus;
import io.botmesh.metrics.RunnerHealth;
import io.botmesh.metrics.RunnerMeters;
import io.botmesh.metrics.UpdateLog;
import io.botmesh.runner.RunnerListener;
import io.botmesh.webhook.Endpoint.Page;
import io.botmesh.webhook.WebhookListener;
import io.botmesh.webhook.WebhookServer;
import io.botmesh.webhook.WebhookSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Log, meters and health of one bot, and the pages that show them. */
final class Watching implements AutoCloseable {
    /** Where the pages are. */
    static final Set<String> PATHS = Set.of("/health", "/ready", "/metrics");

    private static final Duration LOOK = Duration.ofMinutes(1);

    private final long botId;
    private final ToldFailures told;
    private final Prometheus prometheus = new Prometheus();
    private final RunnerMeters<RawUpdate> meters;
    private final RunnerHealth<RawUpdate> runnerHealth;
    private final Health health = new Health();
    private final UpdateLog log;
    private final List<PendingCount> pending = new ArrayList<>();
    /** Somebody has to look even if nobody asks: what turns red is told in the log. */
    private @Nullable Repeating looking;

    /** @param told failures that the log leaves out */
    Watching(long botId, ToldFailures told) {
        this.told = told;
        this.botId = botId;
        meters = new RunnerMeters<>(prometheus.registry(), botId);
        runnerHealth = new RunnerHealth<>(botId, HealthRules.defaults());
        log = new UpdateLog(botId, UpdateKey::keys, told);
        health.add(runnerHealth);
    }

    RunnerListener<RawUpdate> listener() {
        return RunnerListener.all(List.of(meters, runnerHealth, told, log));
    }

    /** Counts what a webhook answers, and tells when it is set. */
    WebhookListener webhook(Runnable onSet) {
        return new WebhookListener() {
            @Override
            public void onAnswered(int status, Duration took) {
                meters.onWebhookAnswer(status, took);
            }

            @Override
            public void onSet() {
                onSet.run();
            }
        };
    }

    /** Under {@code /health}, {@code /ready} and {@code /metrics}. */
    void serve(WebhookServer server) {
        server.endpoint("/health", () -> {
            var problems = health.problems();
            return Page.json(Health.status(problems), Health.json(problems));
        });
        server.endpoint("/ready", () -> {
            boolean ready = health.ready();
            return Page.json(ready ? 200 : 503, "{\"ready\":" + ready + "}");
        });
        server.endpoint("/metrics", () -> new Page(200, Prometheus.CONTENT_TYPE, prometheus.text()));
    }

    /** Polls whose failures are counted, too. */
    LongPolling polling() {
        var polling = LongPolling.defaults();
        return polling.withListener(polling.listener().and(meters).and(runnerHealth));
    }

    /** Looks at this webhook, too. */
    WebhookSource watch(WebhookSource source) {
        health.addCheck(() -> source.trouble().map(text -> new Problem(botId, "webhook", text)).stream()
                .toList());
        return source;
    }

    /** The bot has started. */
    void watch(Bot bot) {
        var count = PendingCount.of(bot.api());
        pending.add(count);
        meters.watch(count);
        runnerHealth.watch(count);
        if (bot.api() instanceof LimitedApi limited) meters.watch(limited::stats);
        meters.watchSessions(bot::sessionStats);
        bot.runner().ifPresent(runner -> {
            meters.watch(runner);
            runnerHealth.watch(runner);
        });
        looking = Repeating.start("botmesh-health", LOOK, health::problems);
    }

    @Override
    public void close() {
        if (looking != null) looking.close();
        pending.forEach(PendingCount::close);
        prometheus.close();
    }
}
