package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SteadyRateTest {
    private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(25); // wraps on the way

    private final SteadyRate rate = new SteadyRate();

    @Test
    void theFirstTwentySecondsDoNotCount() {
        for (int second = 0; second <= 60; second++)
            sample(second, second < 20 ? 100L * second : 2000 + 8L * (second - 20));
        assertThat(rate.postsPerSecond()).hasValue(8);
    }

    @Test
    void whatComesAfterTheEndDoesNotCount() {
        for (int second = 0; second <= 40; second++) sample(second, 8L * second + 1);
        rate.end();
        for (int second = 41; second <= 90; second++) sample(second, 321);
        assertThat(rate.postsPerSecond()).hasValue(8);
    }

    @Test
    void timeBeforeTheFirstPostDoesNotCount() {
        sample(0, 0);
        sample(10, 0);
        for (int second = 15; second <= 45; second++) sample(second, 8L * (second - 14));
        assertThat(rate.postsPerSecond()).hasValue(8);
    }

    @Test
    void aShortRunHasNoRate() {
        assertThat(rate.postsPerSecond()).isEmpty();
        for (int second = 0; second <= 24; second++) sample(second, 8L * second + 1);
        assertThat(rate.postsPerSecond()).isEmpty();
    }

    private void sample(long second, long posts) {
        rate.sample(START + TimeUnit.SECONDS.toNanos(second), posts);
    }
}
