package io.botmesh.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WebhookServerTest {
    @Test
    @Timeout(10)
    void aTakenPortIsFoundAmongCausesThatMayGoRoundInCircles() {
        var taken = new BindException("Address already in use");
        var inner = new IllegalStateException("inner");
        var outer = new IllegalStateException("outer", inner);
        assertThat(WebhookServer.taken(new IllegalStateException(new IllegalStateException(taken))))
                .isSameAs(taken);
        assertThat(WebhookServer.taken(outer)).isNull();
        inner.initCause(outer);
        assertThat(WebhookServer.taken(outer)).isNull();
    }
}
