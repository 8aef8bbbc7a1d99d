package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.Lanes.Choice;
import io.botmesh.mesh.Outcome.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
        for (int i = 0; i < 3; i++) assertThat(post(lanes)).isZero();
        assertThat(post(lanes)).isEqualTo(SECOND / 2);
        now += SECOND / 4;
        assertThat(earliest(lanes).waitNanos()).isEqualTo(SECOND / 4);
    }

    /** Whoever chooses between texts and documents by the rate must not believe in more than the bots may post. */
    @Test
    void lanesOfOneBotAllowNoMoreTogetherThanTheBotMayPost() {
        var ids = new ArrayList<LaneId>();
        for (int channel = 1; channel <= 40; channel++) ids.add(new LaneId(7, "-" + channel));
        ids.add(new LaneId(8, "-1"));
        assertThat(lanes(ids, new LaneLimits(1, 3), LaneShare.WHOLE).postsPerSecond())
                .isEqualTo(31);
        assertThat(lanes(ids.subList(0, 1), new LaneLimits(1_000, 3), LaneShare.WHOLE)
                        .postsPerSecond())
                .isEqualTo(30);
    }

    @Test
    void lanesThatAreReadyTogetherAreNotUsedTogether() {
        Lanes lanes = lanes(8, LaneShare.WHOLE);
        for (int i = 0; i < 40; i++) post(lanes);
        for (int i = 0; i < 16; i++) assertThat(post(lanes)).isBetween(SECOND / 40, SECOND * 4 / 25);
    }

    @Test
    void aBurstThatLeavesAPostForEachLaneWaitsForNothing() {
        Lanes lanes = lanes(8, LaneShare.WHOLE);
        for (int i = 0; i < 9; i++) assertThat(post(lanes)).isZero();
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
    void whoeverWasRefusedTogetherDoesNotComeBackTogether() {
        var rests = new HashSet<Long>();
        for (int node = 0; node < 8; node++) {
            Lanes lanes = new Lanes(ids(1, 1), LaneLimits.PAPER, LaneShare.WHOLE, new SplittableRandom(node), now);
            lanes.onSend(0, now);
            lanes.onFloodWait(0, Duration.ofSeconds(34), now);
            rests.add(earliest(lanes).waitNanos());
        }
        assertThat(rests).hasSize(8).allMatch(rest -> rest >= 34 * SECOND && rest < 35 * SECOND);
    }

    @Test
    void aDeadLaneIsAvoidedAndTriedAgainLater() {
        Lanes lanes = lanes(1, LaneShare.WHOLE);
        for (long minutes : new long[] {1, 2, 4, 8, 16, 30, 30}) {
            lanes.onSend(0, now);
            lanes.onBarred(0, Scope.LANE, "not an administrator", now);
            assertThat(lanes.deadBecause()).isEqualTo("not an administrator");
            assertThat(lanes.postsPerSecond()).isZero();
            assertThat(earliest(lanes).waitNanos()).isEqualTo(minutes * 60 * SECOND);
            now += minutes * 60 * SECOND;
        }
        lanes.onSend(0, now);
        lanes.onPosted(0, now);
        assertThat(lanes.deadBecause()).isNull();
        lanes.onSend(0, now);
        lanes.onBarred(0, Scope.LANE, "again", now);
        assertThat(earliest(lanes).waitNanos()).isEqualTo(60 * SECOND);
    }

    @Test
    void aDeadTokenTakesAllItsLanesAlongAndOnePostTriesItAgain() {
        Lanes lanes = lanes(ids(2, 3), LaneLimits.PAPER, LaneShare.WHOLE);
        lanes.onSend(0, now);
        lanes.onBarred(0, Scope.WRITER, "bot 0 is not known", now);
        assertThat(lanes.dead()).isEqualTo(3);
        assertThat(lanes.postsPerSecond()).isEqualTo(3);
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 12; i++) {
            Choice choice = earliest(lanes);
            now += choice.waitNanos();
            lanes.onSend(choice.lane(), now);
            lanes.onPosted(choice.lane(), now);
            used.add(choice.lane());
        }
        assertThat(used).containsExactlyInAnyOrder(1, 3, 5);
        now += 120 * SECOND;
        for (int i = 1; i < 6; i += 2) { // the living ones are busy
            lanes.onSend(i, now);
            lanes.onSend(i, now);
            lanes.onSend(i, now);
        }
        int probe = earliest(lanes).lane();
        assertThat(probe % 2).isZero();
        lanes.onSend(probe, now);
        assertThat(lanes.choose(now, 1, Lanes.ANY)).isNull();
        lanes.onPosted(probe, now);
        assertThat(lanes.dead()).isZero();
    }

    @Test
    void aPacketThatIsRefusedKillsNoLane() {
        Lanes lanes = lanes(1, LaneShare.WHOLE);
        lanes.onSend(0, now);
        lanes.onRefused(0);
        assertThat(lanes.deadBecause()).isNull();
        assertThat(earliest(lanes).waitNanos()).isZero();
    }

    @Test
    void theWayToTheServerRestsEveryLane() {
        Lanes lanes = lanes(3, LaneShare.WHOLE);
        lanes.onSend(1, now);
        lanes.onUnreachable(1, now);
        assertThat(earliest(lanes).waitNanos()).isBetween(SECOND / 4, SECOND);
    }

    @Test
    void anUnknownOutcomeRestsItsLaneAloneAndThePacketTakesAnother() {
        Lanes lanes = lanes(2, LaneShare.WHOLE);
        Choice first = earliest(lanes);
        lanes.onSend(first.lane(), now);
        lanes.onUnknown(first.lane(), "no answer", now);
        Choice next = Objects.requireNonNull(lanes.choose(now, 1, first.lane()));
        assertThat(next.lane()).isNotEqualTo(first.lane());
        assertThat(next.waitNanos()).isZero();
        now += 10 * SECOND; // rested: both could
        lanes.onSend(next.lane(), now);
        assertThat(Objects.requireNonNull(lanes.choose(now, 1, first.lane())).lane())
                .isEqualTo(next.lane());
    }

    @Test
    void theOnlyLaneThatLivesTakesAPacketAgain() {
        Lanes lanes = lanes(2, LaneShare.WHOLE);
        lanes.onSend(1, now);
        lanes.onBarred(1, Scope.LANE, "gone", now);
        lanes.onSend(0, now);
        lanes.onUnknown(0, "no answer", now);
        assertThat(Objects.requireNonNull(lanes.choose(now, 1, 0)).lane()).isZero();
    }

    @Test
    void aLaneThatNeverAnswersWhileOthersDoIsDead() {
        Lanes lanes = lanes(2, LaneShare.WHOLE);
        for (int i = 0; i < 5; i++) {
            now += 60 * SECOND;
            lanes.onSend(0, now);
            lanes.onUnknown(0, "no answer in time", now);
            lanes.onSend(1, now);
            lanes.onPosted(1, now);
        }
        assertThat(lanes.dead()).isEqualTo(1);
        assertThat(lanes.deadBecause()).isNull();
        assertThat(lanes.statistics(now).getFirst().why()).contains("no answer in time");
    }

    @Test
    void twoLanesWithoutAnswerInARowAreTheWayToTheServer() {
        Lanes lanes = lanes(3, LaneShare.WHOLE);
        for (int lane : new int[] {0, 1}) {
            lanes.onSend(lane, now);
            lanes.onUnknown(lane, "no answer", now);
        }
        assertThat(earliest(lanes).waitNanos()).isPositive();
        assertThat(lanes.dead()).isZero();
    }

    @Test
    void allChannelsOfABotKeepToThirtyASecond() {
        Lanes lanes = lanes(ids(1, 40), LaneLimits.PAPER, LaneShare.WHOLE);
        int posted = 0;
        long end = now + 10 * SECOND;
        while (true) {
            Choice choice = earliest(lanes);
            now += choice.waitNanos();
            if (now - end >= 0) break;
            lanes.onSend(choice.lane(), now);
            lanes.onPosted(choice.lane(), now);
            posted++;
        }
        assertThat(posted).isBetween(29 * 10, 30 * 10 + 30);
    }

    @Test
    void twoChannelsOfABotRefusedAtOnceRestTheBot() {
        Lanes lanes = lanes(ids(2, 3), LaneLimits.PAPER, LaneShare.WHOLE);
        for (int lane : new int[] {0, 2}) {
            lanes.onSend(lane, now);
            lanes.onFloodWait(lane, Duration.ofSeconds(20), now);
        }
        lanes.onSend(1, now);
        lanes.onPosted(1, now);
        now += 19 * SECOND;
        Set<Long> open = new HashSet<>();
        for (LaneStatistics lane : lanes.statistics(now)) {
            if (lane.state() == LaneStatistics.State.OPEN) open.add(lane.lane().writer());
        }
        assertThat(open).containsExactly(1L);
    }

    @Test
    void severalRefusalsOfOneMomentLowerTheCeilingOnceAndItRisesOnlyUnderLoad() {
        Lanes lanes = lanes(ids(1, 1), new LaneLimits(1, 4), LaneShare.WHOLE);
        for (int i = 0; i < 4; i++) lanes.onSend(0, now);
        for (int i = 0; i < 4; i++) lanes.onFloodWait(0, Duration.ofSeconds(1), now);
        assertThat(lanes.postsPerSecond()).isEqualTo(0.85);
        for (int i = 0; i < 30; i++) { // a post a minute: the bucket is never what we wait for
            now += 60 * SECOND;
            lanes.onSend(0, now);
            lanes.onPosted(0, now);
        }
        assertThat(lanes.postsPerSecond()).isEqualTo(0.85);
        long from = now;
        while (now - from < 10 * 60 * SECOND) post(lanes);
        assertThat(lanes.postsPerSecond()).isBetween(0.85 * 1.08, 0.85 * 1.12);
        while (now - from < 60 * 60 * SECOND) post(lanes);
        assertThat(lanes.postsPerSecond()).isEqualTo(1);
    }

    @Test
    void aNodeWithoutAGrantKeepsToAnEighthOfItsHomeAndGrantsRunOut() {
        Lanes lanes = lanes(ids(8, 1), LaneLimits.PAPER, new LaneShare.Granted("n"));
        assertThat(lanes.postsPerSecond()).isEqualTo(2.0 / 8);
        lanes.onGrants(List.of(new Lanes.Grant(3, 1), new Lanes.Grant(4, 0.5), new Lanes.Grant(99, 1)), now);
        assertThat(lanes.postsPerSecond()).isEqualTo(1.5);
        assertThat(earliest(lanes).lane()).isBetween(3, 4);
        now += Lanes.GRANT_LIFE.toNanos() - 1;
        assertThat(earliest(lanes).lane()).isBetween(3, 4);
        now += 1;
        earliest(lanes);
        assertThat(lanes.postsPerSecond()).isEqualTo(2.0 / 8);
    }

    @Test
    void whoIsGrantedDeadLanesAlonePostsByOthersGently() {
        Lanes lanes = lanes(ids(3, 1), LaneLimits.PAPER, new LaneShare.Granted("n"));
        lanes.onGrants(List.of(new Lanes.Grant(0, 1)), now);
        lanes.onSend(0, now);
        lanes.onBarred(0, Scope.WRITER, "revoked", now);
        assertThat(earliest(lanes).lane()).isNotZero();
        assertThat(lanes.deadBecause()).isNull();
        assertThat(lanes.postsPerSecond()).isEqualTo(2.0 / 8);
        lanes.onGrants(List.of(new Lanes.Grant(0, 1)), now);
        assertThat(earliest(lanes).lane()).isNotZero();
        lanes.onGrants(List.of(new Lanes.Grant(1, 1)), now);
        assertThat(lanes.postsPerSecond()).isEqualTo(1);
    }

    @Test
    void whereAllIsDeadOthersLanesAreTriedAgainToo() {
        Lanes lanes = lanes(ids(3, 1), LaneLimits.PAPER, new LaneShare.Granted("n"));
        for (int lane = 0; lane < 3; lane++) {
            lanes.onGrants(List.of(new Lanes.Grant(lane, 1)), now);
            lanes.onSend(lane, now);
            lanes.onBarred(lane, Scope.WRITER, "revoked, or out for ten minutes", now);
        }
        var tried = new HashSet<Integer>();
        for (int i = 0; i < 12; i++) {
            Choice choice = earliest(lanes);
            now += choice.waitNanos();
            tried.add(choice.lane());
            lanes.onSend(choice.lane(), now);
            lanes.onBarred(choice.lane(), Scope.WRITER, "still", now);
        }
        assertThat(tried).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void whoseHomeIsDeadPostsElsewhereThoughItHasNothingToSayButAcks() {
        Lanes lanes = lanes(ids(8, 1), LaneLimits.PAPER, new LaneShare.Sticky("n"));
        var home = new HashSet<Integer>();
        for (int i = 0; i < 2; i++) {
            int lane = Objects.requireNonNull(lanes.choose(now, 0, Lanes.ANY)).lane();
            home.add(lane);
            lanes.onSend(lane, now);
            lanes.onBarred(lane, Scope.WRITER, "revoked", now);
        }
        assertThat(home).hasSize(2);
        assertThat(lanes.deadBecause()).isNull();
        assertThat(home)
                .doesNotContain(
                        Objects.requireNonNull(lanes.choose(now, 0, Lanes.ANY)).lane());
    }

    @Test
    void whatIsGrantedNewDoesNotWaitForThePaceOfLanesThatWereSlow() {
        Lanes lanes = lanes(ids(8, 1), LaneLimits.PAPER, new LaneShare.Granted("n"));
        for (int i = 0; i < 6; i++) post(lanes); // two lanes, an eighth of a post a second each
        assertThat(earliest(lanes).waitNanos()).isGreaterThan(3 * SECOND);
        lanes.onGrants(List.of(new Lanes.Grant(5, 1)), now);
        assertThat(earliest(lanes).waitNanos()).isLessThan(SECOND * 3 / 2);
    }

    @Test
    void aSlowLaneDoesNotHoldUpASwiftOne() {
        Lanes lanes = lanes(ids(8, 1), LaneLimits.PAPER, new LaneShare.Granted("n"));
        lanes.onGrants(List.of(new Lanes.Grant(3, 1), new Lanes.Grant(4, 1.0 / 60)), now);
        for (int i = 0; i < 6; i++) post(lanes);
        for (int i = 0; i < 20; i++) assertThat(post(lanes)).isLessThan(SECOND * 3 / 2);
    }

    @Test
    void noGrantGoesBeyondTheProfile() {
        Lanes lanes = lanes(ids(8, 1), LaneLimits.PAPER, new LaneShare.Sticky("n"));
        lanes.onGrants(List.of(new Lanes.Grant(3, 1000)), now);
        assertThat(lanes.postsPerSecond()).isEqualTo(1);
    }

    @Test
    void aNodeStaysAtHomeUntilTheBacklogIsTwoSecondsOfWorkAndReturns() {
        Lanes lanes = lanes(ids(8, 1), LaneLimits.PAPER, new LaneShare.Sticky("n"));
        assertThat(used(lanes)).isEqualTo(2);
        lanes.choose(now, 4, Lanes.ANY);
        assertThat(used(lanes)).isEqualTo(2);
        lanes.choose(now, 5, Lanes.ANY);
        assertThat(used(lanes)).isEqualTo(3);
        lanes.choose(now, 500, Lanes.ANY);
        assertThat(used(lanes)).isEqualTo(3);
        now += 3 * SECOND - 1;
        lanes.choose(now, 500, Lanes.ANY);
        assertThat(used(lanes)).as("a new token every three seconds").isEqualTo(3);
        for (int i = 0; i < 10; i++) {
            now += 3 * SECOND;
            lanes.choose(now, 500, Lanes.ANY);
        }
        assertThat(used(lanes)).isEqualTo(8);
        lanes.choose(now, 1, Lanes.ANY);
        assertThat(used(lanes)).isEqualTo(2);
    }

    @Test
    void aGuestThatIsRefusedLeavesAndIsSlowerToTryAnother() {
        Lanes lanes = lanes(ids(8, 1), LaneLimits.PAPER, new LaneShare.Sticky("n"));
        refuse(lanes, guest(lanes));
        assertThat(used(lanes)).isEqualTo(2);
        now += 6 * SECOND - 1;
        lanes.choose(now, 500, Lanes.ANY);
        assertThat(used(lanes)).as("not after three seconds any more").isEqualTo(2);
        now += 1;
        lanes.choose(now, 500, Lanes.ANY);
        assertThat(used(lanes)).isEqualTo(3);
    }

    /** Of two that are drawn by lot, the one that refused us less lately. */
    @Test
    void aWriterThatHasRefusedAGuestIsSeldomTheNextOneThatItGoesTo() {
        int same = 0;
        for (int node = 0; node < 200; node++) {
            Lanes lanes =
                    new Lanes(ids(8, 1), LaneLimits.PAPER, new LaneShare.Sticky("n"), new SplittableRandom(node), now);
            int first = guest(lanes);
            refuse(lanes, first);
            now += 60 * SECOND;
            if (guest(lanes) == first) same++;
        }
        assertThat(same)
                .as("one in 36; of one that is drawn it would be one in six")
                .isLessThan(16);
    }

    /** A lane beyond those of its home to which a node goes when it has much to post. */
    private int guest(Lanes lanes) {
        Set<Integer> home = inUse(lanes);
        lanes.choose(now, 500, Lanes.ANY);
        Set<Integer> more = inUse(lanes);
        more.removeAll(home);
        assertThat(more).hasSize(1);
        return more.iterator().next();
    }

    private void refuse(Lanes lanes, int lane) {
        lanes.onSend(lane, now);
        lanes.onFloodWait(lane, Duration.ofSeconds(1), now);
    }

    private Set<Integer> inUse(Lanes lanes) {
        Set<Integer> used = new HashSet<>();
        List<LaneStatistics> all = lanes.statistics(now);
        for (int i = 0; i < all.size(); i++) if (all.get(i).state() != LaneStatistics.State.UNUSED) used.add(i);
        return used;
    }

    @Test
    void homesFollowFromTheNameAndSpreadOverTheWriters() {
        int[] nodesAt = new int[16];
        for (int node = 0; node < 400; node++) {
            List<Integer> homes = homes("node" + node);
            assertThat(homes).isEqualTo(homes("node" + node)).hasSize(3);
            for (int home : homes) nodesAt[home]++;
        }
        assertThat(nodesAt).satisfies(counts -> {
            for (int count : counts) assertThat(count).isBetween(45, 110);
        });
    }

    private List<Integer> homes(String node) {
        Lanes lanes = lanes(ids(16, 1), LaneLimits.PAPER, new LaneShare.Sticky(node));
        return List.copyOf(inUse(lanes));
    }

    private int used(Lanes lanes) {
        return inUse(lanes).size();
    }

    @Test
    void theHeapAlwaysFindsTheLaneThatIsReadyFirst() {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        LaneHeap heap = new LaneHeap(200);
        List<Lane> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(new Lane(i, new LaneId(i, ""), new Lane.Bot(i), LaneLimits.PAPER, 1, true, 0));
        }
        Set<Lane> in = new HashSet<>();
        for (int step = 0; step < 20_000; step++) {
            Lane lane = all.get(random.nextInt(200));
            if (random.nextInt(3) == 0) {
                heap.remove(lane);
                in.remove(lane);
            } else {
                heap.put(lane, random.nextLong(-1000, 1000));
                in.add(lane);
            }
            assertThat(heap.size()).isEqualTo(in.size());
            Lane top = heap.peek();
            if (top == null) assertThat(in).isEmpty();
            else
                assertThat(top.key)
                        .isEqualTo(
                                in.stream().mapToLong(other -> other.key).min().getAsLong());
        }
    }

    @Test
    void aLaneHasNoMoreOnTheWayThanItsBurst() {
        Lanes lanes = lanes(1, LaneShare.WHOLE);
        for (int i = 0; i < 3; i++) {
            lanes.onSend(0, now);
            now += SECOND;
        }
        assertThat(lanes.choose(now, 1, Lanes.ANY)).isNull();
        lanes.onPosted(0, now);
        assertThat(lanes.choose(now, 1, Lanes.ANY)).isNotNull();
    }

    @Test
    void holdersOfOneLaneTogetherNeverExceedTheServersBucket() {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int holders = 16;
        List<Lanes> all = new ArrayList<>();
        for (int i = 0; i < holders; i++) all.add(lanes(1, new LaneShare.Part(holders, i)));
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
        return lanes(ids(count, 1), LaneLimits.PAPER, share);
    }

    private Lanes lanes(List<LaneId> ids, LaneLimits limits, LaneShare share) {
        return new Lanes(ids, limits, share, new SplittableRandom(1), now);
    }

    /** Each writer in each channel, channel by channel. */
    private static List<LaneId> ids(int writers, int channels) {
        List<LaneId> ids = new ArrayList<>();
        for (int channel = 0; channel < channels; channel++) {
            for (int writer = 0; writer < writers; writer++) ids.add(new LaneId(writer, "-100" + channel));
        }
        return ids;
    }

    private Choice earliest(Lanes lanes) {
        return Objects.requireNonNull(lanes.choose(now, 1, Lanes.ANY));
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
