package io.botmesh.emulator;

import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The sockets: one server with a port for the Bot API and one for control. Handlers run on virtual threads; a waiting call
 * holds none.
 */
final class EmulatorServer implements AutoCloseable {
    /** The reference server keeps an idle connection that long; no long poll takes longer. */
    static final Duration IDLE = Duration.ofSeconds(500);

    /** No cause that means anything lies deeper. */
    private static final int DEEPEST = 100;

    /** How long a call that is being read or answered may take once the server closes. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Server server;
    private final ServerConnector api;
    private final ServerConnector control;
    private final BotApiHandler botApi;

    private EmulatorServer(EmulatorOptions options, BotApiHandler botApi, Request.Handler controlApi, Duration idle) {
        this.botApi = botApi;
        var threads = new QueuedThreadPool(16, 1);
        threads.setName("emulator");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        var virtualThreads = new VirtualThreadPool();
        virtualThreads.setName("emulator-call-");
        virtualThreads.setMaxConcurrentTasks(-1);
        threads.setVirtualThreadsExecutor(virtualThreads);
        server = new Server(threads);
        api = connector(new ApiConnector(server, http()), options.host(), options.port(), idle);
        control = connector(
                new ServerConnector(server, 1, -1, http()),
                options.control().host(),
                options.control().port(),
                idle);
        server.setErrorHandler(errors());
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                boolean toControl =
                        control.equals(request.getConnectionMetaData().getConnector());
                return (toControl ? controlApi : botApi).handle(request, response, callback);
            }
        });
    }

    static EmulatorServer start(EmulatorOptions options, BotApiHandler botApi, Request.Handler controlApi)
            throws IOException {
        return start(options, botApi, controlApi, IDLE);
    }

    /** @param idle how long nothing happens on a connection before it is closed */
    static EmulatorServer start(
            EmulatorOptions options, BotApiHandler botApi, Request.Handler controlApi, Duration idle)
            throws IOException {
        var started = new EmulatorServer(options, botApi, controlApi, idle);
        try {
            started.server.start();
            return started;
        } catch (Exception failed) {
            started.close();
            BindException taken = taken(failed);
            if (taken != null) throw taken;
            if (failed instanceof IOException io) throw io;
            throw new IOException("the emulator's server did not start: " + failed.getMessage(), failed);
        }
    }

    /** What says that the port is taken, if anything does. */
    static @Nullable BindException taken(Throwable failed) {
        int depth = 0; // causes may go round in circles
        for (Throwable at = failed; at != null && depth < DEEPEST; at = at.getCause(), depth++)
            if (at instanceof BindException bind) return bind;
        return null;
    }

    /** What it takes for HTTP on every port. */
    static HttpConnectionFactory http() {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(RequestArguments.MAX_HEADERS);
        http.setUriCompliance(UriCompliance.UNSAFE);
        http.setHttpCompliance(HttpCompliance.RFC7230_LEGACY
                .with("emulator", HttpCompliance.Violation.MISMATCHED_AUTHORITY)
                .without("emulator", HttpCompliance.Violation.CASE_INSENSITIVE_METHOD));
        return new HttpConnectionFactory(http);
    }

    /** How it answers what is no HTTP. */
    static ErrorHandler errors() {
        return new BareErrors();
    }

    private ServerConnector connector(ServerConnector connector, String host, int port, Duration idle) {
        connector.setHost(host);
        connector.setPort(port);
        connector.setAcceptQueueSize(4096);
        connector.setIdleTimeout(idle.toMillis());
        server.addConnector(connector);
        return connector;
    }

    URI apiUri() {
        return uri(api);
    }

    URI controlUri() {
        return uri(control);
    }

    private static URI uri(ServerConnector connector) {
        var host = connector.getHost();
        boolean everywhere = "0.0.0.0".equals(host) || "::".equals(host);
        var name = everywhere ? "127.0.0.1" : host;
        return URI.create(
                "http://" + (name.indexOf(':') < 0 ? name : "[" + name + "]") + ":" + connector.getLocalPort());
    }

    /** Waiting calls are told that the server restarts; what is being answered is finished. */
    @Override
    public void close() {
        botApi.stop(GRACE);
        try {
            server.stop();
        } catch (Exception notClean) {
            LoggerFactory.getLogger(EmulatorServer.class).warn("the emulator did not stop cleanly", notClean);
        }
    }

    /** What Jetty refuses by itself looks as if the reference server had: a status line and no body. */
    private static final class BareErrors extends ErrorHandler {
        private static final HttpField NO_LENGTH = new HttpField(HttpHeader.CONTENT_LENGTH, "0");

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.setStatus(status(request, response.getStatus()));
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            response.getHeaders().put(NO_LENGTH);
            response.write(true, ByteBuffer.allocate(0), callback);
            return true;
        }

        /** Where Jetty has a status of its own for what the reference server lumps together, or the other way round. */
        private static int status(Request request, int jettys) {
            return switch (jettys) {
                case 400 -> isTransferEncoding(request) ? 501 : 400;
                case 414 -> 431;
                case 426 -> 505;
                default -> jettys;
            };
        }

        private static boolean isTransferEncoding(Request request) {
            var why = request.getAttribute(ERROR_EXCEPTION);
            return why instanceof Throwable wrong
                    && String.valueOf(wrong.getMessage()).contains("Transfer-Encoding");
        }
    }
}
