package io.botmesh.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Strangers that connect and say little. */
@Timeout(120)
class OverdueRequestsTest {
    private static final int MOST = 3;
    private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";

    private final AtomicLong nanos =
            new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(30).toNanos()); // wraps
    private final WebhookServer server =
            WebhookServer.start(WebhookServerOptions.defaults().withConnections(MOST), nanos::get);

    OverdueRequestsTest() {
        server.endpoint("/health", () -> Endpoint.Page.text("well"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void line24WhoHoldsAllConnectionsAndSaysNothingLosesThem() throws Exception {
        var silent = new ArrayList<RawRequest>();
        for (int i = 0; i < MOST; i++) {
            silent.add(RawRequest.to(server.uri()));
            silent.get(i).send("P"); // a byte now and then keeps no idle connection
        }
        Hooked.await(() -> server.overdue().connections() == MOST, () -> "all connections");
        pass(OverdueRequests.FIRST.minusNanos(1));
        assertThat(server.overdue().connections()).isEqualTo(MOST);
        try (var owner = RawRequest.to(server.uri())) {
            owner.send(HEALTH); // waits in the line of the operating system
            pass(Duration.ofNanos(1));
            assertThat(owner.answer().status()).isEqualTo(200);
        }
        for (RawRequest each : silent) {
            assertThat(isClosed(each)).isTrue();
            each.close();
        }
    }

    @Test
    void aConnectionMayRestBetweenRequestsAndNoLonger() throws Exception {
        try (var client = RawRequest.to(server.uri())) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send(HEALTH).answer().status()).isEqualTo(200);
                Hooked.await(() -> server.overdue().owing() == 1, () -> "the end of the answer");
                pass(OverdueRequests.NEXT.minusSeconds(1));
            }
            pass(Duration.ofSeconds(1));
            assertThat(client.ended()).isTrue();
        }
    }

    private static boolean isClosed(RawRequest connection) throws IOException {
        try {
            return connection.ended();
        } catch (SocketException reset) { // what was sent had not been read yet
            return true;
        }
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        server.overdue().close();
    }
}
