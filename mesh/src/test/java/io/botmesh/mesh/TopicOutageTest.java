package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.seal.SimulatedSeal;
import io.botmesh.wire.LinkSender.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A publisher on several lanes that is cut off, or dies, while an earlier packet is not posted and later ones are. */
class TopicOutageTest {
    private static final List<String> ALL = List.of("m0", "m1", "m2", "m3", "m4");

    private final TopicRig topic =
            new TopicRig(new SimulatedSeal(), Set.of("ben"), Map.of(), "anna", "ben", "carl", "dora");
    private final NodeRig rig = topic.rig;

    /** A message that fills most of a post. */
    private void publish(String name) {
        var random = new Random(name.hashCode());
        var body = new StringBuilder(name + " ");
        while (body.length() < 6000) body.append((char) (33 + random.nextInt(90)));
        topic.publish("carl", "news.x", body.toString());
    }

    private List<String> heard(String who) {
        return topic.published(who).stream()
                .map(body -> body.substring(0, body.indexOf(' ')))
                .toList();
    }

    private List<NodeEvent> missed(String who) {
        return topic.member(who).events.stream()
                .filter(NodeEvent.Missed.class::isInstance)
                .toList();
    }

    private void begin(boolean first) throws InterruptedException {
        for (Member member : rig.members) member.options = member.options.withTextOnly(true);
        rig.run(Duration.ofMinutes(3));
        if (first) return;
        publish("hello");
        rig.run(Duration.ofMinutes(10));
        topic.member("ben").got.clear();
    }

    private boolean isPublished(Carrier.Writers writers) {
        return writers.equals(topic.member("carl").writers.get(Topic.address("news")));
    }

    /** Publishes all, of which the first call fails, two are posted, and the rest waits until the way is there again. */
    private void outage(Duration away) {
        int[] seen = {0};
        long until = rig.now + away.toNanos();
        rig.network = (writers, lane, packet, document) -> {
            if (!isPublished(writers)) return writers.post(lane, packet, document);
            seen[0]++;
            if (seen[0] == 1) return new Outcome.Unknown("connection lost, and it did not happen", null);
            if (seen[0] > 3 && rig.now < until) return new Outcome.Unreachable("no way to the server", null);
            return writers.post(lane, packet, document);
        };
        ALL.forEach(this::publish);
    }

    private void assertAllCame() {
        assertThat(heard("ben")).isEqualTo(ALL);
        assertThat(missed("ben")).isEmpty();
        assertThat(topic.member("carl").reached.values()).containsOnly(Level.POSTED);
    }

    @ParameterizedTest
    @CsvSource({"false, 60", "false, 180", "false, 36000", "true, 5", "true, 20", "true, 36000"})
    void whoIsCutOffAmidItsPacketsLosesNone(boolean first, int seconds) throws InterruptedException {
        begin(first);
        outage(Duration.ofSeconds(seconds));
        rig.pass(Duration.ofSeconds(seconds).plusMinutes(30));
        assertAllCame();
    }

    @ParameterizedTest
    @CsvSource({"false, 180", "false, 36000", "true, 20", "true, 36000"})
    void whoDiesAmidItsPacketsLosesNone(boolean first, int seconds) throws InterruptedException {
        begin(first);
        Duration away = Duration.ofSeconds(seconds);
        outage(away);
        Member carl = topic.member("carl");
        carl.step();
        carl.kill();
        rig.members.remove(carl);
        rig.pass(away);
        rig.members.add(carl);
        rig.pass(Duration.ofMinutes(30));
        assertAllCame();
    }

    @Test
    void whoDiesAmidItsPacketsLosesNoneThoughTheReaderDiesToo() throws InterruptedException {
        begin(false);
        outage(Duration.ofHours(1));
        rig.pass(Duration.ofMinutes(30));
        topic.member("ben").kill();
        rig.pass(Duration.ofMinutes(60));
        assertAllCame();
    }

