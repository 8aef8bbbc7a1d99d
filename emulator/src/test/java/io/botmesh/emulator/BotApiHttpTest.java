package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.world.Blob;
import io.botmesh.world.Call;
import io.botmesh.world.Profile;
import io.botmesh.world.Reply;
import io.botmesh.world.StoredFile;
import java.io.ByteArrayOutputStream;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Bot API's HTTP layer, byte by byte, over a backend that answers what the test says. */
@Timeout(300)
class BotApiHttpTest {
    private static final String TOKEN = "123456:FAKE-token-for-tests-only-000000000";
    private static final String PATH = "/bot" + TOKEN + "/";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-01T12:00:05Z"));
    private static final Reply TRUE = new Reply.Ok("true");

    private final Spool spool = new Spool();
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private CompletableFuture<Reply> reply = CompletableFuture.completedFuture(TRUE);
    private @Nullable StoredFile file;
    private @Nullable EmulatorServer server;

    @AfterEach
    void close() {
        stop();
        spool.close();
    }

    private void stop() {
        if (server != null) server.close();
        server = null;
    }

    private URI start(Profile profile, HttpOptions http) throws Exception {
        return start(profile, http, EmulatorServer.IDLE);
    }

    private URI start(Profile profile, HttpOptions http, Duration idle) throws Exception {
        var backend = new BotApiHandler.Backend() {
            @Override
            public CompletableFuture<Reply> call(Call call) {
                calls.add(call);
                return reply;
            }

            @Override
            public @Nullable StoredFile file(String token, String path) {
                return token.equals(TOKEN) && path.equals("documents/file_0.bin") ? file : null;
            }
        };
        var handler = new BotApiHandler(backend, profile, http, CLOCK, spool);
        var started =
                EmulatorServer.start(EmulatorOptions.defaults(), handler, (request, response, callback) -> false, idle);
        server = started;
        return started.apiUri();
    }

    private URI start(Profile profile) throws Exception {
        return start(profile, HttpOptions.defaults());
    }

    private void answer(Reply with) {
        reply = CompletableFuture.completedFuture(with);
    }

    private Call call() throws InterruptedException {
        var call = calls.poll(120, TimeUnit.SECONDS);
        if (call == null) throw new AssertionError("no call came");
        return call;
    }

