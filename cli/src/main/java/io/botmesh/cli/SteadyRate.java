package io.botmesh.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** How fast posts come once the bursts are used up: counted from a while after the first one until something runs dry. */
final class SteadyRate {
    /** So long after the first post the lanes have no saved-up posts left. */
    static final Duration WARM_UP = Duration.ofSeconds(20);
    /** A shorter measurement says nothing. */
    static final Duration LEAST = Duration.ofSeconds(5);

    private record Sample(long nanos, long posts) {}

    private final List<Sample> samples = new ArrayList<>();
    private boolean ended;

    /** Takes the number of posts so far; until {@link #end} and in the order of time. */
    void sample(long nanos, long posts) {
        if (!ended && posts > 0) samples.add(new Sample(nanos, posts));
    }

    /** From now on not everybody has something to send. */
    void end() {
        ended = true;
    }

    /** Posts per second, or nothing if it did not last long enough. */
    OptionalDouble postsPerSecond() {
        if (samples.isEmpty()) return OptionalDouble.empty();
        long start = samples.getFirst().nanos() + WARM_UP.toNanos();
        var steady =
                samples.stream().filter(sample -> sample.nanos() - start >= 0).toList();
        if (steady.isEmpty()) return OptionalDouble.empty();
        long nanos = steady.getLast().nanos() - steady.getFirst().nanos();
        if (nanos < LEAST.toNanos()) return OptionalDouble.empty();
        return OptionalDouble.of(
                1e9 * (steady.getLast().posts() - steady.getFirst().posts()) / nanos);
    }
}