    @Test
    void aPostThatTheCarrierLostAmongOthersIsGivenUpThoughNothingIsPublishedAfterThem() throws InterruptedException {
        begin(false);
        int[] seen = {0};
        rig.network = (writers, lane, packet, document) -> isPublished(writers) && seen[0]++ == 1
                ? new Outcome.Posted(new PostId(-9, 1), Instant.EPOCH)
                : writers.post(lane, packet, document);
        ALL.forEach(this::publish);
        rig.pass(Duration.ofMinutes(1));
        assertThat(heard("ben")).containsExactly("m0");
        rig.pass(Duration.ofMinutes(5));
        assertThat(heard("ben").getLast()).isEqualTo("m4");
        assertThat(missed("ben")).hasSize(1);
    }

    @Test
    void whatTheCarrierLostIsGivenUpByTheNextProcessOfTheReader() throws InterruptedException {
        begin(false);
        int[] seen = {0};
        rig.network = (writers, lane, packet, document) -> isPublished(writers) && seen[0]++ == 0
                ? new Outcome.Posted(new PostId(-9, 1), Instant.EPOCH)
                : writers.post(lane, packet, document);
        publish("lost");
        rig.pass(Duration.ofSeconds(5));
        publish("next");
        rig.pass(Duration.ofSeconds(5));
        topic.member("ben").kill();
        rig.pass(Duration.ofMinutes(3));
        assertThat(heard("ben")).containsExactly("next");
        assertThat(missed("ben")).hasSize(1);
    }

    @Test
    void aPublisherStaysWithinWhatItsReadersKeepWhileAPacketIsNotPosted() throws InterruptedException {
        for (Member member : rig.members)
            member.options = member.options.withTextOnly(true).withLinks(small(member));
        rig.run(Duration.ofMinutes(3));
        int[] seen = {0};
        long until = rig.now + Duration.ofMinutes(30).toNanos();
        rig.network = (writers, lane, packet, document) -> {
            if (!isPublished(writers) || rig.now >= until) return writers.post(lane, packet, document);
            return seen[0]++ == 0 ? new Outcome.Refused("not this one") : writers.post(lane, packet, document);
        };
        for (int i = 0; i < 200; i++) publish("m" + i);
        rig.pass(Duration.ofMinutes(60));
        assertThat(heard("ben")).hasSize(200);
        assertThat(missed("ben")).isEmpty();
    }

    private static NodeOptions.Links small(Member member) {
        NodeOptions.Links links = member.options.links();
        var receiving = links.receiving().withWeights(256 << 10, 4 << 20);
        return new NodeOptions.Links(receiving, links.sending(), links.patience(), links.recalls());
    }

    @Test
    void whoHearsFirstThatAllWasPostedBeginsBehindIt() throws InterruptedException {
        begin(false);
        ALL.forEach(this::publish);
        rig.pass(Duration.ofSeconds(5));
        topic.member("anna").core().change("news", new TopicChange.Add("dora"), rig.now);
        int before = topic.member("carl").posts;
        rig.run(Duration.ofMinutes(5));
        publish("new");
        rig.pass(Duration.ofSeconds(3));
        assertThat(heard("dora")).containsExactly("new");
        rig.pass(Duration.ofMinutes(10));
        assertThat(missed("dora")).isEmpty();
        assertThat(heard("ben")).hasSize(6);
        assertThat(topic.member("carl").posts - before).isLessThanOrEqualTo(6);
    }

    @Test
    void whoComesIntoATopicIsToldOfNothingThatWasNeverItsOwn() throws InterruptedException {
        rig.run(Duration.ofMinutes(3));
        for (int i = 0; i < 40; i++) topic.publish("anna", "news.x", "old " + i);
        rig.run(Duration.ofMinutes(3));
        topic.member("anna").core().change("news", new TopicChange.Add("carl"), rig.now);
        rig.run(Duration.ofMinutes(3));
        topic.publish("anna", "news.x", "new");
        rig.pass(Duration.ofSeconds(3));
        assertThat(topic.published("carl")).containsExactly("new");
        rig.pass(Duration.ofMinutes(10));
        assertThat(missed("carl")).isEmpty();
    }

