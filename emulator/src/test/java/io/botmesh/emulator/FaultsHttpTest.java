package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.world.BotAccount;
import io.botmesh.world.Fault;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong on purpose, as a client's socket sees it. */
@Timeout(300)
class FaultsHttpTest {
    private final Emulator emulator = Emulator.start();
    private final BotAccount bot = emulator.world().addBot("a_bot");

    @AfterEach
    void close() {
        emulator.close();
    }

    private RawHttp get(String methodAndQuery) throws IOException {
        return RawHttp.to(emulator.api())
                .send("GET /bot" + bot.token() + "/" + methodAndQuery + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    @Test
    void aBadGatewayIsAPageAndNoJson() throws Exception {
        emulator.world().faults().add(Fault.badGateway().times(1));
        try (var http = get("getMe")) {
            var answer = http.answer();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.header("Content-Type")).isEqualTo("text/html");
            assertThat(answer.header("Server")).isEqualTo("nginx/1.18.0");
            assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
            assertThat(answer.body()).startsWith("<html>").contains("502 Bad Gateway");
        }
    }

    @Test
    void tooManyRequestsCarryTheHeaderToo() throws Exception {
        emulator.world().faults().add(Fault.tooManyRequests(9));
        try (var http = get("getMe")) {
            var answer = http.answer();
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.header("Retry-After")).isEqualTo("9");
            assertThat(answer.body()).endsWith("\"parameters\":{\"retry_after\":9}}");
        }
    }

    @Test
    void aLostReplyIsAConnectionThatClosesInOrder() throws Exception {
        emulator.world().faults().add(Fault.loseReply());
        try (var http = get("setMyName?name=x")) {
            assertThat(http.rest()).isEmpty();
        }
    }

    @Test
    void aResetBreaksTheConnection() throws Exception {
        emulator.world().faults().add(Fault.reset());
        try (var http = get("getMe")) {
            assertThatThrownBy(http::rest).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        }
    }

    @Test
    void aPollIsResetWhileItWaits() throws Exception {
        emulator.world().faults().add(Fault.resetAfter(Duration.ofMillis(50)));
        try (var http = get("getUpdates?timeout=50")) {
            assertThatThrownBy(http::rest).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        }
    }

    @Test
    void aBlackHoleEndsOnlyWithTheServer() throws Exception {
        emulator.world().faults().add(Fault.swallow().onMethods("getMe"));
        try (var swallowed = get("getMe")) {
            while (emulator.world().calls().last() == 0) Thread.onSpinWait();
            try (var other = get("getUpdates")) {
                assertThat(other.answer().status()).isEqualTo(200);
            }
            emulator.close();
            assertThat(swallowed.answer().body()).contains("Internal Server Error: restart");
        }
    }
}
