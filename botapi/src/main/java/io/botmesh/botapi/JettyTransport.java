package io.botmesh.botapi;

import io.botmesh.botapi.TransportException.Happened;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpProxy;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.ProtocolHandlers;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Socks5Proxy;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 over Jetty's client, with one pool of connections per server and {@link Transport.Lane}. */
public final class JettyTransport implements Transport {
    private static final int MAX_RESPONSE_HEAD = 64 << 10;
    private static final int UPLOAD_CHUNK = 32 << 10;

    private final HttpClient client;
    private final ExecutorService resolvers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("resolver").factory());
    private volatile boolean closed;

    public JettyTransport() {
        this(TransportOptions.defaults());
    }

    public JettyTransport(TransportOptions options) {
        var connector = new ClientConnector();
        var tls = new SslContextFactory.Client();
        if (options.tls() != null) tls.setSslContext(options.tls());
        connector.setSslContextFactory(tls);
        var transport = new HttpClientTransportOverHTTP(connector);
        // Everything we hang into an exchange only hands over to a waiting thread, so selectors may run it themselves.
        transport.setInvocationType(Invocable.InvocationType.NON_BLOCKING);
        client = new HttpClient(transport);

        var threads = new QueuedThreadPool(32, 1);
        threads.setName("http");
        threads.setDaemon(true);
        client.setExecutor(threads);
        client.setMaxConnectionsPerDestination(options.maxConnections());
        client.setMaxRequestsQueuedPerDestination(1 << 20); // callers block, each on a thread of its own
        client.setConnectTimeout(options.connectTimeout().toMillis());
        client.setIdleTimeout(options.idleTimeout().toMillis());
        client.setMaxResponseHeadersSize(MAX_RESPONSE_HEAD);
        client.setUserAgentField(new HttpField(HttpHeader.USER_AGENT, "botmesh"));
        client.setFollowRedirects(false);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        URI proxy = options.proxy();
        if (proxy != null) {
            boolean socks = proxy.getScheme().equalsIgnoreCase("socks5");
            client.getProxyConfiguration()
                    .addProxy(
                            socks
                                    ? new Socks5Proxy(proxy.getHost(), proxy.getPort())
                                    : new HttpProxy(proxy.getHost(), proxy.getPort()));
        }
        var scheduler = new ScheduledExecutorScheduler("http-timeouts", true);
        client.setScheduler(scheduler);
        // A slow name server must not hold up the few threads that move bytes.
        client.setSocketAddressResolver(new SocketAddressResolver.Async(
                resolvers, scheduler, options.connectTimeout().toMillis()));
        start();
    }

    private void start() {
        try {
            client.start();
        } catch (Exception e) {
            resolvers.close();
            throw new IllegalStateException("the HTTP client does not start", e);
        }
        client.getContentDecoderFactories().clear();
        // Jetty would take a 401 for a challenge, and fail it for want of one; to us it is an answer like any other.
        ProtocolHandlers handlers = client.getProtocolHandlers();
        handlers.remove("www-authenticate");
        handlers.remove("redirect");
    }

    @Override
    public Answer execute(Request request, Duration deadline) throws InterruptedException {
        if (Thread.interrupted()) throw new InterruptedException();
        if (closed) throw closed(request, null);
        long nanos = Math.max(1, deadline.toNanos());
        var exchange = new Exchange(request, nanos);
        exchange.send();
        return exchange.answer();
    }

    private static TransportException closed(Request request, @Nullable Throwable cause) {
        return TransportException.closed(request.uri().getHost() + ": the client is closed", cause);
    }

    @Override
    public void close() {
        closed = true;
        try {
            client.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP client does not stop", e);
        } finally {
            resolvers.shutdownNow();
        }
    }

    /** One request and its answer. */
    private final class Exchange {
        private final Request request;
        private final long nanos;
        private final org.eclipse.jetty.client.Request jetty;
        private final InputStreamResponseListener listener = new InputStreamResponseListener();
        private volatile boolean begun;
        private volatile boolean committed;
        private boolean cutShort;

        Exchange(Request request, long nanos) {
            this.request = request;
            this.nanos = nanos;
            jetty = client.newRequest(request.uri())
                    .method(request.body() == null ? HttpMethod.GET : HttpMethod.POST)
                    .tag(request.lane()) // lanes have pools of their own
                    .timeout(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)), TimeUnit.MILLISECONDS)
                    .idleTimeout(0, TimeUnit.MILLISECONDS) // a long poll is idle by nature; the deadline ends it
                    .onRequestBegin(started -> begun = true)
                    .onRequestCommit(sent -> committed = true);
            if (request.from() > 0)
                jetty.headers(headers -> headers.put(HttpHeader.RANGE, "bytes=" + request.from() + "-"));
        }

        void send() throws InterruptedException {
            Body body = request.body();
            if (body == null) {
                jetty.send(listener);
            } else if (body instanceof BytesBody bytes) {
                jetty.body(new BytesRequestContent(bytes.contentType(), bytes.bytes()))
                        .send(listener);
            } else {
                stream(body);
            }
        }

        private void stream(Body body) throws InterruptedException {
            var content = new StreamedContent(body);
            jetty.body(content).send(listener);
            try (var out = new ContentStream(content)) {
                body.writeTo(out);
                out.complete();
            } catch (ContentStream.Stopped stopped) {
                // The server may have answered before it had read everything; answer() tells.
                cutShort = true;
                if (stopped.getCause() instanceof InterruptedException interrupted) {
                    abort(interrupted);
                    throw interrupted;
                }
            } catch (InterruptedIOException interrupted) {
                Thread.interrupted();
                abort(interrupted);
                throw new InterruptedException();
            } catch (IOException unreadable) {
                // What went out is no whole request, and no server acts on less.
                abort(unreadable);
                throw TransportException.unreadable(
                        "what was to be sent cannot be read: " + unreadable.getMessage(), unreadable);
            } catch (RuntimeException | Error broken) {
                abort(broken);
                throw broken;
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored") // too late to abort is as good
        private void abort(Throwable why) {
            jetty.abort(why);
        }

        Answer answer() throws InterruptedException {
            try {
                // Jetty keeps the deadline; the time given here is only a net below it.
                Response response = listener.get(nanos + TimeUnit.SECONDS.toNanos(5), TimeUnit.NANOSECONDS);
                Map<String, String> headers = new HashMap<>();
                for (HttpField field : response.getHeaders()) headers.putIfAbsent(field.getName(), field.getValue());
                return new JettyAnswer(response.getStatus(), headers);
            } catch (InterruptedException interrupted) {
                abort(interrupted);
                throw interrupted;
            } catch (TimeoutException late) {
                abort(late);
                throw failure(late);
            } catch (ExecutionException e) {
                throw failure(Objects.requireNonNullElse(e.getCause(), e));
            }
        }

        private TransportException failure(Throwable cause) {
            // Over TLS a request begins with the handshake; one that fails there has sent none of itself.
            boolean unsent = !begun || (!committed && cause instanceof SSLException);
            if (unsent && closed) return closed(request, cause);
            String what = cause instanceof TimeoutException
                    ? "no answer within " + Duration.ofNanos(nanos).toMillis() + " ms"
                    : (unsent ? "no connection: " : "the connection failed: ") + name(cause);
            return new TransportException(
                    unsent ? Happened.NO : Happened.UNKNOWN, request.uri().getHost() + ": " + what, cause);
        }

        /**
         * The end of the body shows a moment before the connection is back in its pool. Who waits for it finds it there
         * with his next request, where he would have opened another.
         */
        private void awaitRelease() {
            if (cutShort) return;
            try {
                listener.await(100, TimeUnit.MILLISECONDS);
            } catch (InterruptedException late) {
                Thread.currentThread().interrupt(); // the answer is whole; the caller's next wait ends
            } catch (TimeoutException kept) {
                // it stays in use for a while
            }
        }

        private final class JettyAnswer extends Answer {
            private final Tracked body = new Tracked(listener.getInputStream());

            JettyAnswer(int status, Map<String, String> headers) {
                super(status, headers);
            }

            @Override
            public InputStream body() {
                return body;
            }

            @Override
            public void close() {
                if (!body.ended) abort(new CancellationException("closed before its end"));
            }
        }

        /** Jetty's stream, with failures told in one way. */
        private final class Tracked extends FilterInputStream {
            volatile boolean ended;

            Tracked(InputStream in) {
                super(in);
            }

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (length == 0) return 0; // Jetty would wait for content
                try {
                    int read = in.read(bytes, offset, length);
                    if (read < 0 && !ended) {
                        ended = true;
                        awaitRelease();
                    }
                    return read;
                } catch (InterruptedIOException interrupted) {
                    abort(interrupted);
                    throw interrupted;
                } catch (IOException | RuntimeException e) {
                    Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
                    throw new IOException(
                            cause instanceof TimeoutException
                                    ? "not complete within "
                                            + Duration.ofNanos(nanos).toMillis() + " ms"
                                    : name(cause),
                            e);
                }
            }

            @Override
            public void close() throws IOException {
                if (!ended) abort(new CancellationException("closed before its end"));
                super.close();
            }
        }
    }

    private static String name(Throwable cause) {
        // Jetty's own message describes its objects.
        if (cause instanceof EOFException) return "the server closed it";
        if (cause instanceof HttpResponseException) return "the server's answer is no HTTP";
        if (cause instanceof ConnectException && cause.getMessage() != null) return cause.getMessage();
        return cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
    }

    /** Content that the calling thread writes while Jetty sends it. */
    private static final class StreamedContent extends AsyncRequestContent {
        private final long length;

        StreamedContent(Body body) {
            super(body.contentType());
            this.length = body.length();
        }

        @Override
        public long getLength() {
            return length; // announced where it is known; a server that wants Content-Length gets it
        }
    }

    /** Hands buffers to Jetty one at a time and waits, on the caller's thread, until each has been sent. */
    private static final class ContentStream extends OutputStream {
        /** Jetty takes no more. */
        static final class Stopped extends IOException {
            Stopped(@Nullable Throwable cause) {
                super(cause);
            }
        }

        private final StreamedContent content;
        private final byte[] buffer = new byte[UPLOAD_CHUNK];
        private int filled;

        ContentStream(StreamedContent content) {
            this.content = content;
        }

        @Override
        public void write(int b) throws IOException {
            if (filled == buffer.length) flush();
            buffer[filled++] = (byte) b;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; ) {
                if (filled == buffer.length) flush();
                int part = Math.min(length - done, buffer.length - filled);
                System.arraycopy(bytes, offset + done, buffer, filled, part);
                filled += part;
                done += part;
            }
        }

        @Override
        public void flush() throws IOException {
            if (filled == 0) return;
            var sent = new CompletableFuture<@Nullable Void>();
            content.write(
                    ByteBuffer.wrap(buffer, 0, filled),
                    Callback.from(
                            Invocable.InvocationType.NON_BLOCKING,
                            () -> sent.complete(null),
                            sent::completeExceptionally));
            try {
                sent.get();
            } catch (InterruptedException interrupted) {
                throw new Stopped(interrupted);
            } catch (ExecutionException failed) {
                throw new Stopped(failed.getCause());
            }
            filled = 0;
        }

        void complete() throws IOException {
            flush();
            content.close();
        }
    }
}
