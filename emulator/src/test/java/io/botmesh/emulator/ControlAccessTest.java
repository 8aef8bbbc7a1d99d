package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ControlAccessTest {
    private static final String SECRET = "fake-secret-for-tests-only";

    private Emulator emulator = Emulator.start();

    @AfterEach
    void close() {
        emulator.close();
    }

    private void restart(ControlOptions control) {
        emulator.close();
        emulator = Emulator.start(EmulatorOptions.defaults().withControl(control));
    }

    private int get(String... headers) throws IOException {
        return ask("GET /control/state", headers);
    }

    private int ask(String what, String... headers) throws IOException {
        var request = new StringBuilder(what).append(" HTTP/1.1\r\n");
        for (var header : headers) request.append(header).append("\r\n");
        var at = URI.create("http://127.0.0.1:" + emulator.control().getPort());
        try (var http = RawHttp.to(at)) {
            var answer = http.send(request.append("\r\n").toString()).answer();
            if (answer.status() != 200) {
                assertThat(Door.JSON.readTree(answer.body()).get("error").stringValue())
                        .isNotEmpty()
                        .doesNotContain("\n");
            }
            return answer.status();
        }
    }

    @Test
    void onlyANameThatNobodyElseCanHaveReachesIt() throws IOException {
        assertThat(get("Host: 127.0.0.1")).isEqualTo(200);
        assertThat(get("Host: localhost:8082")).isEqualTo(200);
        assertThat(get("Host: [::1]:8082")).isEqualTo(200);
        assertThat(get("Host: rebound.example")).isEqualTo(403);
        assertThat(get("Host: 127.0.0.1.example")).isEqualTo(403);
    }

    @Test
    void aPageOfAnotherOriginIsKeptOut() throws IOException {
        var host = "Host: 127.0.0.1:" + emulator.control().getPort();
        assertThat(get(host, "Origin: http://127.0.0.1:" + emulator.control().getPort()))
                .isEqualTo(200);
        assertThat(get(host, "Origin: http://127.0.0.1:1")).isEqualTo(403);
        assertThat(get(host, "Origin: https://page.example")).isEqualTo(403);
        assertThat(get(host, "Origin: null")).isEqualTo(403);
        assertThat(get(host, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"))
                .isEqualTo(403);
        assertThat(get(host, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors"))
                .isEqualTo(200);
        assertThat(get(host, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"))
                .isEqualTo(200);
    }

    @Test
    void withASecretNothingGoesWithoutIt() throws IOException {
        restart(ControlOptions.defaults().withSecret(SECRET));
        var host = "Host: localhost";
        assertThat(get(host)).isEqualTo(401);
        assertThat(ask("GET /", host)).isEqualTo(401);
        assertThat(get(host, "Authorization: Bearer " + SECRET.substring(1))).isEqualTo(401);
        assertThat(get(host, "Authorization: " + SECRET)).isEqualTo(401);
        assertThat(get(host, "Authorization: Basic $")).isEqualTo(401);
        assertThat(get(host, "Authorization: Bearer " + SECRET)).isEqualTo(200);
        assertThat(get(host, "Authorization: bearer " + SECRET)).isEqualTo(200);
        var basic = Base64.getEncoder().encodeToString(("anybody:" + SECRET).getBytes(StandardCharsets.UTF_8));
        assertThat(get(host, "Authorization: Basic " + basic)).isEqualTo(200);
        assertThat(get("Host: rebound.example", "Authorization: Bearer " + SECRET))
                .isEqualTo(403);
    }

    @Test
    void onAnotherAddressItAnswersToAnyNameThatKnowsTheSecret() throws IOException {
        restart(ControlOptions.defaults().withHost("0.0.0.0", SECRET));
        assertThat(get("Host: emulator.example", "Authorization: Bearer " + SECRET))
                .isEqualTo(200);
        assertThat(get("Host: emulator.example")).isEqualTo(401);
    }

    @Test
    void anotherAddressNeedsASecret() {
        assertThatThrownBy(() -> ControlOptions.defaults().withHost("0.0.0.0", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs a secret");
        assertThatThrownBy(() -> ControlOptions.defaults().withHost("0.0.0.0", "short"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 16");
        assertThat(ControlOptions.defaults().withSecret(SECRET)).asString().doesNotContain(SECRET);
    }
}
