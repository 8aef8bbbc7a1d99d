package io.botmesh.botapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.botmesh.botapi.TransportException.Happened;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RedactionTest {
    private static final String SECRET = "FAKE-token-for-tests-only-000000000";
    private static final BotToken TOKEN = BotToken.parse("123456:" + SECRET);
    private static final String URL = "https://api.telegram.org/bot" + TOKEN.value() + "/getMe";

    private final FakeTransport transport = new FakeTransport();
    private final BotApi api = new BotApi(ApiOptions.defaults(), TOKEN, transport);

    private static void assertSilent(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isNotNull();
        var trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        for (Throwable t = thrown; t != null; t = t.getCause())
            trace.append(t.toString()).append(t.getMessage());
        assertThat(trace.toString()).doesNotContain(SECRET);
    }

    @Test
    void noRefusalShowsTheToken() {
        for (int status : new int[] {200, 301, 400, 401, 403, 404, 409, 413, 429, 500, 502}) {
            for (String body : List.of(
                    "{\"ok\":false,\"error_code\":" + status + ",\"description\":\"bad URL " + URL + "\"}",
                    "<html>" + URL + "</html>",
                    URL)) {
                transport.answer(status, body).answer(status, body).answer(status, body);
                assertSilent(() -> api.call(GetMe.of()));
                assertSilent(() -> api.getUpdates(GetUpdates.of()));
                if (status != 200) assertSilent(() -> api.download("f", 10, OutputStream.nullOutputStream()));
                else
                    transport.execute(new Transport.Request(URI.create(URL), null, Transport.Lane.CALL), Duration.ZERO);
            }
        }
    }

    @Test
    void noFailureOfTheTransportShowsTheToken() {
        var cause = new IllegalStateException("no route to " + URL, new IOException(URL));
        cause.addSuppressed(new IOException("closing " + URL));
        transport
                .fail(new TransportException(Happened.NO, "cannot reach " + URL, cause))
                .fail(new TransportException(
                        Happened.UNKNOWN, "cut off", new IOException("outer", new IOException(URL))))
                .fail(new TransportException(Happened.NO, "plain", null));

        assertSilent(() -> api.call(GetMe.of()));
        assertSilent(() -> api.call(GetMe.of()));
        assertThatThrownBy(() -> api.call(GetMe.of())).hasMessage("getMe: plain");
    }

    @Test
    void whatFailedAndWhereIsStillTold() {
        var cause = new IllegalStateException("no route to " + URL);
        transport.fail(new TransportException(Happened.NO, "x", cause));

        assertThatThrownBy(() -> api.call(GetMe.of()))
                .cause()
                .hasToString(
                        "java.lang.IllegalStateException: no route to https://api.telegram.org/bot123456:***/getMe")
                .hasStackTraceContaining("whatFailedAndWhereIsStillTold");
    }

    @Test
    void noRealFailureShowsTheToken() throws Exception {
        var options = ApiOptions.defaults().withDeadline(Duration.ofMillis(200));
        try (var jetty = new JettyTransport();
                var server = new ScriptedServer(connection -> {
                    String line = connection.readRequest().line();
                    if (line.contains("/getMe "))
                        connection.send("HTTP/1.1 999 " + line + "\r\nX " + line + "\r\n\r\n");
                    else if (line.contains("/close ")) connection.awaitClientClose();
                    else if (line.contains("/logOut "))
                        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" + line.charAt(0));
                })) {
            var real = new BotApi(options.withBase(server.uri("")), TOKEN, jetty);
            assertSilent(() -> real.call(GetMe.of()));
            assertSilent(() -> real.call(Close.of()));
            assertSilent(() -> real.call(LogOut.of()));
            assertSilent(() -> real.call(GetWebhookInfo.of()));
            var nowhere = new BotApi(options.withBase(URI.create("http://127.0.0.1:1")), TOKEN, jetty);
            assertSilent(() -> nowhere.call(GetMe.of()));
            var unsealed = new BotApi(options.withBase(URI.create("https://127.0.0.1:" + server.port())), TOKEN, jetty);
            assertSilent(() -> unsealed.call(GetMe.of()));
        }
    }

    @Test
    void nothingPrintsTheToken() {
        assertThat(TOKEN).hasToString("123456:***");
        assertThat(api).hasToString("BotApi[123456:*** at https://api.telegram.org]");
        assertThat(new Transport.Request(URI.create(URL), null, Transport.Lane.CALL))
                .hasToString("GET https://api.telegram.org");
        assertSilent(() -> api.download("../" + TOKEN.value(), 1, OutputStream.nullOutputStream()));
        assertSilent(() -> api.download("/" + TOKEN.value(), 1, OutputStream.nullOutputStream()));
        assertSilent(() -> new BotApi(ApiOptions.defaults().withLocalFiles(true), TOKEN, transport)
                .download("/nowhere/" + TOKEN.value() + "/f", 1, OutputStream.nullOutputStream()));
    }

    @Test
    void aTokenIsReadOrRefusedInOneLineThatDoesNotRepeatIt() {
        assertThat(BotToken.parse(" 123456:" + SECRET + "\n")).isEqualTo(TOKEN);
        assertThat(TOKEN.value()).isEqualTo("123456:" + SECRET);
        assertThat(TOKEN.botId()).isEqualTo(123456);
        for (String bad : List.of(
                "",
                ":",
                SECRET,
                "123456",
                "123456:",
                "123456:short",
                "0123:" + SECRET,
                "-1:" + SECRET,
                "x:" + SECRET,
                "123456:" + SECRET + "/..",
                "123456:" + SECRET + " " + SECRET,
                "99999999999999999999:" + SECRET,
                "18014398509481984:" + SECRET,
                "123456:" + SECRET.repeat(3)))
            assertThatThrownBy(() -> BotToken.parse(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .startsWith("not a bot token")
                    .doesNotContain(SECRET, "short", "\n");
        assertThat(TOKEN.value().getBytes(UTF_8)).hasSizeLessThanOrEqualTo(80);
    }
}