    /** Dora comes in, and carl knows. */
    private void join() throws InterruptedException {
        topic.member("anna").core().change("news", new TopicChange.Add("dora"), rig.now);
        rig.run(Duration.ofMinutes(3));
    }

    @Test
    void whoComesIntoATopicIsToldOfWhatTheCarrierDestroyedSince() throws InterruptedException {
        begin(false);
        join();
        int[] seen = {0};
        rig.network = (writers, lane, packet, document) -> isPublished(writers) && seen[0]++ < 2
                ? new Outcome.Posted(new PostId(-9, 1), Instant.EPOCH)
                : writers.post(lane, packet, document);
        for (String name : List.of("m0", "m1", "m2")) {
            publish(name);
            rig.pass(Duration.ofSeconds(5));
        }
        assertThat(heard("dora")).isEmpty();
        topic.member("carl").kill();
        rig.pass(Duration.ofMinutes(15)); // it looks whether they stand before the first post that it heard
        assertThat(heard("dora")).containsExactly("m2");
        assertThat(missed("dora")).containsExactly(new NodeEvent.Missed("carl", 2));
        assertThat(missed("ben")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoWasThereFromTheBeginningIsToldOfWhatWasDestroyedThoughItsFirstKeyIsGone(boolean dies)
            throws InterruptedException {
        begin(true);
        int[] seen = {0};
        rig.network = (writers, lane, packet, document) -> isPublished(writers) && seen[0]++ < 2
                ? new Outcome.Posted(new PostId(-9, 1), Instant.EPOCH)
                : writers.post(lane, packet, document);
        for (String name : List.of("m0", "m1")) {
            publish(name);
            rig.pass(Duration.ofSeconds(5));
        }
        join();
        rig.pass(Duration.ofDays(3));
        if (dies) topic.member("ben").kill();
        publish("m2");
        rig.pass(Duration.ofMinutes(5));
        assertThat(heard("ben")).containsExactly("m2");
        assertThat(missed("ben")).containsExactly(new NodeEvent.Missed("carl", 2));
        assertThat(heard("dora")).containsExactly("m2");
        assertThat(missed("dora")).isEmpty();
    }

    @Test
    void soIsWhoComesInAfterAPublisherThatHasStartedAnewSinceThen() throws InterruptedException {
        begin(false);
        join();
        publish("m0");
        rig.pass(Duration.ofSeconds(5));
        topic.member("dora").got.clear();
        topic.member("dora").disk.values.keySet().removeIf(key -> key.kind() == NodeStore.Kind.INBOX);
        topic.member("dora").kill();
        topic.member("carl").kill();
        rig.pass(Duration.ofSeconds(5));
        publish("m1");
        rig.pass(Duration.ofMinutes(15));
        assertThat(heard("dora")).containsExactly("m1");
        assertThat(missed("dora")).containsExactly(new NodeEvent.Missed("carl", 1));
    }

    @Test
    void whoComesInDoesNotWaitForWhatIsStillUnderTheKeyOfBefore() throws InterruptedException {
        begin(false);
        long until = rig.now + Duration.ofMinutes(30).toNanos();
        int[] seen = {0};
        rig.network = (writers, lane, packet, document) -> {
            if (!isPublished(writers) || rig.now >= until) return writers.post(lane, packet, document);
            return seen[0]++ == 0 ? new Outcome.Refused("not this one") : writers.post(lane, packet, document);
        };
        publish("old");
        rig.pass(Duration.ofSeconds(5));
        join();
        publish("new");
        rig.pass(Duration.ofSeconds(5));
        assertThat(heard("dora")).containsExactly("new");
        rig.pass(Duration.ofMinutes(60));
        assertThat(heard("ben")).containsExactly("old", "new");
        assertThat(heard("dora")).containsExactly("new");
        assertThat(missed("dora")).isEmpty();
    }
}
