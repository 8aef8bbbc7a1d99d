package io.botmesh.seal;

/**
 * How much a sender may send: two token buckets, one of packets and one of bytes, which both have to hold enough. Time
 * is when Telegram took a post, so a reader that was away may catch up on a day at once.
 *
 * @param packetsPerSecond refilled, more than zero
 * @param packetBurst      held at most, at least 1
 * @param bytesPerSecond   refilled, more than zero
 * @param byteBurst        held at most; a packet larger than this is never let in
 */
public record Quota(double packetsPerSecond, long packetBurst, double bytesPerSecond, long byteBurst) {
    public Quota {
        if (!(packetsPerSecond > 0)) throw new IllegalArgumentException("packetsPerSecond: " + packetsPerSecond);
        if (packetBurst < 1) throw new IllegalArgumentException("packetBurst: " + packetBurst);
        if (!(bytesPerSecond > 0)) throw new IllegalArgumentException("bytesPerSecond: " + bytesPerSecond);
        if (byteBurst < 1) throw new IllegalArgumentException("byteBurst: " + byteBurst);
    }

    /** For an enrolled sender: above what 48 writers at their limits can post, so only a broken limit is refused. */
    public static Quota enrolled() {
        return new Quota(100, 1_000, 64 << 20, 1L << 30);
    }

    /** For all strangers together: a text post a second, ten at once, and no documents. */
    public static Quota strangers() {
        return new Quota(1, 10, 8 << 10, 80 << 10);
    }
}
