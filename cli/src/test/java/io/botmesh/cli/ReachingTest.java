package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.emulator.Emulator;
import io.botmesh.mesh.Carriers;
import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Readiness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReachingTest {
    private static final BotToken TOKEN = BotToken.parse("123456:FAKE-token-for-tests-only-000000000");

    private final List<Duration> pauses = new ArrayList<>();
    private final Reaching reaching = new Reaching(pauses::add);

    private boolean reads(URI server) throws InterruptedException {
        try (var bot = new BotApi(ApiOptions.defaults().withBase(server), TOKEN)) {
            return reaching.ask(() -> Readiness.ofReader(Carriers.channelReader(bot, null, null)))
                    .isEmpty();
        }
    }

    @Test
    void aServerThatIsNotThereIsGivenUpInAMoment() throws IOException {
        URI nobody;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
        assertThatThrownBy(() -> reads(nobody)).isInstanceOf(MeshException.Unreachable.class);
        assertThat(pauses.stream().mapToLong(Duration::toMillis).sum()).isBetween(1_000L, 2_000L);
    }

    @Test
    void aServerThatStumblesIsAskedUntilItAnswers() throws Exception {
        try (var emulator = Emulator.start();
                var proxy = new FaultProxy(emulator.api(), 1, 0.9)) {
            assertThat(reads(URI.create(proxy.api())))
                    .as("a token that is none")
                    .isFalse();
        }
        assertThat(pauses).isNotEmpty();
    }
}
