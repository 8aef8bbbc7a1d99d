package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class CarrierClockTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long DAY = 86_400 * SECOND;
    private static final long NOW = 1_700_000_000L * SECOND;

    private final CarrierClock clock = new CarrierClock();

    private static Instant date(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND));
    }

    private long ahead(long now) {
        return clock.at(now).toEpochMilli() - now / 1_000_000;
    }

    @Test
    void isOursUntilSomethingSpeaksAgainstThat() {
        assertThat(ahead(NOW)).isZero();
        clock.onPosted(date(NOW), NOW + SECOND / 4, NOW + SECOND / 2);
        assertThat(ahead(NOW + SECOND)).isZero();
        clock.onArrived(date(NOW), NOW + DAY); // it has lain there
        assertThat(ahead(NOW + DAY)).isZero();
    }

    @Test
    void ownPostsTellItToASecond() {
        for (long skew : new long[] {-DAY, -3 * SECOND, 3 * SECOND, DAY}) {
            var one = new CarrierClock();
            long called = NOW + 300_000_000;
            one.onPosted(date(called + SECOND / 10), called + skew, called + skew + SECOND / 5);
            long told = one.at(called + skew + SECOND).toEpochMilli();
            assertThat(Math.abs(told - (called + SECOND) / 1_000_000)).isLessThanOrEqualTo(1_200);
        }
    }

    @Test
    void noPostIsOfTheFuture() {
        clock.onArrived(date(NOW + DAY), NOW);
        assertThat(ahead(NOW)).isEqualTo(86_400_000);
        clock.onArrived(date(NOW), NOW + SECOND);
        assertThat(ahead(NOW)).isEqualTo(86_400_000);
    }

    @Test
    void aSlowCallTellsNothingNewAndAClockThatWasSetDoes() {
        clock.onPosted(date(NOW + DAY), NOW, NOW + SECOND / 10);
        long before = ahead(NOW);
        clock.onPosted(date(NOW + DAY + SECOND), NOW - 100 * SECOND, NOW + 200 * SECOND);
        assertThat(ahead(NOW)).isEqualTo(before);
        clock.onPosted(date(NOW), NOW, NOW + SECOND / 10);
        assertThat(ahead(NOW)).isZero();
    }
}
