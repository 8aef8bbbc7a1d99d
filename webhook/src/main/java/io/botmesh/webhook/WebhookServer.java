package io.botmesh.webhook;

import io.botmesh.botapi.Api;
import io.botmesh.runner.Sleeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server that takes in the webhooks of any number of bots, and serves health and metrics beside them. Each bot is a
 * {@link WebhookSource} for a runner of its own:
 *
 * <pre>{@code
 * var server = WebhookServer.start(WebhookServerOptions.defaults().withPort(8080));
 * var source = server.bot(api, WebhookOptions.at(URI.create("https://bots.example.org/echo")));
 * var runner = new Runner<>(source, handler, RunnerOptions.<RawUpdate>defaults().withJournal(journal));
 * runner.start();
 * }</pre>
 *
 * <p>Headers that a proxy adds ({@code Forwarded} and the like) are not looked at: who knows the secret is believed,
 * wherever he comes from.
 */
public final class WebhookServer implements AutoCloseable {
    /** Longer than any wait for a verdict, so that only those end a request; {@link OverdueRequests} ends what brings none. */
    private static final Duration IDLE = Duration.ofMinutes(5);

    /** No cause that means anything lies deeper. */
    private static final int DEEPEST = 100;

    private final Server server;
    private final ServerConnector hooks;
    private final @Nullable ServerConnector apart;
    private final WebhookServerOptions options;
    private final @Nullable Certificates certificates;
    private final OverdueRequests overdue;
    private final Map<String, HookHandler> bots = new ConcurrentHashMap<>();
    private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();

    private WebhookServer(WebhookServerOptions options, LongSupplier nanoTime) throws IOException {
        this.options = options;
        overdue = new OverdueRequests(nanoTime);
        var threads = new QueuedThreadPool(16, 1);
        threads.setName("botmesh-webhook");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        var virtualThreads = new VirtualThreadPool();
        virtualThreads.setName("botmesh-webhook-");
        virtualThreads.setMaxConcurrentTasks(-1);
        threads.setVirtualThreadsExecutor(virtualThreads);
        server = new Server(threads);
        server.setErrorHandler(new Bare());
        certificates = options.tls() == null ? null : new Certificates(options.tls());
        hooks = connector(options.host(), options.port(), certificates);
        Integer own = options.endpointPort();
        apart = own == null ? null : connector("127.0.0.1", own, null);
        server.setHandler(new Router());
    }

    /**
     * Listens when it returns. Requests for a bot are answered once {@link #bot} has made its source.
     *
     * @throws UncheckedIOException if it cannot listen, or certificate or key cannot be read
     */
    public static WebhookServer start(WebhookServerOptions options) {
        return start(options, System::nanoTime);
    }