    private static String lines(String... head) {
        return String.join("\r\n", head) + "\r\n\r\n";
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    private static String post(String path, String headers, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    private static RawHttp.Answer once(URI api, String request) throws Exception {
        try (var http = RawHttp.to(api)) {
            return http.send(request).answer();
        }
    }

    // the open-source server's answers

    @Test
    void successLooksAsTheOpenSourceServerWritesIt() throws Exception {
        var answer = once(start(Profile.OSS), get(PATH + "getMe"));
        assertThat(answer.head())
                .isEqualTo(lines(
                        "HTTP/1.1 200 OK",
                        "Connection: keep-alive",
                        "Content-Type: application/json",
                        "Content-Length: 25"));
        assertThat(answer.body()).isEqualTo("{\"ok\":true,\"result\":true}");
    }

    @Test
    void aDescriptionOfSuccessFollowsTheResult() throws Exception {
        answer(new Reply.Ok("true", "Webhook was set"));
        assertThat(once(start(Profile.OSS), get(PATH + "setWebhook")).body())
                .isEqualTo("{\"ok\":true,\"result\":true,\"description\":\"Webhook was set\"}");
    }

    @Test
    void tooManyRequestsSayWhenInHeaderAndBody() throws Exception {
        answer(new Reply.Failure(429, "Too Many Requests: retry after 7", 7, null));
        var answer = once(start(Profile.OSS), get(PATH + "sendMessage"));
        assertThat(answer.head())
                .isEqualTo(lines(
                        "HTTP/1.1 429 Too Many Requests",
                        "Connection: keep-alive",
                        "Content-Type: application/json",
                        "Retry-After: 7",
                        "Content-Length: 109"));
        assertThat(answer.body())
                .isEqualTo("{\"ok\":false,\"error_code\":429,\"description\":\"Too Many Requests: retry after 7\","
                        + "\"parameters\":{\"retry_after\":7}}");
    }

    @Test
    void aMigratedChatIsNamed() throws Exception {
        answer(new Reply.Failure(400, "Bad Request: group chat was upgraded to a supergroup chat", null, -1001L));
        assertThat(once(start(Profile.OSS), get(PATH + "sendMessage")).body())
                .endsWith("supergroup chat\",\"parameters\":{\"migrate_to_chat_id\":-1001}}");
    }

    @Test
    void bodiesAreAsciiAndSlashesStay() throws Exception {
        answer(new Reply.Failure(400, "a/b \u00E9 \uD83D\uDE00 \"\\ \u0001\n"));
        assertThat(once(start(Profile.OSS), get(PATH + "x")).body())
                .isEqualTo("{\"ok\":false,\"error_code\":400,"
                        + "\"description\":\"a/b \\u00e9 \\ud83d\\ude00 \\\"\\\\ \\u0001\\n\"}");
    }

    @Test
    void aMethodThatIsNotBuiltIsNoAnswerOfTelegrams() throws Exception {
        answer(new Reply.NotBuilt("sendGift"));
        var answer = once(start(Profile.OSS), get(PATH + "sendGift"));
        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.body()).contains("this emulator has no sendGift");
    }

    @Test
    void otherVerbsGetABareStatusAndTheConnectionCloses() throws Exception {
        var api = start(Profile.OSS);
        for (var verb : List.of("PUT", "DELETE", "OPTIONS", "PATCH", "HEAD", "get", "Post")) {
            try (var http = RawHttp.to(api)) {
                http.send(verb + " " + PATH + "getMe HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
                assertThat(http.rest())
                        .as(verb)
                        .isEqualTo("HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
        }
        assertThat(calls).isEmpty();
    }

    @Test
    void tooManyArgumentsGetABareStatus() throws Exception {
        var api = start(Profile.OSS);
        var body = "x".repeat((1 << 20) + 1);
        try (var http = RawHttp.to(api)) {
            http.send(post(PATH + "sendMessage", "Content-Type: application/json\r\n", body));
            assertThat(http.rest())
                    .isEqualTo(
                            "HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    }

    @Test
    void headersBeyondTheLimitAndUnknownVersionsAreRefused() throws Exception {
        var api = start(Profile.OSS);
        assertThat(once(api, "GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(300_000) + "\r\n\r\n")
                        .status())
                .isEqualTo(431);
        for (var line :
                List.of(PATH + "getMe HTTP/3.7", PATH + "getMe HTTP/2.0", PATH + "getMe HTTP/1.2", PATH + "getMe")) {
            assertThat(once(api, "GET " + line + "\r\nHost: x\r\n\r\n").status())
                    .as(line)
                    .isEqualTo(505);
        }
    }

    @Test
    void theRequestLineIsAHeaderLikeTheOthers() throws Exception {
        var api = start(Profile.OSS);
        assertThat(once(api, get(PATH + "getMe?a=" + "x".repeat(300_000))).head())
                .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n");
        assertThat(once(api, get(PATH + "getMe?a=" + "x".repeat(250_000))).status())
                .isEqualTo(200);
    }

    @Test
    void encodingsThatAreNotBuiltAreRefused() throws Exception {
        var api = start(Profile.OSS);
        for (var encoding : List.of("gzip", "identity", "gzip, chunked", "br")) {
            var answer = once(
                    api,
                    "POST " + PATH + "getMe HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + encoding
                            + "\r\n\r\n0\r\n\r\n");
            assertThat(answer.head()).as(encoding).startsWith("HTTP/1.1 501 Not Implemented\r\n");
            assertThat(answer.body()).as(encoding).isEmpty();
        }
        assertThat(once(api, post(PATH + "getMe", "Content-Encoding: br\r\n", "xyz"))
                        .status())
                .isEqualTo(415);
        assertThat(calls).isEmpty();
    }

    @Test
    void aRefusedUploadIsReadToItsEndSoThatTheAnswerArrives() throws Exception {
        var api = start(Profile.OSS);
        var answer = once(api, post(PATH + "x", "Content-Type: application/json\r\n", " ".repeat(20 << 20)));
        assertThat(answer.status()).isEqualTo(413);
    }

    @Test
    void pathsThatAreNoCallsAreNotFound() throws Exception {
        var api = start(Profile.OSS);
        for (var path : List.of("/", "/bot" + TOKEN, "/file/bot" + TOKEN + "/a", "/bot" + TOKEN + "/testMe", "/x")) {
            var answer = once(api, get(path));
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.body()).isEqualTo("{\"ok\":false,\"error_code\":404,\"description\":\"Not Found\"}");
        }
    }

    @Test
    void aRequestLineWithAWholeUrlIsNotFoundUnlessAFrontShortensIt() throws Exception {
        var api = start(Profile.OSS);
        try (var connection = RawHttp.to(api)) {
            for (var url : List.of("http://x" + PATH, "HTTP://user@other:81" + PATH)) {
                var answer = connection
                        .send("GET " + url + "getMe HTTP/1.1\r\nHost: x\r\n\r\n")
                        .answer();
                assertThat(answer.status()).as(url).isEqualTo(404);
                assertThat(answer.body())
                        .isEqualTo("{\"ok\":false,\"error_code\":404,\"description\":"
                                + "\"Not Found: absolute URI is specified in the Request-Line\"}");
                assertThat(connection.send(get(PATH + "getMe")).answer().status())
                        .isEqualTo(200);
            }
        }
        stop();
        calls.clear();
        var hosted = once(start(Profile.HOSTED), "GET http://x" + PATH + "getMe HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(hosted.status()).isEqualTo(200);
        assertThat(calls.take().method()).isEqualTo("getMe");
    }

    @Test
    void theOpenSourceServerTellsHowATokenIsWrong() throws Exception {
        var api = start(Profile.OSS);
        for (var token : List.of("0123:x", "123", "123:" + "x".repeat(77), "-5:x", "18014398509481984:x", "")) {
            var answer = once(api, get("/bot" + token + "/getMe"));
            assertThat(answer.body())
                    .as(token)
                    .isEqualTo("{\"ok\":false,\"error_code\":401,"
                            + "\"description\":\"Unauthorized: invalid token specified\"}");
        }
        assertThat(once(api, get("/botabc:x/getMe")).body())
                .isEqualTo("{\"ok\":false,\"error_code\":421,"
                        + "\"description\":\"Misdirected Request: unallowed token specified\"}");
        assertThat(calls).isEmpty();
    }

    // the hosted service's answers

    @Test
    void theHostedServiceAddsItsFrontsHeaders() throws Exception {
        var answer = once(start(Profile.HOSTED), get(PATH + "getMe"));
        assertThat(answer.head().split("\r\n", -1))
                .containsExactlyInAnyOrder(
                        "HTTP/1.1 200 OK",
                        "Server: nginx/1.18.0",
                        "Date: Sun, 01 Mar 2026 12:00:05 GMT",
                        "Content-Type: application/json",
                        "Content-Length: 25",
                        "Connection: keep-alive",
                        "Strict-Transport-Security: max-age=31536000; includeSubDomains; preload",
                        "Access-Control-Allow-Origin: *",
                        "Access-Control-Allow-Methods: GET, POST, OPTIONS",
                        "Access-Control-Expose-Headers: Content-Length,Content-Type,Date,Server,Connection",
                        "",
                        "");
    }

    @Test
    void hostedErrorsNameNoAllowedMethods() throws Exception {
        answer(new Reply.Failure(429, "Too Many Requests: retry after 3", 3, null));
        var answer = once(start(Profile.HOSTED), get(PATH + "sendMessage"));
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(answer.header("Access-Control-Expose-Headers")).doesNotContain("Retry-After");
        assertThat(answer.header("Access-Control-Allow-Methods")).isNull();
        assertThat(answer.header("Retry-After")).isEqualTo("3");
        close();
        var named = HttpOptions.defaults().withMethodsWithErrors(true);
        assertThat(once(start(Profile.HOSTED, named), get(PATH + "sendMessage")).header("Access-Control-Allow-Methods"))
                .isEqualTo("GET, POST, OPTIONS");
    }

    @Test
    void theHostedServiceDoesNotFindMalformedTokens() throws Exception {
        var api = start(Profile.HOSTED);
        for (var path : List.of("/bot/sendMessage", "/botabc:x/getMe", "/bot123/getMe", "/bot1:x%20y/getMe")) {
            var answer = once(api, get(path));
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.body()).isEqualTo("{\"ok\":false,\"error_code\":404,\"description\":\"Not Found\"}");
        }
        assertThat(calls).isEmpty();
    }

    @Test
    void theHostedRootLeadsToTheDocumentation() throws Exception {
        var answer = once(start(Profile.HOSTED), get("/"));
        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.header("Location")).isEqualTo("https://core.telegram.org/bots");
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
    }

    @Test
    void theHostedFrontRefusesFiftyMebibytesInJson() throws Exception {
        var api = start(Profile.HOSTED);
        try (var http = RawHttp.to(api)) {
            http.send("POST " + PATH + "sendDocument HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                    + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: " + ((50 << 20) + 1)
                    + "\r\n\r\n");
            var answer = http.answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body())
                    .isEqualTo("{\"ok\":false,\"error_code\":413,\"description\":\"Request Entity Too Large\"}");
            assertThat(http.isClosedByServer()).isTrue();
        }
        close();
        var page = HttpOptions.defaults().withRefusesInJson(false);
        try (var http = RawHttp.to(start(Profile.HOSTED, page))) {
            http.send("POST " + PATH + "sendDocument HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
                    + ((50 << 20) + 1) + "\r\n\r\n");
            var answer = http.answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.header("Content-Type")).isEqualTo("text/html");
            assertThat(answer.body()).contains("<h1>413 Request Entity Too Large</h1>");
        }
    }

    @Test
    void aPreflightIsAnsweredAsTheOptionSays() throws Exception {
        var options = "OPTIONS " + PATH + "sendMessage HTTP/1.1\r\nHost: x\r\nOrigin: https://example.org\r\n"
                + "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\n\r\n";
        var defaults = HttpOptions.defaults();
        var failing = once(start(Profile.HOSTED, defaults), options);
        assertThat(failing.status()).isEqualTo(501);
        assertThat(failing.header("Access-Control-Allow-Origin")).isNull();
        close();
        var strict = once(start(Profile.HOSTED, defaults.withPreflight(HttpOptions.Preflight.STRICT)), options);
        assertThat(strict.status()).isEqualTo(204);
        assertThat(strict.header("Access-Control-Allow-Methods")).isEqualTo("GET, POST, OPTIONS");
        assertThat(strict.header("Access-Control-Allow-Headers")).isNull();
        close();
        var permissive = once(start(Profile.HOSTED, defaults.withPreflight(HttpOptions.Preflight.PERMISSIVE)), options);
        assertThat(permissive.header("Access-Control-Allow-Headers")).isEqualTo("content-type");
    }

    @Test
    void downloadsCarryNoCorsHeadersUnlessAskedFor() throws Exception {
        var bytes = new byte[200_000];
        new Random(3).nextBytes(bytes);
        file = new StoredFile("documents/file_0.bin", "application/octet-stream", Blob.of(bytes), null);
        var path = "/file/bot" + TOKEN.replace(":", "%3A") + "/documents/file_0.bin";
        var api = start(Profile.HOSTED);
        var answer = once(api, get(path));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(bytes);
        assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
        var missing = get("/file/bot" + TOKEN + "/documents/file_1.bin");
        var preflight = "OPTIONS " + path + " HTTP/1.1\r\nHost: x\r\nAccess-Control-Request-Headers: range\r\n\r\n";
        var notFound = once(api, missing);
        assertThat(notFound.body()).isEqualTo("{\"ok\":false,\"error_code\":404,\"description\":\"Not Found\"}");
        assertThat(notFound.header("Access-Control-Allow-Origin")).isNull();
        assertThat(notFound.header("Access-Control-Expose-Headers")).isNull();
        close();
        var permissive = HttpOptions.defaults().withPreflight(HttpOptions.Preflight.PERMISSIVE);
        var closed = once(start(Profile.HOSTED, permissive), preflight);
        assertThat(closed.header("Access-Control-Allow-Origin")).isNull();
        assertThat(closed.header("Access-Control-Allow-Headers")).isNull();
        close();
        api = start(Profile.HOSTED, permissive.withFileCors(true));
        assertThat(once(api, get(path)).header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(once(api, missing).header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(once(api, preflight).header("Access-Control-Allow-Headers")).isEqualTo("range");
    }

    // requests

    @Test
    void tokenTestServerAndMethodComeFromThePath() throws Exception {
        once(start(Profile.OSS), get("/bot" + TOKEN.replace(":", "%3a") + "/test/GetME?a=1"));
        var call = call();
        assertThat(call.token()).isEqualTo(TOKEN);
        assertThat(call.testDc()).isTrue();
        assertThat(call.method()).isEqualTo("GetME");
        assertThat(call.arguments().text("a")).isEqualTo("1");
    }

    @Test
    void withoutAMethodThePathTheArgumentNamesIt() throws Exception {
        once(
                start(Profile.OSS),
                post(PATH, "Content-Type: application/json\r\n", "{\"method\":\"sendMessage\",\"text\":\"x\"}"));
        assertThat(call().method()).isEqualTo("sendMessage");
    }

    @Test
    void aGetMayHaveABody() throws Exception {
        var api = start(Profile.OSS);
        once(
                api,
                "GET " + PATH
                        + "sendMessage?a=1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + "Content-Length: 7\r\n\r\na=2&b=3");
        var call = call();
        assertThat(call.arguments().text("a")).isEqualTo("1");
        assertThat(call.arguments().text("b")).isEqualTo("3");
    }

    @Test
    void rawBytesInTheQueryAreKeptApartFromUtf8() throws Exception {
        var api = start(Profile.OSS);
        once(api, get(PATH + "x?a=\u00C3\u00A9&b=\u00FF"));
        var call = call();
        assertThat(call.arguments().text("a")).isEqualTo("\u00E9");
        assertThat(call.arguments().text("b")).isEqualTo("\uDCFF");
    }

    @Test
    void chunkedBodiesAreReadAlsoInSlowPieces() throws Exception {
        var api = start(Profile.OSS);
        try (var http = RawHttp.to(api)) {
            var request = "POST " + PATH + "sendMessage HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n3;x=y\r\n\"b\"\r\n1\r\n}\r\n0\r\n\r\n";
            for (char c : request.toCharArray()) http.send(String.valueOf(c));
            assertThat(http.answer().status()).isEqualTo(200);
        }
        assertThat(call().arguments().text("a")).isEqualTo("b");
    }

    @Test
    void aCompressedChunkedUploadIsAFile() throws Exception {
        var api = start(Profile.OSS);
        var part = "--XX\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n1\r\n--XX\r\n"
                + "Content-Disposition: form-data; name=\"document\"; filename=\"a.bin\"\r\n\r\n"
                + "\u0000\u00FF".repeat(100_000) + "\r\n--XX--\r\n";
        var zipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(zipped)) {
            gzip.write(part.getBytes(StandardCharsets.ISO_8859_1));
        }
        try (var http = RawHttp.to(api)) {
            http.send("POST " + PATH + "sendDocument HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\n"
                    + "Content-Type: multipart/form-data; boundary=XX\r\nTransfer-Encoding: chunked\r\n\r\n");
            http.send(Integer.toHexString(zipped.size()) + "\r\n")
                    .send(zipped.toByteArray())
                    .send("\r\n0\r\n\r\n");
            assertThat(http.answer().status()).isEqualTo(200);
        }
        var upload = call().arguments().upload("document");
        assertThat(upload).isNotNull().satisfies(given -> {
            assertThat(given.fileName()).isEqualTo("a.bin");
            assertThat(given.content().size()).isEqualTo(200_000);
        });
    }

    @Test
    void oneConnectionServesManyCallsInOrder() throws Exception {
        var api = start(Profile.OSS);
        var requests = new StringBuilder();
        for (int i = 0; i < 50; i++) requests.append(get(PATH + "x?i=" + i));
        try (var http = RawHttp.to(api)) {
            http.send(requests.toString());
            for (int i = 0; i < 50; i++) {
                assertThat(http.answer().body()).isEqualTo("{\"ok\":true,\"result\":true}");
                assertThat(call().arguments().text("i")).isEqualTo(String.valueOf(i));
            }
        }
    }

    @Test
    void anIdleConnectionIsClosedAfterFiveHundredSeconds() throws Exception {
        assertThat(EmulatorServer.IDLE).isEqualTo(Duration.ofSeconds(500));
        var api = start(Profile.OSS, HttpOptions.defaults(), Duration.ofMillis(200));
        try (var http = RawHttp.to(api)) {
            assertThat(http.send(get(PATH + "getMe")).answer().status()).isEqualTo(200);
            assertThat(http.isClosedByServer()).isTrue();
        }
    }

    @Test
    void http10ClosesAfterTheAnswer() throws Exception {
        var api = start(Profile.OSS);
        try (var http = RawHttp.to(api)) {
            http.send("GET " + PATH + "getMe HTTP/1.0\r\n\r\n");
            assertThat(http.rest()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("{\"ok\":true,\"result\":true}");
        }
    }

    // waiting calls

    @Test
    void thousandsOfCallsWaitAtOnceWithoutAThreadEach() throws Exception {
        var api = start(Profile.OSS);
        reply = new CompletableFuture<>();
        int before = Thread.activeCount();
        var connections = new ArrayList<RawHttp>();
        try {
            for (int i = 0; i < 2_000; i++) connections.add(RawHttp.to(api).send(get(PATH + "getUpdates?timeout=50")));
            for (int i = 0; i < 2_000; i++) call();
            assertThat(Thread.activeCount() - before).isLessThan(50);
            reply.complete(new Reply.Ok("[]"));
            for (var connection : connections) {
                assertThat(connection.answer().body()).isEqualTo("{\"ok\":true,\"result\":[]}");
            }
        } finally {
            for (var connection : connections) connection.close();
        }
    }

    @Test
    void closingAnswersWhoeverWaits() throws Exception {
        for (int round = 0; round < 20; round++) {
            var api = start(Profile.OSS);
            reply = new CompletableFuture<>();
            try (var http = RawHttp.to(api)) {
                http.send(get(PATH + "getUpdates?timeout=50"));
                call();
                stop();
                assertThat(http.answer().body())
                        .isEqualTo(
                                "{\"ok\":false,\"error_code\":500,\"description\":\"Internal Server Error: restart\"}");
            }
        }
    }

    @Test
    void aClientThatGoesAwayLeavesNothingBehind() throws Exception {
        var api = start(Profile.OSS);
        var gone = new CompletableFuture<Reply>();
        reply = gone;
        try (var http = RawHttp.to(api)) {
            http.send(get(PATH + "getUpdates?timeout=50"));
            call();
        }
        gone.complete(new Reply.Ok("[]"));
        answer(TRUE);
        assertThat(once(api, get(PATH + "getMe")).status()).isEqualTo(200);
    }

    @Test
    void anUploadThatBreaksOffMakesNoCallAndLeavesNoFile() throws Exception {
        var api = start(Profile.OSS);
        try (var http = RawHttp.to(api)) {
            http.send("POST " + PATH
                    + "sendDocument HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=XX\r\n"
                    + "Content-Length: 1000000\r\n\r\n--XX\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n"
                    + "x".repeat(200_000));
        }
        assertThat(once(api, get(PATH + "getMe")).status()).isEqualTo(200);
        assertThat(call().method()).isEqualTo("getMe");
        assertThat(calls).isEmpty();
    }

    @Test
    void temporaryFilesGoWithTheSpool() throws Exception {
        var api = start(Profile.OSS);
        assertThat(spool.directory()).isNull();
        once(api, post(PATH + "sendDocument", "Content-Type: application/octet-stream\r\n", "x".repeat(100_000)));
        var directory = spool.directory();
        assertThat(directory).isDirectoryContaining("regex:.*upload-1");
        close();
        assertThat(directory).doesNotExist();
    }

    @Test
    void aProxyNamesItsClientAndANeighbourNobody() throws Exception {
        try (var http = RawHttp.to(start(Profile.HOSTED))) {
            assertThat(http.send(lines("GET " + PATH + "getMe HTTP/1.1", "Host: x", "X-Real-IP: 8.8.8.8"))
                            .answer()
                            .status())
                    .isEqualTo(200);
            assertThat(call().client()).isEqualTo("8.8.8.8");
            http.send(lines("GET " + PATH + "getMe HTTP/1.1", "Host: x")).answer();
            assertThat(call().client()).isNull();
        }
    }

    @Test
    void garbageOnTheWireNeverBreaksTheServer() throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var api = start(Profile.HOSTED);
        var seeds = List.of(
                get(PATH + "getMe?a=%41+b"),
                post(PATH + "x", "Content-Type: application/json\r\n", "{\"a\":[1,2,{}],\"b\":\"c\"}"),
                post(
                        PATH + "x",
                        "Content-Type: multipart/form-data; boundary=XX\r\n",
                        "--XX\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\n1\r\n--XX--"),
                "POST " + PATH + "x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        for (int round = 0; round < 400; round++) {
            var bytes = seeds.get(random.nextInt(seeds.size())).getBytes(StandardCharsets.ISO_8859_1);
            for (int i = random.nextInt(5); i >= 0; i--)
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            try (var http = RawHttp.to(api)) {
                http.send(bytes).shutdownOutput();
                assertThat(http.rest()).doesNotContain("HTTP/1.1 500");
            } catch (SocketException reset) {
                // closing on garbage is an answer too
            }
        }
        assertThat(once(api, get(PATH + "getMe")).status()).isEqualTo(200);
    }
}
