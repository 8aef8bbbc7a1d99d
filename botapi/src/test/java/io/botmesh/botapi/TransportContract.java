package io.botmesh.botapi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.botmesh.botapi.Transport.Answer;
import io.botmesh.botapi.Transport.Body;
import io.botmesh.botapi.Transport.Lane;
import io.botmesh.botapi.Transport.Request;
import io.botmesh.botapi.TransportException.Happened;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Transport} holds; its test class extends this one. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class TransportContract {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final long BIG = 50L << 20;
    /** More than any socket buffers, less than the whole. */
    private static final long UNDER_WAY = 25L << 20;

    private final List<AutoCloseable> opened = new ArrayList<>();

    abstract Transport create(TransportOptions options);

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) one.close();
    }

    final <T extends AutoCloseable> T opened(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    private Transport transport() {
        return opened(create(TransportOptions.defaults()));
    }

    private ScriptedServer server(ScriptedServer.Script script) throws IOException {
        return opened(new ScriptedServer(script));
    }

    private static Request post(URI uri, String body) {
        return new Request(uri, Body.of("application/json", body.getBytes(UTF_8)), Lane.CALL);
    }

    private static Request get(URI uri) {
        return new Request(uri, null, Lane.CALL);
    }

    private static String text(Transport transport, Request request) throws InterruptedException {
        return text(transport, request, LONG);
    }

    private static String text(Transport transport, Request request, Duration deadline) throws InterruptedException {
        try (Answer answer = transport.execute(request, deadline)) {
            return answer.status() + " " + new String(answer.readAll(1 << 20), UTF_8);
        }
    }

    private static TransportException failure(Transport transport, Request request, Duration deadline) {
        return catchThrowableOfType(TransportException.class, () -> text(transport, request, deadline));
    }

    // ---- plain exchanges

    @Test
    void aPostArrivesWholeAndItsAnswerComesBack() throws Exception {
        var received = new ConcurrentLinkedQueue<ScriptedServer.Received>();
        var server = server(connection -> {
            while (true) {
                received.add(connection.readRequest());
                connection.send("HTTP/1.1 202 Fine\r\nX-Odd:  a b \r\nContent-Length: 4\r\n\r\nbody");
            }
        });
        var transport = transport();

        try (Answer answer = transport.execute(post(server.uri("/bot1:x/sendMessage?a=%3A"), "{\"a\":1}"), LONG)) {
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.header("x-ODD")).isEqualTo("a b");
            assertThat(answer.header("none")).isNull();
            assertThat(answer.contentLength()).isEqualTo(4);
            assertThat(answer.readAll(4)).asString(UTF_8).isEqualTo("body");
        }
        text(transport, get(server.uri("/again")));

        var post = received.remove();
        assertThat(post.line()).isEqualTo("POST /bot1:x/sendMessage?a=%3A HTTP/1.1");
        assertThat(post.header("content-type")).isEqualTo("application/json");
        assertThat(post.header("content-length")).isEqualTo("7");
        assertThat(post.header("host")).isEqualTo("127.0.0.1:" + server.port());
        assertThat(post.header("accept-encoding")).isEmpty();
        assertThat(post.body()).isEqualTo("{\"a\":1}");
        assertThat(received.remove().line()).isEqualTo("GET /again HTTP/1.1");
        assertThat(server.connections).as("connections, which are kept").hasValue(1);
    }

    @Test
    void everyFramingOfAnAnswerIsRead() throws Exception {
        var answers = new ConcurrentLinkedQueue<>(List.of(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcd"));
        var server = server(connection -> {
            while (true) {
                connection.readRequest();
                String answer = answers.remove();
                connection.send(answer);
                if (answer.contains("close")) return;
            }
        });
        var transport = transport();

        assertThat(text(transport, post(server.uri("/"), "x"))).isEqualTo("200 abcd");
        assertThat(text(transport, post(server.uri("/"), "x"))).isEqualTo("200 abcd");
        assertThat(text(transport, post(server.uri("/"), "x"))).isEqualTo("200 ");
        assertThat(text(transport, post(server.uri("/"), "x"))).isEqualTo("200 abcd");
    }

    @Test
    void statusesThatMeanMoreElsewhereAreJustAnswers() throws Exception {
        var answers = new ConcurrentLinkedQueue<>(List.of(
                "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno",
                "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 2\r\n\r\nno",
                "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nno",
                "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\nno"));
        var heads = new ConcurrentLinkedQueue<String>();
        var server = server(connection -> {
            while (true) {
                heads.add(connection.readRequest().head());
                connection.send(answers.remove());
            }
        });
        var transport = transport();

        for (int status : new int[] {401, 401, 302, 503})
            assertThat(text(transport, post(server.uri("/"), "x"))).isEqualTo(status + " no");
        assertThat(heads).hasSize(4).noneMatch(head -> head.contains("Cookie"));
    }

    @Test
    void sixHundredWaitAtOnce() throws Exception {
        var all = new CountDownLatch(600);
        var server = server(connection -> {
            connection.readRequest();
            all.countDown();
            all.await();
            connection.answer("now");
        });
        var transport = transport();
        var answers = new ArrayList<CompletableFuture<String>>();

        for (int i = 0; i < 600; i++)
            answers.add(started(
                            Thread.ofVirtual(), () -> text(transport, new Request(server.uri("/"), null, Lane.POLL)))
                    .result);

        for (var answer : answers) assertThat(answer.get()).isEqualTo("200 now");
    }

    // ---- the deadline

    @Test
    void theDeadlineEndsAnAnswerThatNeverBegins() throws Exception {
        var server = server(connection -> {
            connection.readRequest();
            connection.awaitClientClose();
        });

        var failure = failure(transport(), post(server.uri("/"), "x"), SHORT);

        assertThat(failure.happened()).isEqualTo(Happened.UNKNOWN);
        assertThat(failure).hasMessageContaining("300 ms");
    }

    @Test
    void theDeadlineEndsABodyThatStalls() throws Exception {
        var closed = new CountDownLatch(1);
        var server = server(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            connection.awaitClientClose();
            closed.countDown();
        });

        var failure = failure(transport(), post(server.uri("/"), "x"), SHORT);

        assertThat(failure.happened()).isEqualTo(Happened.UNKNOWN);
        assertThat(failure.status()).isEqualTo(200);
        closed.await(); // nothing is left behind
    }

    @Test
    void theDeadlineEndsABodyThatDrips() throws Exception {
        var server = server(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
            while (connection.pause(10)) connection.send(".");
        });

        assertThat(failure(transport(), post(server.uri("/"), "x"), SHORT).happened())
                .isEqualTo(Happened.UNKNOWN);
    }

    @Test
    void theDeadlineEndsAHeadThatDrips() throws Exception {
        var server = server(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nX: ");
            while (connection.pause(10)) connection.send(".");
        });

        assertThat(failure(transport(), post(server.uri("/"), "x"), SHORT).happened())
                .isEqualTo(Happened.UNKNOWN);
    }

    @Test
    void theDeadlineEndsAnUploadThatNobodyReads() throws Exception {
        var server = server(connection -> {
            connection.readHead();
            while (connection.pause(60_000)) {}
        });

        var failure = failure(transport(), new Request(server.uri("/"), new Zeros(BIG), Lane.FILE), SHORT);

        assertThat(failure.happened()).isEqualTo(Happened.UNKNOWN);
    }

    @Test
    void theDeadlineCoversWaitingForAConnection() throws Exception {
        var busy = new CountDownLatch(1);
        var server = server(connection -> {
            connection.readRequest();
            busy.countDown();
            connection.awaitClientClose();
        });
        var transport = opened(create(TransportOptions.defaults().withMaxConnections(1)));
        var first = started(Thread.ofVirtual(), () -> text(transport, post(server.uri("/"), "first")));
        busy.await();

        var failure = failure(transport, post(server.uri("/"), "second"), SHORT);

        assertThat(failure.happened()).as("it was never sent").isEqualTo(Happened.NO);
        first.thread.interrupt();
    }

    // ---- interrupts

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptEndsAWaitForTheAnswer(boolean virtual) throws Exception {
        var waiting = new CountDownLatch(1);
        var closed = new CountDownLatch(1);
        var server = server(connection -> {
            connection.readRequest();
            waiting.countDown();
            connection.awaitClientClose();
            closed.countDown();
        });
        var transport = transport();
        var call = started(builder(virtual), () -> text(transport, post(server.uri("/"), "x")));
        waiting.await();

        call.thread.interrupt();

        assertInterrupted(call);
        closed.await();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptEndsAReadOfTheBody(boolean virtual) throws Exception {
        var reading = new CountDownLatch(1);
        var closed = new CountDownLatch(1);
        var server = server(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            connection.awaitClientClose();
            closed.countDown();
        });
        var transport = transport();
        var call = started(builder(virtual), () -> {
            try (Answer answer = transport.execute(post(server.uri("/"), "x"), LONG)) {
                answer.body().readNBytes(4);
                reading.countDown();
                return new String(answer.readAll(100), UTF_8);
            }
        });
        reading.await();

        call.thread.interrupt();

        assertInterrupted(call);
        closed.await();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptEndsAnUpload(boolean virtual) throws Exception {
        var writing = new CountDownLatch(1);
        var server = server(connection -> {
            connection.readHead();
            writing.countDown();
            while (connection.pause(60_000)) {}
        });
        var transport = transport();
        var call = started(
                builder(virtual), () -> text(transport, new Request(server.uri("/"), new Zeros(BIG), Lane.FILE)));
        writing.await();

        call.thread.interrupt();

        assertInterrupted(call);
    }

    @Test
    void anInterruptBeforeTheCallEndsItBeforeItBegins() throws Exception {
        var server =
                server(connection -> connection.answer(connection.readRequest().body()));
        var transport = transport();

        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> text(transport, post(server.uri("/"), "x"))).isInstanceOf(InterruptedException.class);
        assertThat(server.connections).hasValue(0);
    }

    private static void assertInterrupted(Started call) {
        assertThatThrownBy(call.result::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
    }

    private static Thread.Builder builder(boolean virtual) {
        return virtual ? Thread.ofVirtual() : Thread.ofPlatform();
    }

    private interface Call {
        String run() throws Exception;
    }

    private record Started(Thread thread, CompletableFuture<String> result) {}

    private static Started started(Thread.Builder builder, Call call) {
        var result = new CompletableFuture<String>();
        var thread = builder.start(() -> {
            try {
                result.complete(call.run());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        return new Started(thread, result);
    }

    // ---- did it happen?

    @Test
    void aRefusedConnectionSentNothing() throws Exception {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }

        var failure = failure(transport(), post(URI.create("http://127.0.0.1:" + free + "/"), "x"), LONG);

        assertThat(failure.happened()).isEqualTo(Happened.NO);
        assertThat(failure.status()).isZero();
    }

    @Test
    void aServerThatSpeaksNoTlsWasSentNothing() throws Exception {
        var server = server(connection -> connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));

        var failure = failure(transport(), post(URI.create("https://127.0.0.1:" + server.port() + "/"), "x"), LONG);

        assertThat(failure.happened()).isEqualTo(Happened.NO);
    }

    @Test
    void aPostIsNeverSentAgainOnAFreshConnection() throws Exception {
        var server = server(ScriptedServer.Connection::readRequest);

        var failure = failure(transport(), post(server.uri("/"), "x"), LONG);

        assertThat(failure.happened()).isEqualTo(Happened.UNKNOWN);
        assertThat(failure).hasMessageNotContainingAny("@", "EOF"); // nothing of the client's insides
        assertThat(server.requests).as("deliveries").hasValue(1);
        assertThat(server.connections).hasValue(1);
    }

    @Test
    void aPostIsNeverSentAgainOnAPooledConnection() throws Exception {
        var server = server(connection -> {
            connection.readRequest();
            connection.answer("first");
            connection.readRequest();
        });
        var transport = transport();
        assertThat(text(transport, post(server.uri("/"), "x"))).isEqualTo("200 first");

        var failure = failure(transport, post(server.uri("/"), "y"), LONG);

        assertThat(failure.happened()).isEqualTo(Happened.UNKNOWN);
        assertThat(server.requests).as("deliveries").hasValue(2);
        assertThat(server.connections).hasValue(1);
    }

    @Test
    void anUploadIsNeverSentAgain() throws Exception {
        var server = server(ScriptedServer.Connection::readRequest);
        var body = new Zeros(100_000);

        var failure = failure(transport(), new Request(server.uri("/"), body, Lane.FILE), LONG);

        assertThat(failure.happened()).isEqualTo(Happened.UNKNOWN);
        assertThat(body.written).as("times written").hasValue(1);
    }

    @Test
    void aConnectionThatTheServerClosedWhileIdleIsNotUsed() throws Exception {
        var noticed = new CountDownLatch(3);
        var server = server(connection -> {
            connection.answer(connection.readRequest().body());
            connection.socket.shutdownOutput();
            connection.awaitClientClose();
            noticed.countDown();
        });
        var transport = transport();

        for (int i = 1; i <= 3; i++) {
            assertThat(text(transport, post(server.uri("/"), "n" + i))).isEqualTo("200 n" + i);
            // Time to notice, for those that notice by themselves rather than before the next use.
            for (int wait = 0; wait < 3000 && noticed.getCount() > 3 - i; wait++)
                noticed.await(10, TimeUnit.MILLISECONDS);
        }

        assertThat(server.requests).as("deliveries").hasValue(3);
    }

    @Test
    void anAnswerThatEndsEarlyIsAFailure() throws Exception {
        var answers = new ConcurrentLinkedQueue<>(List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "garbage\r\n\r\n"));
        var server = server(connection -> {
            connection.readRequest();
            connection.send(answers.remove());
        });
        var transport = transport();

        for (int i = 0; i < 4; i++)
            assertThat(failure(transport, post(server.uri("/"), "x"), LONG).happened())
                    .isEqualTo(Happened.UNKNOWN);
    }

    @Test
    void anAnswerBeforeTheUploadEndedIsStillTheAnswer() throws Exception {
        var server = server(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 9\r\n\r\ntoo large");
            while (connection.in.skip(BIG) > 0) {}
            connection.awaitClientClose();
        });

        assertThat(text(transport(), new Request(server.uri("/"), new Zeros(BIG / 5), Lane.FILE)))
                .isEqualTo("413 too large");
    }

    @Test
    void aBodyThatCannotBeReadWasNotSent() throws Exception {
        var server = server(ScriptedServer.Connection::readRequest);
        var broken = new Body() {
            @Override
            public String contentType() {
                return "text/plain";
            }

            @Override
            public long length() {
                return -1;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(new byte[1000]);
                out.flush();
                throw new IOException("disk on fire");
            }
        };

        var failure = failure(transport(), new Request(server.uri("/"), broken, Lane.FILE), LONG);

        assertThat(failure.happened()).isEqualTo(Happened.NO);
        assertThat(failure).hasMessageContaining("disk on fire");
        assertThat(server.requests).as("whole requests").hasValue(0);
    }

    // ---- size

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLargeUploadStreams(boolean lengthKnown) throws Exception {
        var consumed = new AtomicLong();
        var heads = new ConcurrentLinkedQueue<String>();
        var server = server(connection -> {
            heads.add(connection.readHead());
            byte[] buffer = new byte[64 << 10];
            String tail = "";
            while (lengthKnown ? consumed.get() < BIG : !tail.endsWith("\r\n0\r\n\r\n")) {
                int read = connection.in.read(buffer);
                if (read < 0) return;
                consumed.addAndGet(read);
                int last = Math.min(read, 8);
                tail = (tail + new String(buffer, read - last, last, ISO_8859_1));
                tail = tail.substring(Math.max(0, tail.length() - 16));
            }
            connection.answer("thanks");
        });
        var body = new Zeros(BIG, lengthKnown, consumed);

        assertThat(text(transport(), new Request(server.uri("/"), body, Lane.FILE)))
                .isEqualTo("200 thanks");

        assertThat(body.mostUnderWay).hasValueLessThan(UNDER_WAY);
        assertThat(heads.remove().contains("Content-Length: " + BIG)).isEqualTo(lengthKnown);
    }

    @Test
    void aLargeAnswerStreams() throws Exception {
        var consumed = new AtomicLong();
        var most = new AtomicLong();
        var server = server(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + BIG + "\r\n\r\n");
            byte[] chunk = new byte[64 << 10];
            for (long sent = 0; sent < BIG; ) {
                connection.out.write(chunk);
                sent += chunk.length;
                most.accumulateAndGet(sent - consumed.get(), Math::max);
            }
            connection.awaitClientClose();
        });

        try (Answer answer = transport().execute(get(server.uri("/")), LONG)) {
            InputStream body = answer.body();
            byte[] buffer = new byte[32 << 10];
            for (int read; (read = body.read(buffer)) >= 0; ) consumed.addAndGet(read);
        }

        assertThat(consumed).hasValue(BIG);
        assertThat(most).hasValueLessThan(UNDER_WAY);
    }

    @Test
    void aBodyBeyondTheCallersLimitIsRefused() throws Exception {
        var answers = new ConcurrentLinkedQueue<>(List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n12345678901",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1234567890"));
        var server = server(connection -> {
            while (true) {
                connection.readRequest();
                connection.send(answers.remove());
            }
        });
        var transport = transport();

        for (int i = 0; i < 2; i++) {
            try (Answer answer = transport.execute(get(server.uri("/")), LONG)) {
                assertThatThrownBy(() -> answer.readAll(10))
                        .isInstanceOf(TransportException.class)
                        .hasMessageContaining("limit of 10 bytes");
            }
        }
        try (Answer answer = transport.execute(get(server.uri("/")), LONG)) {
            assertThat(answer.readAll(10)).hasSize(10);
        }
    }

    @Test
    void anEndlessHeadIsRefused() throws Exception {
        var server = server(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\n");
            for (int i = 0; true; i++) connection.send("X-" + i + ": " + "x".repeat(1000) + "\r\n");
        });

        assertThat(failure(transport(), post(server.uri("/"), "x"), LONG).happened())
                .isEqualTo(Happened.UNKNOWN);
    }

    // ---- TLS and proxies

    @Test
    void aServerIsTrustedByItsCertificateAndName() throws Exception {
        var tls = TestTls.context();
        var listener = tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var server = opened(new ScriptedServer(
                listener,
                connection -> connection.answer(connection.readRequest().body())));
        var trusting = opened(create(TransportOptions.defaults().withTls(tls)));
        var right = post(URI.create("https://localhost:" + server.port() + "/"), "sealed");
        var wrong = post(URI.create("https://127.0.0.1:" + server.port() + "/"), "sealed");

        assertThat(text(trusting, right)).isEqualTo("200 sealed");
        assertThat(failure(trusting, wrong, LONG).happened()).as("another name").isEqualTo(Happened.NO);
        assertThat(failure(transport(), right, LONG).happened())
                .as("unknown issuer")
                .isEqualTo(Happened.NO);
        assertThat(server.requests).hasValue(1);
    }

    @Test
    void anHttpProxyIsAskedForTheWholeAddress() throws Exception {
        var proxy =
                server(connection -> connection.answer(connection.readRequest().line()));
        var transport = opened(create(TransportOptions.defaults().withProxy(proxy.uri(""))));

        assertThat(text(transport, post(URI.create("http://example.invalid:81/x"), "y")))
                .isEqualTo("200 POST http://example.invalid:81/x HTTP/1.1");
    }

    @Test
    void anHttpProxyIsAskedForATunnelToAServerWithTls() throws Exception {
        var tls = TestTls.context();
        var listener = tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var server = opened(new ScriptedServer(
                listener,
                connection -> connection.answer(connection.readRequest().line())));
        var proxy = server(connection -> {
            String head = connection.readHead();
            assertThat(head)
                    .startsWith("CONNECT localhost:" + server.port() + " HTTP/1.1\r\n")
                    .doesNotContain("/bot");
            connection.send("HTTP/1.1 200 OK\r\n\r\n");
            connection.relayTo(server.port());
        });
        var transport = opened(create(TransportOptions.defaults().withTls(tls).withProxy(proxy.uri(""))));

        assertThat(text(transport, post(URI.create("https://localhost:" + server.port() + "/bot"), "y")))
                .isEqualTo("200 POST /bot HTTP/1.1");
    }

    @Test
    void aSocksProxyResolvesTheName() throws Exception {
        var proxy = server(connection -> {
            byte[] greeting = connection.in.readNBytes(2);
            assertThat(connection.in.readNBytes(greeting[1])).as("methods").contains((byte) 0);
            connection.out.write(new byte[] {5, 0});
            assertThat(connection.in.readNBytes(4)).as("connect by name").containsExactly(5, 1, 0, 3);
            byte[] name = connection.in.readNBytes(connection.in.read());
            assertThat(name).asString(UTF_8).isEqualTo("example.invalid");
            assertThat(connection.in.readNBytes(2)).as("port").containsExactly(0, 81);
            connection.out.write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
            connection.answer(connection.readRequest().line());
        });
        var transport =
                opened(create(TransportOptions.defaults().withProxy(URI.create("socks5://127.0.0.1:" + proxy.port()))));

        assertThat(text(transport, post(URI.create("http://example.invalid:81/x"), "y")))
                .isEqualTo("200 POST /x HTTP/1.1");
    }

    // ---- pools and the end

    @Test
    void pollsLeaveRoomForCalls() throws Exception {
        var polling = new CountDownLatch(2);
        var release = new CountDownLatch(1);
        var server = server(connection -> {
            while (true) {
                var request = connection.readRequest();
                if (request.line().contains("/poll")) {
                    polling.countDown();
                    release.await();
                }
                connection.answer("done");
            }
        });
        var transport = opened(create(TransportOptions.defaults().withMaxConnections(2)));
        var polls = new ArrayList<Started>();
        for (int i = 0; i < 2; i++)
            polls.add(started(
                    Thread.ofVirtual(), () -> text(transport, new Request(server.uri("/poll"), null, Lane.POLL))));
        polling.await();

        assertThat(text(transport, post(server.uri("/send"), "x"))).isEqualTo("200 done");

        release.countDown();
        for (var poll : polls) assertThat(poll.result.get()).isEqualTo("200 done");
    }

    @Test
    void anAnswerClosedEarlyLetsGoOfItsConnection() throws Exception {
        var closed = new CountDownLatch(1);
        var server = server(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
            try {
                while (true) connection.out.write(new byte[1000]);
            } catch (IOException gone) {
                closed.countDown();
            }
        });

        try (Answer answer = transport().execute(get(server.uri("/")), LONG)) {
            assertThat(answer.body().readNBytes(10)).hasSize(10);
        }

        closed.await();
    }

    @Test
    void closingEndsWhatIsUnderWay() throws Exception {
        var waiting = new CountDownLatch(1);
        var server = server(connection -> {
            connection.readRequest();
            waiting.countDown();
            connection.awaitClientClose();
        });
        var transport = create(TransportOptions.defaults());
        var call = started(Thread.ofVirtual(), () -> text(transport, post(server.uri("/"), "x")));
        waiting.await();

        transport.close();

        assertThatThrownBy(call.result::get).hasCauseInstanceOf(TransportException.class);
    }

    @Test
    void afterACloseNothingIsSentAndTheFailureSaysWhy() throws Exception {
        var server = server(connection -> {});
        var transport = create(TransportOptions.defaults());
        transport.close();
        var failure = catchThrowableOfType(TransportException.class, () -> text(transport, post(server.uri("/"), "x")));
        assertThat(failure).hasMessage("127.0.0.1: the client is closed");
        assertThat(failure.happened()).isEqualTo(Happened.NO);
        assertThat(failure.isClosed()).isTrue();
    }

    /** Zeros, written in pieces, that know how far the reader has come. */
    private static final class Zeros implements Body {
        private final long length;
        private final boolean known;
        private final AtomicLong consumed;
        final AtomicLong mostUnderWay = new AtomicLong();
        final AtomicInteger written = new AtomicInteger();

        Zeros(long length) {
            this(length, true, new AtomicLong());
        }

        Zeros(long length, boolean known, AtomicLong consumed) {
            this.length = length;
            this.known = known;
            this.consumed = consumed;
        }

        @Override
        public String contentType() {
            return "application/octet-stream";
        }

        @Override
        public long length() {
            return known ? length : -1;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            written.incrementAndGet();
            byte[] chunk = new byte[50_000];
            for (long done = 0; done < length; ) {
                int part = (int) Math.min(chunk.length, length - done);
                out.write(chunk, 0, part);
                done += part;
                mostUnderWay.accumulateAndGet(done - consumed.get(), Math::max);
            }
        }
    }
}
