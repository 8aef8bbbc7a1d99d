package io.botmesh.botapi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.ScriptedServer.Received;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Section 6, line 30. */
@Timeout(300)
class DownloadsTest {
    private static final BotToken TOKEN = BotToken.parse("123456:AAfaketokenfaketokenfaketokenfaketo");
    private static final String CONTENT = "0123456789abcdefghij";

    /** What the server does with one request for the file. */
    private interface Serving {
        void serve(ScriptedServer.Connection connection, Received request) throws IOException;
    }

    @TempDir
    Path folder;

    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final Queue<Serving> servings = new ConcurrentLinkedQueue<>();
    private final AtomicLong nanos = new AtomicLong();
    private final Queue<Duration> pauses = new ConcurrentLinkedQueue<>();
    private final JettyTransport transport = new JettyTransport();
    private String size = "20";

    private final ScriptedServer server = start();

    private ScriptedServer start() {
        try {
            return new ScriptedServer(connection -> {
                while (true) {
                    Received request = connection.readRequest();
                    if (request.line().contains("/getFile")) {
                        asked.add("getFile");
                        connection.answer("{\"ok\":true,\"result\":{\"file_id\":\"F\",\"file_unique_id\":\"U\","
                                + (size.isEmpty() ? "" : "\"file_size\":" + size + ",")
                                + "\"file_path\":\"documents/file_0.bin\"}}");
                    } else {
                        asked.add("file " + request.header("range"));
                        servings.remove().serve(connection, request);
                    }
                }
            });
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void stop() throws IOException {
        transport.close();
        server.close();
    }

    private Downloads downloads(DownloadOptions options) {
        var api = new BotApi(ApiOptions.defaults().withBase(server.uri("")), TOKEN, transport);
        return new Downloads(api, options, nanos::get, time -> {
            pauses.add(time);
            nanos.addAndGet(time.toNanos());
        });
    }

    private long fetch(DownloadOptions options) throws InterruptedException {
        return downloads(options).toFile("F", folder.resolve("file.bin"));
    }

    private String fetched() throws IOException {
        return Files.readString(folder.resolve("file.bin"), ISO_8859_1);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static void whole(ScriptedServer.Connection connection, Received request) throws IOException {
        connection.answer(CONTENT);
    }

    private static void rest(ScriptedServer.Connection connection, Received request) throws IOException {
        int from = Integer.parseInt(request.header("range").replaceAll("\\D", ""));
        String part = CONTENT.substring(from);
        connection.send("HTTP/1.1 206 Partial Content\r\nContent-Length: " + part.length() + "\r\nContent-Range: bytes "
                + from + "-19/20\r\n\r\n" + part);
    }

    private static Serving brokenAfter(int bytes) {
        return (connection, request) -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" + CONTENT.substring(0, bytes));
            connection.socket.close();
        };
    }

    private static Serving status(int status) {
        return (connection, request) -> connection.send("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void line30GoesOnWhereAConnectionBrokeOff() throws Exception {
        servings.add(brokenAfter(7));
        servings.add(DownloadsTest::rest);
        assertThat(fetch(DownloadOptions.defaults())).isEqualTo(20);
        assertThat(fetched()).isEqualTo(CONTENT);
        assertThat(asked).containsExactly("getFile", "file ", "file bytes=7-");
        assertThat(files()).containsExactly("file.bin");
    }

    @Test
    void line30AConnectionThatBreaksOffBehindTheLastByteHasBroughtTheFile() throws Exception {
        servings.add((connection, request) -> {
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n" + CONTENT + "\r\n");
            connection.socket.close();
        });
        servings.add(status(416));
        servings.add(status(416));
        assertThat(fetch(DownloadOptions.defaults())).isEqualTo(20);
        assertThat(fetched()).isEqualTo(CONTENT);
        assertThat(asked).containsExactly("getFile", "file ");
    }

    @Test
    void line30AServerWithoutRangesGivesTheRestAllTheSame() throws Exception {
        servings.add(brokenAfter(7));
        servings.add(DownloadsTest::whole);
        assertThat(fetch(DownloadOptions.defaults())).isEqualTo(20);
        assertThat(fetched()).isEqualTo(CONTENT);
    }

    @Test
    void line30AConnectionThatFallsSilentIsFollowedByAnother() throws Exception {
        servings.add((connection, request) -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" + CONTENT.substring(0, 12));
            connection.awaitClientClose();
        });
        servings.add(DownloadsTest::rest);
        assertThat(fetch(DownloadOptions.defaults().withAttempt(Duration.ofMillis(400))))
                .isEqualTo(20);
        assertThat(fetched()).isEqualTo(CONTENT);
    }

    @Test
    void line30APathThatIsForgottenIsAskedForAgainOnce() throws Exception {
        servings.add(status(404));
        servings.add(DownloadsTest::whole);
        assertThat(fetch(DownloadOptions.defaults())).isEqualTo(20);
        assertThat(asked).containsExactly("getFile", "file ", "getFile", "file ");

        servings.add(status(404));
        servings.add(status(404));
        assertThatThrownBy(() -> fetch(DownloadOptions.defaults()))
                .isInstanceOf(ApiException.Rejected.class)
                .hasMessageContaining("404");
    }

    @Test
    void line30AnOldPathIsNotTried() throws Exception {
        servings.add((connection, request) -> {
            nanos.addAndGet(Duration.ofMinutes(61).toNanos());
            brokenAfter(3).serve(connection, request);
        });
        servings.add(DownloadsTest::rest);
        fetch(DownloadOptions.defaults().withDeadline(Duration.ofHours(2)));
        assertThat(asked).containsExactly("getFile", "file ", "getFile", "file bytes=3-");
    }

    @Test
    void line30AnErrorPageIsNoFile() throws Exception {
        Files.writeString(folder.resolve("file.bin"), "as it was");
        for (int i = 0; i < 5; i++) servings.add(status(502));
        assertThatThrownBy(() -> fetch(DownloadOptions.defaults()))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("502");
        assertThat(fetched()).isEqualTo("as it was");
        assertThat(files()).containsExactly("file.bin");
        assertThat(pauses).hasSize(4);
    }

    @Test
    void line30AFileThatIsTooLargeIsNotFetched() {
        assertThatThrownBy(() -> fetch(DownloadOptions.defaults().withLimitBytes(19)))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("larger than the limit of 19 bytes");
        assertThat(asked).containsExactly("getFile");
    }

    @Test
    void line30AFileThatTurnsOutTooLargeIsCutShort() throws Exception {
        size = "";
        servings.add((connection, request) -> {
            connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + CONTENT);
            connection.socket.close();
        });
        assertThatThrownBy(() -> fetch(DownloadOptions.defaults().withLimitBytes(19)))
                .hasMessageContaining("larger than the limit of 19 bytes");
        assertThat(files()).isEmpty();
    }

    @Test
    void line30AnotherSizeThanNamedIsAFailure() {
        size = "21";
        servings.add(DownloadsTest::whole);
        assertThatThrownBy(() -> fetch(DownloadOptions.defaults()))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("20 bytes where it had 21");
    }

    @Test
    void line30TheDeadlineIsForAllTries() {
        for (int i = 0; i < 5; i++)
            servings.add((connection, request) -> {
                nanos.addAndGet(Duration.ofSeconds(4).toNanos());
                status(500).serve(connection, request);
            });
        assertThatThrownBy(() -> fetch(DownloadOptions.defaults().withDeadline(Duration.ofSeconds(8))))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("not complete within 8 s");
    }

    @Test
    void line30A429IsWaitedFor() throws Exception {
        servings.add((connection, request) -> {
            String body = "{\"ok\":false,\"error_code\":429,\"description\":\"Too Many Requests: retry after 9\","
                    + "\"parameters\":{\"retry_after\":9}}";
            connection.send("HTTP/1.1 429 X\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        });
        servings.add(DownloadsTest::whole);
        fetch(DownloadOptions.defaults());
        assertThat(pauses).containsExactly(Duration.ofSeconds(9));
    }

    @Test
    void line30NoFailureTellsTheToken() {
        for (int i = 0; i < 5; i++) servings.add(brokenAfter(0));
        assertThatThrownBy(() -> fetch(DownloadOptions.defaults()))
                .isInstanceOf(TransportException.class)
                .satisfies(e -> {
                    var trace = new StringWriter();
                    e.printStackTrace(new PrintWriter(trace));
                    assertThat(trace.toString()).contains("broke off").doesNotContain(TOKEN.secret());
                });
    }
}
