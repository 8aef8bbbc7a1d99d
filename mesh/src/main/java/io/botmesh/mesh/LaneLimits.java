package io.botmesh.mesh;

/**
 * How often one writer bot may post into one channel: a token bucket. Telegram publishes no number for
 * channels; see {@link #PAPER} for the one this project's figures are measured at.
 *
 * @param postsPerSecond sustained rate, above zero
 * @param burst          posts that may go at once after a pause, at least 1
 */
public record LaneLimits(double postsPerSecond, int burst) {
    /** One post a second with a burst of three: what the published measurements of this scheme saw. */
    public static final LaneLimits PAPER = new LaneLimits(1, 3);

    /** Twenty posts a minute, which users report for channels. */
    public static final LaneLimits CAUTIOUS = new LaneLimits(1.0 / 3, 3);

    public LaneLimits {
        if (!(postsPerSecond > 0)) throw new IllegalArgumentException("postsPerSecond: " + postsPerSecond);
        if (burst < 1) throw new IllegalArgumentException("burst: " + burst);
    }
}
