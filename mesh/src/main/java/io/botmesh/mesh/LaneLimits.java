package io.botmesh.mesh;

import java.time.Duration;
import java.util.Locale;

/**
 * How often one writer bot may post into one channel: a token bucket, and how close two posts may follow each other.
 * Telegram publishes no number for channels, so these are profiles to choose from; {@link Lanes} learns a lower ceiling
 * where one is too high.
 *
 * @param postsPerSecond sustained rate, above zero
 * @param burst          posts that may go at once after a pause, at least 1
 * @param spacing        least time between two posts, zero for none
 */
public record LaneLimits(double postsPerSecond, int burst, Duration spacing) {
    /** One post a second with a burst of three: what the published measurements of this scheme saw. */
    public static final LaneLimits PAPER = new LaneLimits(1, 3);

    /** Twenty a minute and one a second, which the official FAQ says of groups and users report for channels. */
    public static final LaneLimits FAQ = new LaneLimits(1.0 / 3, 20, Duration.ofMillis(1_100));

    /**
     * Ten a minute after a burst of ten: no minute, wherever it begins, holds more than twenty posts. The spacing leaves
     * room for posts that overtake half a second on their way.
     */
    public static final LaneLimits CAUTIOUS = new LaneLimits(1.0 / 6, 10, Duration.ofMillis(1_500));

    /** What one bot may post over all its channels, as the official FAQ has it: thirty a second. */
    static final LaneLimits BOT = new LaneLimits(30, 30);

    public LaneLimits {
        if (!(postsPerSecond > 0) || Double.isInfinite(postsPerSecond)) {
            throw new IllegalArgumentException("postsPerSecond: " + postsPerSecond);
        }
        if (burst < 1) throw new IllegalArgumentException("burst: " + burst);
        if (spacing.isNegative()) throw new IllegalArgumentException("spacing: " + spacing);
    }

    /** Without spacing. */
    public LaneLimits(double postsPerSecond, int burst) {
        this(postsPerSecond, burst, Duration.ZERO);
    }

    /**
     * A profile by its name: {@code paper}, {@code faq} or {@code cautious}, in any case.
     *
     * @throws IllegalArgumentException with one line that says what can be given
     */
    public static LaneLimits named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "paper" -> PAPER;
            case "faq" -> FAQ;
            case "cautious" -> CAUTIOUS;
            default ->
                throw new IllegalArgumentException("there is no profile " + name + "; give paper, faq or cautious");
        };
    }
}
