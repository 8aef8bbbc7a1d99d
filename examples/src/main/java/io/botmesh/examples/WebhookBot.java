package io.botmesh.examples;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotOptions;
import io.botmesh.botapi.RawUpdate;
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

    /**
     * Starts it.
     *
     * @param port    where the proxy finds it; 0 for a free one
     * @param journal an update is acknowledged when it is in there
     * @param url     where the server sends updates to: the proxy's address, as seen from outside
     */
    public WebhookBot(BotOptions options, int port, Journal<RawUpdate> journal, URI url) throws InterruptedException {
        server = WebhookServer.start(WebhookServerOptions.defaults().withPort(port));
        server.endpoint("/health", () -> Endpoint.Page.text("up"));
        bot = new Bot(options.withJournal(journal)
                .withSource((api, kinds) -> server.bot(
                        api,
                        WebhookOptions.at(url)
                                .withRegistration(Registration.at(url).withAllowedUpdates(kinds)))));
        new EchoBot().setUp(bot);
        bot.start();
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
