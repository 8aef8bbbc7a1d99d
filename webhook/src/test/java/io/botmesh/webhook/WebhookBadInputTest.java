package io.botmesh.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.RunnerOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers and broken senders may do. After each of it the bot still gets its updates. */
@Timeout(300)
class WebhookBadInputTest {
    private static final int CAP = 1000;

    private final Hooked hooked =
            new Hooked(WebhookServerOptions.defaults().withBodyCap(CAP).withBodyTime(Duration.ofMinutes(2)));
    private final LinkedBlockingQueue<RawUpdate> seen = new LinkedBlockingQueue<>();
    private final WebhookSource source = hooked.source(hooked.options());
    private final String secret = source.secret().value();

    @BeforeEach
    void start() {
        hooked.run(source, delivery -> seen.add(delivery.update()), RunnerOptions.defaults());
        Hooked.await(() -> !hooked.info().url().isEmpty(), () -> "a webhook in " + hooked.info());
    }

    @AfterEach
    void stillWorks() throws Exception {
        try {
            seen.clear();
            hooked.say(hooked.ann, "still there");
            var update = seen.poll(120, TimeUnit.SECONDS);
            assertThat(update).as("%s after %s", hooked.info(), hooked.answers).isNotNull();
            assertThat(Hooked.text(update)).isEqualTo("still there");
        } finally {
            hooked.close();
        }
    }

    private RawRequest.Answer post(String body) throws IOException {
        return RawRequest.post(hooked.server.uri(), "/hook", secret, body);
    }

    @Test
    void aWrongSecretIsRefusedBeforeTheBodyIsThere() throws Exception {
        for (var wrong : new String[] {"wrong", "", secret + "x", secret.substring(1), "\u00e9"}) {
            try (var request = RawRequest.to(hooked.server.uri())) {
                // Announced, never sent: who waits for it has read something.
                var answer = request.send(RawRequest.head("/hook", wrong, 500)).answer();
                assertThat(answer.status()).isEqualTo(403);
                assertThat(answer.body()).isEmpty();
                assertThat(request.ended()).isTrue();
            }
        }
        assertThat(hooked.answers).containsOnly(403).hasSize(5);
    }

    @Test
    void noSecretIsAsWrongAsAWrongOne() throws Exception {
        try (var request = RawRequest.to(hooked.server.uri())) {
            assertThat(request.send(RawRequest.head("/hook", null, 500))
                            .answer()
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void aWrongSecretIsRefusedWhateverTheMethod() throws Exception {
        for (var method : new String[] {"GET", "PUT", "HEAD"}) {
            try (var request = RawRequest.to(hooked.server.uri())) {
                var answer = request.send(method + " /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
                        .answer();
                assertThat(answer.status()).as(method).isEqualTo(403);
                assertThat(answer.header("Allow")).isNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "HEAD", "BREW"})
    void anotherMethodIsRefused(String method) throws Exception {
        try (var request = RawRequest.to(hooked.server.uri())) {
            var answer = request.send(method + " /hook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: "
                            + secret + "\r\nContent-Length: 0\r\n\r\n")
                    .answer();
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.header("Allow")).isEqualTo("POST");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/hook/", "/hookx", "/hook/../hook/x", "/metrics", "/%68ook%00", "*"})
    void anotherPathIsNotFound(String path) throws Exception {
        int status = RawRequest.post(hooked.server.uri(), path, secret, "{\"update_id\":1}")
                .status();
        assertThat(status).isIn(400, 404);
        assertThat(hooked.answers).isEmpty();
    }

    @Test
    void aBodyThatSaysItIsHugeIsRefusedUnread() throws Exception {
        try (var request = RawRequest.to(hooked.server.uri())) {
            var answer =
                    request.send(RawRequest.head("/hook", secret, 1L << 40)).answer();
            assertThat(answer.status()).isEqualTo(413);
        }
    }

    @Test
    void aBodyThatTurnsOutHugeIsRefusedAtTheCap() throws Exception {
        try (var request = RawRequest.to(hooked.server.uri())) {
            request.send("POST /hook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: " + secret
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            request.send(Integer.toHexString(CAP + 1) + "\r\n" + " ".repeat(CAP + 1) + "\r\n");
            assertThat(request.answer().status()).isEqualTo(413);
        }
        assertThat(hooked.answers).containsExactly(413);
    }

    @Test
    void aBodyAtTheCapIsTaken() throws Exception {
        var update = "{\"update_id\":77}";
        assertThat(post(update + " ".repeat(CAP - update.length())).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "hello",
                "{\"update_id\":\"1\"}",
                "{\"update_id\":3000",
                "{\"update_id\":3000,!}",
                "{\"update_id\":3000,\"message\":{\"text\":\"cut o",
                "{\"message\":{}}",
                "{\"update_id\":1e99}",
                "{\"update_id\":123456789012345678901234567890}"
            })
    void aBodyThatIsNoUpdateIsRefused(String body) throws Exception {
        assertThat(post(body).status()).isEqualTo(400);
        assertThat(seen).isEmpty();
    }

    @Test
    void anUpdateThatIsDamagedBehindItsIdIsTakenSoThatItIsSetAsideAndNotSentForADay() throws Exception {
        assertThat(post("{\"update_id\":78,\"message\":{\"text\":\"\\q\"}}").status())
                .isEqualTo(200);
        assertThat(String.valueOf(seen.poll(120, TimeUnit.SECONDS))).contains("78");
    }

    @Test
    void aBodyThatNeverEndsIsNotWaitedFor() throws Exception {
        try (var hasty = new Hooked(WebhookServerOptions.defaults().withBodyTime(Duration.ofMillis(200)))) {
            var own = hasty.source(hasty.options()).secret().value();
            try (var request = RawRequest.to(hasty.server.uri())) {
                var answer = request.send(RawRequest.head("/hook", own, 100) + "{\"update_id\":")
                        .answer();
                assertThat(answer.status()).isEqualTo(408);
                assertThat(request.ended()).isTrue();
            }
        }
    }

    @Test
    void whoGoesAwayInTheMiddleOfABodyLeavesNothing() throws Exception {
        try (var request = RawRequest.to(hooked.server.uri())) {
            request.send(RawRequest.head("/hook", secret, 100) + "{\"update_id\":79");
        }
        Hooked.await(() -> !hooked.answers.isEmpty(), () -> "the end of the request");
        assertThat(hooked.answers).allMatch(status -> status >= 400);
        assertThat(seen).isEmpty();
    }

    @Test
    void whatIsNoHttpIsRefusedWithoutAWordAboutTheServer() throws Exception {
        try (var request = RawRequest.to(hooked.server.uri())) {
            var answer = request.send("SSH-2.0-OpenSSH_9.9\r\n\r\n").answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.head()).doesNotContainIgnoringCase("jetty");
        }
    }

    @Test
    void headersWithoutEndAreRefused() throws Exception {
        try (var request = RawRequest.to(hooked.server.uri())) {
            var answer = request.send("POST /hook HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n")
                    .answer();
            assertThat(answer.status()).isEqualTo(431);
        }
    }
}
