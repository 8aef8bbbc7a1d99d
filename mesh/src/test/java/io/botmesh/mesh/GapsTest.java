package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.seal.SimulatedSeal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How long gaps are waited for, where nobody can be asked. */
class GapsTest {
    private final Gaps gaps = new Gaps(new TreeMap<>());

    @Test
    void theNextOneIsAsOldAsItIsAndNotAsOldAsTheOneBefore() {
        gaps.watch(List.of(5L), 0, 100);
        gaps.watch(List.of(5L, 9L), 0, 200);
        assertThat(gaps.endsAt(0)).isEqualTo(100);
        gaps.watch(List.of(9L), 0, 300);
        assertThat(gaps.endsAt(0)).isEqualTo(200);
        gaps.watch(List.of(), 0, 400);
        assertThat(gaps.endsAt(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void halvesAreAsOldAsTheWhole() {
        gaps.watch(List.of(9L), 0, 100);
        gaps.watch(List.of(4L, 9L), 0, 200);
        assertThat(gaps.since()).containsOnly(Map.entry(4L, 100L), Map.entry(9L, 100L));
        gaps.watch(List.of(4L, 8L), 0, 300);
        assertThat(gaps.since()).containsOnly(Map.entry(4L, 100L), Map.entry(8L, 100L));
    }

    @Test
    void aRestartChangesNothing() {
        gaps.watch(List.of(5L), 0, 100);
        gaps.watch(List.of(5L, 9L), 0, 200);
        var again = new Gaps(gaps.since());
        again.watch(List.of(9L), 0, 300);
        assertThat(again.endsAt(0)).isEqualTo(200);
    }

    @Test
    void whatWasPostedBeforeWhatHasComeIsWaitedForTwoMinutesAndAllElseForLong() {
        gaps.watch(List.of(3L, 7L), 2, 1_000);
        assertThat(gaps.lostAt()).isEqualTo(Long.MAX_VALUE);
        gaps.watch(List.of(3L, 7L), 3, 2_000);
        gaps.watch(List.of(3L, 7L), 9, 3_000);
        assertThat(gaps.lostAt()).isEqualTo(122_000);
        assertThat(gaps.endsAt(500)).isEqualTo(1_500);
        gaps.watch(List.of(7L), 9, 4_000);
        assertThat(gaps.lostAt()).isEqualTo(123_000);
    }

    @Test
    void gapsThatCameTogetherAreGivenUpTogether() throws InterruptedException {
        var topic = new TopicRig(new SimulatedSeal(), Set.of("ben"), Map.of(), "anna", "ben");
        Member ben = topic.member("ben");
        ben.options = NodeOptions.defaults().readingFrom(null);
        ben.kill();
        topic.rig.run(Duration.ofMinutes(3));
        topic.publish("anna", "news.item", "first");
        topic.rig.run(Duration.ofMinutes(3));
        List<String> heard = new ArrayList<>(List.of("first"));
        for (int i = 0; i < 20; i++) {
            boolean lost = i % 2 == 0;
            topic.rig.network = (writers, lane, packet, document) ->
                    lost ? new Outcome.Posted(new PostId(1, 1), Instant.EPOCH) : writers.post(lane, packet, document);
            if (!lost) heard.add("item " + i);
            topic.publish("anna", "news.item", "item " + i);
            topic.rig.pass(Duration.ofSeconds(2));
        }
        topic.rig.pass(Duration.ofMinutes(3)); // one gap is given up after two minutes
        assertThat(topic.published("ben")).isEqualTo(heard);
    }

    @Test
    void whoWasAwayReadsWhatHasComeBeforeItGivesUpAGapOfATopic() throws InterruptedException {
        var topic = new TopicRig(new SimulatedSeal(), Set.of("ben"), Map.of(), "anna", "ben");
        Member ben = topic.member("ben");
        topic.rig.run(Duration.ofMinutes(3));
        topic.publish("anna", "news.item", "one");
        topic.rig.run(Duration.ofMinutes(3));
        List<byte[]> late = new ArrayList<>();
        topic.rig.network = (writers, lane, packet, document) -> {
            late.add(packet);
            return new Outcome.Posted(new PostId(1, 1), Instant.EPOCH);
        };
        topic.publish("anna", "news.item", "two");
        topic.rig.pass(Duration.ofSeconds(2));
        topic.rig.network = Carrier.Writers::post;
        topic.publish("anna", "news.item", "three");
        topic.rig.pass(Duration.ofSeconds(8));
        ben.kill();
        topic.rig.now += Duration.ofMinutes(5).toNanos();
        ben.polls = false; // it begins, and its first poll is on its way
        topic.rig.pass(Duration.ofSeconds(20));
        var to = Objects.requireNonNull(topic.member("anna").writers.get(Topic.address("news")));
        for (byte[] packet : late) to.post(0, packet, false);
        ben.polls = true;
        topic.rig.run(Duration.ofMinutes(3));
        assertThat(topic.published("ben")).containsExactly("one", "two", "three");
    }

    @Test
    void whatIsGivenUpIsToldOfAlsoWhenTheProcessDiesBeforeItTells() throws InterruptedException {
        var topic = new TopicRig(new SimulatedSeal(), Set.of("ben"), Map.of(), "anna", "ben");
        Member ben = topic.member("ben");
        ben.options = NodeOptions.defaults().readingFrom(null);
        ben.kill();
        topic.rig.run(Duration.ofMinutes(3));
        topic.publish("anna", "news.item", "one");
        topic.rig.run(Duration.ofMinutes(3));
        topic.rig.network = (writers, lane, packet, document) -> new Outcome.Posted(new PostId(1, 1), Instant.EPOCH);
        topic.publish("anna", "news.item", "two");
        topic.rig.pass(Duration.ofSeconds(2));
        topic.rig.network = Carrier.Writers::post;
        topic.publish("anna", "news.item", "three");
        topic.rig.pass(Duration.ofSeconds(8));
        topic.rig.now += Duration.ofMinutes(3).toNanos();
        Turn last = turn(ben, topic.rig.now);
        var missed = new NodeEvent.Missed("anna", 1);
        assertThat(last.effects()).contains(new NodeEffect.Tell(missed));
        ben.kill();
        topic.rig.pass(Duration.ofMinutes(1));
        assertThat(topic.published("ben")).containsExactly("one", "three");
        assertThat(ben.events).containsOnlyOnce(missed);
        ben.kill();
        topic.rig.pass(Duration.ofMinutes(1));
        assertThat(ben.events).containsOnlyOnce(missed);
    }

    /** One turn that is committed, and no more. */
    private static Turn turn(Member member, long now) {
        NodeCore core = member.core();
        core.onTime(now);
        Turn turn = core.take(now);
        member.disk.commit(turn.writes());
        return turn;
    }
}
