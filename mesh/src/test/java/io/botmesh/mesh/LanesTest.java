package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.Lanes.Choice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LanesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = Long.MAX_VALUE - SECOND; // nanoTime may wrap at any moment

    private long now = START;

    @Test
    void theBurstButOneGoesAtOnceAndThenThePaceIsKept() {
        Lanes lanes = lanes(1, LaneShare.WHOLE);
        assertThat(post(lanes)).isZero();
        assertThat(post(lanes)).isZero();
        assertThat(post(lanes)).isEqualTo(SECOND);
        assertThat(post(lanes)).isEqualTo(SECOND);
    }

    @Test
    void aSlowFirstPostDoesNotLetTheNextOnesRunAheadOfTheServer() {
        Lanes lanes = lanes(1, LaneShare.WHOLE);
        lanes.onSend(0, now);
        lanes.onSend(0, now);
        now += 3 * SECOND; // connecting took that long, and the server counts from here
        lanes.onPosted(0, now);
        lanes.onPosted(0, now);
        assertThat(earliest(lanes).waitNanos()).isEqualTo(SECOND);
    }

    @Test
    void theLaneThatIsReadyFirstIsChosen() {
        Lanes lanes = lanes(2, LaneShare.WHOLE);
        for (int i = 0; i < 4; i++) assertThat(post(lanes)).isZero();
        now += SECOND / 2;
        assertThat(earliest(lanes).waitNanos()).isEqualTo(SECOND / 2);
    }

    @Test
    void aFloodWaitRestsOnlyItsOwnLane() {
        Lanes lanes = lanes(2, LaneShare.WHOLE);
        Choice first = earliest(lanes);
        lanes.onSend(first.lane(), now);
        lanes.onFloodWait(first.lane(), Duration.ofSeconds(34), now);
        assertThat(earliest(lanes).lane()).isNotEqualTo(first.lane());
        assertThat(earliest(lanes).waitNanos()).isZero();
        for (int i = 0; i < 2; i++) post(lanes);
        now += 33 * SECOND;
        assertThat(earliest(lanes).lane()).isNotEqualTo(first.lane());
    }

    @Test
    void aDeadLaneIsAvoidedAndTriedAgainLater() {
        Lanes lanes = lanes(1, LaneShare.WHOLE);
        lanes.onSend(0, now);
        lanes.onDead(0, "not an administrator", now);
        assertThat(lanes.deadBecause()).isEqualTo("not an administrator");
        assertThat(lanes.postsPerSecond()).isZero();
        assertThat(earliest(lanes).waitNanos()).isEqualTo(60 * SECOND);
        now += 60 * SECOND;
        lanes.onSend(0, now);
        lanes.onDead(0, "still not", now);
        assertThat(earliest(lanes).waitNanos()).isEqualTo(120 * SECOND);
        now += 120 * SECOND;
        lanes.onSend(0, now);
        lanes.onPosted(0, now);
        assertThat(lanes.deadBecause()).isNull();
    }

    @Test
    void troubleOnTheWayRestsEveryLane() {
        Lanes lanes = lanes(3, LaneShare.WHOLE);
        lanes.onSend(1, now);
        lanes.onTrouble(1, Duration.ofSeconds(2), now);
        assertThat(earliest(lanes).waitNanos()).isEqualTo(2 * SECOND);
    }

    @Test
    void aLaneHasNoMoreOnTheWayThanItsBurst() {
        Lanes lanes = lanes(1, LaneShare.WHOLE);
        for (int i = 0; i < 3; i++) {
            lanes.onSend(0, now);
            now += SECOND;
        }
        assertThat(lanes.earliest(now)).isNull();
        lanes.onPosted(0, now);
        assertThat(lanes.earliest(now)).isNotNull();
    }

    @Test
    void holdersOfOneLaneTogetherNeverExceedTheServersBucket() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int holders = 16;
        List<Lanes> all = new ArrayList<>();
        for (int i = 0; i < holders; i++) all.add(lanes(1, new LaneShare(holders, i)));
        double tokens = 3; // the server's bucket of this writer and channel
        long last = now;
        int refused = 0;
        int posted = 0;
        long end = now + 200 * SECOND;
        while (end - now > 0) {
            for (Lanes lanes : all) {
                if (earliest(lanes).waitNanos() > 0) continue;
                lanes.onSend(0, now);
                tokens = Math.min(3, tokens + (now - last) / 1e9);
                last = now;
                if (tokens < 1) {
                    refused++;
                    lanes.onFloodWait(0, Duration.ofSeconds(1), now);
                } else {
                    tokens--;
                    posted++;
                    lanes.onPosted(0, now);
                }
            }
            now += random.nextLong(20_000_000L);
        }
        assertThat(refused).isLessThanOrEqualTo(2);
        assertThat(posted).isGreaterThan(170);
    }

    private Lanes lanes(int count, LaneShare share) {
        return new Lanes(count, LaneLimits.PAPER, share, new SplittableRandom(1), now);
    }

    private Choice earliest(Lanes lanes) {
        return Objects.requireNonNull(lanes.earliest(now));
    }

    /** Posts as soon as any lane may and says how long that took. */
    private long post(Lanes lanes) {
        Choice choice = earliest(lanes);
        now += choice.waitNanos();
        lanes.onSend(choice.lane(), now);
        lanes.onPosted(choice.lane(), now);
        return choice.waitNanos();
    }
}
