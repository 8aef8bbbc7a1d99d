package io.botmesh.sim;

import io.botmesh.mesh.NodeEffect;
import io.botmesh.mesh.Outcome;
import io.botmesh.wire.Armour;
import java.util.ArrayList;
import java.util.List;

/** Measures one channel between the warm-up and the end of sending. */
final class Meter {
    private final long from;
    private final long until;
    private final double limit;
    private final List<Long> latencies = new ArrayList<>();
    private long posts;
    private long texts;
    private long characters;
    private long floodWaits;
    private long delivered;

    /**
     * @param limit posts that the channel takes in a second
     */
    Meter(long from, long until, double limit) {
        this.from = from;
        this.until = until;
        this.limit = limit;
    }

    private boolean measures(long now) {
        return now >= from && now < until;
    }

    void onOutcome(NodeEffect.Post post, Outcome outcome, long now) {
        if (!measures(now)) return;
        if (outcome instanceof Outcome.FloodWait) floodWaits++;
        if (!(outcome instanceof Outcome.Posted)) return;
        posts++;
        if (post.document()) return;
        texts++;
        characters += Armour.BASE32768.characters(post.packet().length);
    }

    void onDelivered(long sentAt, long now) {
        if (measures(now)) delivered++;
        if (measures(sentAt)) latencies.add(now - sentAt);
    }

    SimReport.Steady steady() {
        double seconds = (until - from) / 1e9;
        return new SimReport.Steady(
                seconds,
                posts / (limit * seconds),
                posts,
                texts == 0 ? Double.NaN : (double) characters / texts / Armour.POST_CHARACTERS,
                1000.0 * floodWaits / posts,
                delivered / seconds,
                SimReport.Latency.of(latencies));
    }
}
