package io.botmesh.examples;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotOptions;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.metrics.Health;
import io.botmesh.metrics.HealthRules;
import io.botmesh.metrics.RunnerHealth;
import io.botmesh.runner.Journal;
import io.botmesh.webhook.Endpoint;
import io.botmesh.webhook.Registration;
import io.botmesh.webhook.WebhookOptions;
import io.botmesh.webhook.WebhookServer;
import io.botmesh.webhook.WebhookServerOptions;
import java.net.URI;

/** The {@link EchoBot} behind a proxy that ends TLS and hands on to a port of this machine. */
public final class WebhookBot implements AutoCloseable {
    private final WebhookServer server;
    private final Bot bot;
    private final Health health;

    /**
     * Starts it.
     *
     * @param port    where the proxy finds it; 0 for a free one
     * @param journal an update is acknowledged when it is in there
     * @param url     where the server sends updates to: the proxy's address, as seen from outside
     */
    public WebhookBot(BotOptions options, int port, Journal<RawUpdate> journal, URI url) throws InterruptedException {
        server = WebhookServer.start(WebhookServerOptions.defaults().withPort(port));
        var token = options.token();
        var runnerHealth = new RunnerHealth<RawUpdate>(token.botId(), HealthRules.defaults());
        health = new Health().add(runnerHealth);
        server.endpoint("/health", this::health);
        bot = new Bot(options.withJournal(journal)
                .withRunner(runner -> runner.withListener(runnerHealth))
                .withSource((api, kinds) -> server.bot(
                        api,
                        WebhookOptions.at(url)
                                .withRegistration(Registration.at(url).withAllowedUpdates(kinds)))));
        new EchoBot().setUp(bot);
        bot.start();
        bot.runner().ifPresent(runnerHealth::watch);
    }

    /** Red for whoever restarts what is not well. */
    private Endpoint.Page health() {
        var problems = health.problems();
        return Endpoint.Page.json(Health.status(problems), Health.json(problems));
    }

    /** Where the proxy has to hand requests on to. */
    public URI address() {
        return server.uri();
    }

    @Override
    public void close() {
        bot.close();
        server.close();
    }
}
