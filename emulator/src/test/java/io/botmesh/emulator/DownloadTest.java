package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.world.Blob;
import io.botmesh.world.Call;
import io.botmesh.world.Profile;
import io.botmesh.world.Reply;
import io.botmesh.world.StoredFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Downloads over a socket, where a client that lost its connection goes on. */
@Timeout(300)
class DownloadTest {
    private static final String TOKEN = "123456:FAKE-token-for-tests-only-000000000";
    private static final Instant SINCE = Instant.parse("2026-03-01T12:00:05Z");
    private static final String MODIFIED = "Sun, 01 Mar 2026 12:00:05 GMT";

    private final Spool spool = new Spool();
    private final byte[] bytes = new byte[300_000];
    private @Nullable EmulatorServer server;

    DownloadTest() {
        new Random(7).nextBytes(bytes);
    }

    @AfterEach
    void close() {
        if (server != null) server.close();
        spool.close();
    }

    private URI start(HttpOptions http) throws Exception {
        var file = new StoredFile("documents/file_0.bin", "application/x-thing", Blob.of(bytes), SINCE);
        var backend = new BotApiHandler.Backend() {
            @Override
            public CompletableFuture<Reply> call(Call call) {
                return new CompletableFuture<>();
            }

            @Override
            public StoredFile file(String token, String path) {
                return file;
            }
        };
        var handler =
                new BotApiHandler(backend, Profile.HOSTED, http, InstantSource.fixed(SINCE.plusSeconds(60)), spool);
        var started = EmulatorServer.start(EmulatorOptions.defaults(), handler, (request, response, callback) -> false);
        server = started;
        return started.apiUri();
    }

    private static RawHttp.Answer get(URI api, String headers) throws Exception {
        try (var connection = RawHttp.to(api)) {
            return connection
                    .send("GET /file/bot" + TOKEN + "/documents/file_0.bin HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n")
                    .answer();
        }
    }

    private String bytes(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    @Test
    void askedForItsHeadersOnlyItSendsThoseAndKeepsTheConnection() throws Exception {
        var api = start(HttpOptions.defaults());
        var path = "/file/bot" + TOKEN + "/documents/file_0.bin HTTP/1.1\r\nHost: x\r\n\r\n";
        try (var http = RawHttp.to(api)) {
            var head = http.send("HEAD " + path).head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Length")).isEqualTo("300000");
            assertThat(head.header("Content-Type")).isEqualTo("application/x-thing");
            assertThat(head.header("Accept-Ranges")).isEqualTo("bytes");
            // What comes next is the next answer, not the bytes of this one.
            assertThat(http.send("GET " + path).answer().body()).hasSize(300_000);
        }
    }

    @Test
    void aWholeFileSaysThatItComesInPartsAndWhichItIs() throws Exception {
        var whole = get(start(HttpOptions.defaults()), "");
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(bytes(0, 300_000));
        assertThat(whole.header("Accept-Ranges")).isEqualTo("bytes");
        assertThat(whole.header("Last-Modified")).isEqualTo(MODIFIED);
        assertThat(whole.header("ETag")).isEqualTo("\"69a42a45-493e0\"");
        assertThat(whole.header("Content-Type")).isEqualTo("application/x-thing");
    }

    @Test
    void aDownloadGoesOnWhereItBroke() throws Exception {
        var api = start(HttpOptions.defaults());
        var rest = get(api, "Range: bytes=123456-\r\n");
        assertThat(rest.head()).startsWith("HTTP/1.1 206 Partial Content\r\n");
        assertThat(rest.header("Content-Range")).isEqualTo("bytes 123456-299999/300000");
        assertThat(rest.header("Content-Length")).isEqualTo("176544");
        assertThat(rest.header("Accept-Ranges")).isNull();
        assertThat(rest.body()).isEqualTo(bytes(123456, 300_000));
        assertThat(get(api, "Range: bytes=10-19\r\n").body()).isEqualTo(bytes(10, 20));
        assertThat(get(api, "Range: bytes=-5\r\n").body()).isEqualTo(bytes(299_995, 300_000));
    }

    @Test
    void severalPartsComeInOneBody() throws Exception {
        var parts = get(start(HttpOptions.defaults()), "Range: bytes=5-9,299990-\r\n");
        assertThat(parts.status()).isEqualTo(206);
        assertThat(parts.header("Content-Type")).isEqualTo("multipart/byteranges; boundary=00000000000000000001");
        assertThat(parts.header("Content-Range")).isNull();
        var each = "\r\n--00000000000000000001\r\nContent-Type: application/x-thing\r\nContent-Range: bytes ";
        assertThat(parts.body())
                .isEqualTo(each + "5-9/300000\r\n\r\n" + bytes(5, 10) + each + "299990-299999/300000\r\n\r\n"
                        + bytes(299_990, 300_000) + "\r\n--00000000000000000001--\r\n");
    }

    @Test
    void whereNothingIsLeftThatIsSaidWithTheSize() throws Exception {
        var nothing = get(start(HttpOptions.defaults()), "Range: bytes=300000-\r\n");
        assertThat(nothing.head()).startsWith("HTTP/1.1 416 Requested Range Not Satisfiable\r\n");
        assertThat(nothing.header("Content-Range")).isEqualTo("bytes */300000");
        assertThat(nothing.header("Content-Type")).isEqualTo("text/html");
        assertThat(nothing.body()).contains("<h1>416 Requested Range Not Satisfiable</h1>");
    }

    @Test
    void aClientThatBeganWithAnotherFileGetsTheWholeOfThisOne() throws Exception {
        var api = start(HttpOptions.defaults());
        var range = "Range: bytes=299999-\r\nIf-Range: ";
        for (var same : new String[] {MODIFIED, "\"69a42a45-493e0\""}) {
            assertThat(get(api, range + same + "\r\n").status()).isEqualTo(206);
        }
        for (var other : new String[] {"Sun, 01 Mar 2026 12:00:06 GMT", "\"69a42a45-493e1\"", "garbage"}) {
            assertThat(get(api, range + other + "\r\n").status()).isEqualTo(200);
        }
    }

    @Test
    void withoutRangesTheWholeFileComesWhateverIsAsked() throws Exception {
        var whole = get(start(HttpOptions.defaults().withFileRanges(false)), "Range: bytes=5-9\r\n");
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(bytes(0, 300_000));
        assertThat(whole.header("Accept-Ranges")).isNull();
        assertThat(whole.header("ETag")).isNull();
    }
}
