package io.botmesh.world;

import java.time.Duration;

/**
 * How long answers take: each is held back for a time drawn evenly from its range. The effect of a call happens when
 * the call arrives, only the answer is late.
 *
 * @param send calls that send, forward, copy or edit
 * @param poll getUpdates, counted from the moment it has something to say
 * @param other everything else
 */
public record Latency(Range send, Range poll, Range other) {
    /** Answers at once. */
    public static final Latency NONE = fixed(Duration.ZERO);

    /** As if the 200 to 300 ms that the paper measured from a post to its reader were spent half on the way in and half out. */
    public static final Latency PAPER = between(Duration.ofMillis(100), Duration.ofMillis(150));

    /** Both ends belong to it. */
    public record Range(Duration least, Duration most) {
        public Range {
            if (least.isNegative()) throw new IllegalArgumentException("least: " + least);
            if (most.compareTo(least) < 0) throw new IllegalArgumentException("most is less than least: " + most);
        }
    }

    public static Latency fixed(Duration always) {
        return between(always, always);
    }

    public static Latency between(Duration least, Duration most) {
        var range = new Range(least, most);
        return new Latency(range, range, range);
    }
}
