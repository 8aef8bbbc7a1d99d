package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.botmesh.wire.Control.LaneGrant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GrantingTest {
    private static final long SECOND = 1_000_000_000L;

    private final Granting granting = new Granting(new NodeOptions.Sharing(LaneLimits.PAPER, LaneShare.WHOLE, 8), 0);

    private static double perSecond(@Nullable List<LaneGrant> lanes) {
        return requireNonNull(lanes).stream()
                        .mapToLong(LaneGrant::millipostsPerMinute)
                        .sum()
                / 60_000.0;
    }

    private void posts(long node, int count, long at) {
        for (int i = 0; i < count; i++) granting.onPost(node, at);
    }

    @Test
    void whoIsHeardFirstGetsAnEqualShare() {
        posts(1, 5, SECOND);
        posts(2, 1, SECOND);
        var divided = granting.divide(50 * SECOND);
        assertThat(perSecond(divided.get(1L))).isCloseTo(4, within(0.01));
        assertThat(perSecond(divided.get(2L))).isCloseTo(4, within(0.01));
    }

    @Test
    void whatOneDoesNotUseIsTheOthers() {
        posts(1, 5, SECOND);
        posts(2, 5, SECOND);
        granting.divide(50 * SECOND);
        posts(1, 200, 99 * SECOND); // all of its four a second
        posts(2, 10, 99 * SECOND);
        var divided = granting.divide(100 * SECOND);
        assertThat(perSecond(divided.get(2L))).isCloseTo(0.3, within(0.02));
        assertThat(perSecond(divided.get(1L))).isCloseTo(7.7, within(0.02));
    }

    @Test
    void whoFallsSilentIsNotToldAnyMore() {
        posts(1, 5, SECOND);
        posts(2, 5, SECOND);
        granting.divide(50 * SECOND);
        posts(1, 200, 149 * SECOND);
        assertThat(granting.divide(150 * SECOND)).containsOnlyKeys(1L);
        assertThat(granting.wakeAt()).isEqualTo(200 * SECOND);
    }

    @Test
    void whatIsKeptForOneThatFellSilentIsTheOthersAfterAWhile() {
        posts(1, 5, SECOND);
        posts(2, 5, SECOND);
        var divided = granting.divide(50 * SECOND);
        for (long at = 100; at <= 350; at += 50) {
            posts(1, 400, (at - 1) * SECOND);
            divided = granting.divide(at * SECOND);
            if (at <= 300) assertThat(perSecond(divided.get(1L))).isLessThan(7.99); // so that it could ask for more
        }
        assertThat(perSecond(divided.get(1L))).isCloseTo(8, within(0.001));
    }
}