    static WebhookServer start(WebhookServerOptions options, LongSupplier nanoTime) {
        try {
            var made = new WebhookServer(options, nanoTime);
            made.begin();
            return made;
        } catch (BindException taken) {
            throw new UncheckedIOException(
                    "cannot listen: " + taken.getMessage() + "; choose another port or 0", taken);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void begin() throws IOException {
        try {
            server.start();
        } catch (Exception failed) {
            close();
            BindException taken = taken(failed);
            if (taken != null) throw taken;
            throw new IOException("the webhook server did not start: " + failed.getMessage(), failed);
        }
        overdue.watch(hooks.getScheduler());
        if (certificates != null) certificates.watch();
    }

    /** What says that the port is taken, if anything does. */
    static @Nullable BindException taken(Throwable failed) {
        int depth = 0; // causes may go round in circles
        for (Throwable at = failed; at != null && depth < DEEPEST; at = at.getCause(), depth++)
            if (at instanceof BindException bind) return bind;
        return null;
    }

    private ServerConnector connector(String host, int port, @Nullable Certificates tls) {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.addCustomizer(overdue);
        if (tls != null) http.addCustomizer(new SecureRequestCustomizer(false));
        var plain = new HttpConnectionFactory(http);
        var connector = tls == null
                ? new ServerConnector(server, 1, -1, plain)
                : new ServerConnector(
                        server, 1, -1, new SslConnectionFactory(tls.context(), plain.getProtocol()), plain);
        connector.setHost(host);
        connector.setPort(port);
        connector.setAcceptQueueSize(1024);
        connector.setIdleTimeout(IDLE.toMillis());
        connector.addBean(overdue, false);
        connector.addBean(new NetworkConnectionLimit(options.connections(), connector));
        server.addConnector(connector);
        return connector;
    }

    /**
     * Takes in this bot's updates from now on. Closing the source ends that.
     *
     * @throws IllegalArgumentException if something else is served under the path already
     */
    public WebhookSource bot(Api api, WebhookOptions bot) {
        return bot(api, bot, Thread::sleep);
    }

    WebhookSource bot(Api api, WebhookOptions bot, Sleeper sleeper) {
        var source = new WebhookSource(bot, api, sleeper, () -> bots.remove(bot.path()));
        var handler = new HookHandler(source, options);
        if (endpoints.containsKey(bot.path()) || bots.putIfAbsent(bot.path(), handler) != null)
            throw new IllegalArgumentException("there is something under " + bot.path() + " already");
        return source;
    }

    /**
     * Serves a page to GET and HEAD.
     *
     * @param path such as {@code /health}
     * @throws IllegalArgumentException if something else is served under the path already
     */
    public void endpoint(String path, Endpoint endpoint) {
        if (!path.startsWith("/")) throw new IllegalArgumentException("a path begins with a slash: " + path);
        if (bots.containsKey(path) || endpoints.putIfAbsent(path, endpoint) != null)
            throw new IllegalArgumentException("there is something under " + path + " already");
    }

    /** Where webhooks arrive, without a slash at the end: as seen from this machine. */
    public URI uri() {
        return uri(hooks, certificates != null);
    }

    /** For tests: those that may say something, and what is done to those that do not. */
    OverdueRequests overdue() {
        return overdue;
    }

    /** For tests: looks at once whether certificate and key are others now. */
    void renew() {
        if (certificates != null) certificates.look();
    }

    /** Where the endpoints are, without a slash at the end. */
    public URI endpointUri() {
        return apart == null ? uri() : uri(apart, false);
    }

    private static URI uri(ServerConnector connector, boolean tls) {
        var host = connector.getHost();
        boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
        var name = everywhere ? "127.0.0.1" : host.indexOf(':') < 0 ? host : "[" + host + "]";
        return URI.create((tls ? "https://" : "http://") + name + ":" + connector.getLocalPort());
    }

    /** Ends all connections. Close the runners first: what waits for an answer gets none. */
    @Override
    public void close() {
        if (certificates != null) certificates.close();
        try {
            server.stop();
        } catch (Exception notClean) {
            LoggerFactory.getLogger(WebhookServer.class).warn("the webhook server did not stop cleanly", notClean);
        }
    }

    /** By exact path: one step, whatever a stranger asks for. */
    private final class Router extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            var path = String.valueOf(request.getHttpURI().getCanonicalPath());
            boolean toEndpoints = apart != null
                    && apart.equals(request.getConnectionMetaData().getConnector());
            var bot = toEndpoints ? null : bots.get(path);
            if (bot != null) {
                bot.handle(request, response, callback);
                return true;
            }
            var endpoint = apart == null || toEndpoints ? endpoints.get(path) : null;
            if (endpoint == null) Response.writeError(request, response, callback, 404);
            else Pages.serve(path, endpoint, request, response, callback);
            return true;
        }
    }

    /** A status line and nothing else: what failed here is nobody's business out there. */
    private static final class Bare extends ErrorHandler {
        private static final HttpField NO_LENGTH = new HttpField(HttpHeader.CONTENT_LENGTH, "0");

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            response.getHeaders().put(NO_LENGTH);
            response.write(true, null, callback);
            return true;
        }
    }
}
