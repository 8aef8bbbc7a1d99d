package io.botmesh.seal;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The two buckets of one {@link Quota}. Full at first; a time before the last one refills nothing. */
final class TokenBuckets {
    /** By how much posts of several channels come out of order. */
    private static final Duration DISORDER = Duration.ofMinutes(10);

    private final Quota quota;
    private double packets;
    private double bytes;
    private @Nullable Instant last;

    TokenBuckets(Quota quota) {
        this.quota = quota;
        packets = quota.packetBurst();
        bytes = quota.byteBurst();
    }

    /** Takes one packet of this size, or nothing. */
    boolean tryTake(int packetBytes, Instant postedAt) {
        refill(postedAt);
        if (packets < 1 || bytes < packetBytes) return false;
        packets--;
        bytes -= packetBytes;
        return true;
    }

    private void refill(Instant now) {
        Instant before = last;
        if (before == null) {
            last = now;
            return;
        }
        Duration passed = Duration.between(before, now);
        if (passed.isNegative()) {
            if (passed.plus(DISORDER).isNegative()) last = now; // the time before was wrong, or this is another backlog
            return;
        }
        last = now;
        double seconds = passed.getSeconds() + passed.getNano() / 1e9;
        packets = Math.min((double) quota.packetBurst(), packets + seconds * quota.packetsPerSecond());
        bytes = Math.min((double) quota.byteBurst(), bytes + seconds * quota.bytesPerSecond());
    }
}
