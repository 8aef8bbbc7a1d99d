package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Group;
import io.botmesh.seal.HpkeSeal;
import io.botmesh.seal.Identity;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.Recipient;
import io.botmesh.seal.SealedEnvelope;
import io.botmesh.seal.SimulatedSeal;
import io.botmesh.wire.Confidential.KeyNotice;
import io.botmesh.wire.Content;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics without threads, in virtual time. */
class NodeTopicsTest {
    private static final Duration QUIET = Duration.ofMinutes(3);

    private static TopicRig rig(Set<String> readers) {
        return new TopicRig(new HpkeSeal(), readers, Map.of(), "anna", "ben", "carl");
    }

    @Test
    void whatIsPublishedReachesAllMembersInOrderAndNobodyElse() throws InterruptedException {
        TopicRig topic = rig(Set.of("ben"));
        topic.rig.run(QUIET); // the owner hands out the key
        List<String> sent = IntStream.range(0, 300).mapToObj(n -> "item " + n).toList();
        int before = topic.member("anna").posts;
        for (String one : sent) topic.publish("anna", "news.item", one);
        topic.rig.run(QUIET);
        assertThat(topic.published("ben")).isEqualTo(sent);
        assertThat(topic.published("anna")).as("a publisher reads too").isEqualTo(sent);
        assertThat(topic.published("carl")).isEmpty();
        assertThat(topic.member("anna").posts - before)
                .as("one post each for all")
                .isLessThanOrEqualTo(2);
        Delivery first = topic.member("ben").got.getFirst();
        assertThat(first.peer()).isEqualTo("anna");
        assertThat(first.known()).isTrue();
        assertThat(topic.member("ben").disk.values.keySet()).noneMatch(key -> key.kind() == Kind.READY);
    }

    @Test
    void membersAnswerNothingSoThatReadersCostNoPosts() throws InterruptedException {
        TopicRig topic = rig(Set.of("ben", "carl"));
        topic.rig.run(QUIET);
        int before = topic.member("ben").posts;
        for (int i = 0; i < 50; i++) {
            topic.publish("anna", "news.big", "x".repeat(7_000));
            topic.rig.run(QUIET);
        }
        assertThat(topic.member("ben").posts - before).isZero();
    }

    @Test
    void whoIsTakenOutReadsNothingOfTheNextKeyAndWhoComesReadsFromThenOn() throws InterruptedException {
        TopicRig topic = rig(Set.of("ben"));
        topic.rig.run(QUIET);
        topic.publish("carl", "news.1", "one");
        topic.rig.run(QUIET);
        topic.member("anna").core().change("news", new TopicChange.Add("carl"), topic.rig.now);
        topic.rig.run(QUIET);
        topic.publish("ben", "news.2", "two");
        topic.rig.run(QUIET);
        topic.member("anna").core().change("news", new TopicChange.Remove("ben"), topic.rig.now);
        topic.rig.run(QUIET);
        topic.publish("ben", "news.3", "three"); // still publishes: it was told what to seal to
        topic.rig.run(QUIET);
        assertThat(topic.published("ben")).containsExactly("one", "two");
        assertThat(topic.published("carl")).containsExactly("two", "three");
        assertThat(topic.published("anna")).containsExactly("one", "two", "three");
    }

    /** A publisher's packet that nobody gets yet. */
    private static Runnable heldBack(TopicRig topic, String publisher, String body) throws InterruptedException {
        Carrier.Writers all =
                Objects.requireNonNull(topic.member(publisher).writers.get(Topic.address("news")));
        var packets = new ArrayList<byte[]>();
        topic.rig.network = (writers, lane, packet, document) -> {
            if (!writers.equals(all)) return writers.post(lane, packet, document);
            packets.add(packet);
            return new Outcome.Posted(new PostId(-9, packets.size()), Instant.EPOCH);
        };
        topic.publish(publisher, "news.x", body);
        topic.rig.run(QUIET);
        topic.rig.network = Carrier.Writers::post;
        return () -> {
            try {
                for (byte[] packet : packets) all.post(0, packet, false);
            } catch (InterruptedException nobodyDoesThis) {
                throw new AssertionError(nobodyDoesThis);
            }
        };
    }

    /** Two days after it was replaced a key opens nothing any more, in a process that has run all the time or in a new one. */
    @Test
    void aKeyThatWasReplacedOpensForTwoDaysAndMembersGoOnWithTheNextOne() throws InterruptedException {
        TopicRig topic = new TopicRig(new HpkeSeal(), Set.of("ben"), Map.of(), "anna", "ben", "carl", "dora", "emil");
        topic.rig.run(QUIET);
        topic.publish("anna", "news.x", "first");
        Runnable early = heldBack(topic, "carl", "a day later");
        Runnable late = heldBack(topic, "dora", "three days later");
        Runnable later = heldBack(topic, "emil", "and after a restart");
        topic.member("anna").core().change("news", new TopicChange.Rotate(), topic.rig.now);
        topic.rig.pass(Duration.ofDays(1));
        early.run();
        topic.rig.run(QUIET);
        assertThat(topic.published("ben")).containsExactly("first", "a day later");
        topic.rig.pass(Duration.ofDays(2));
        late.run();
        topic.rig.run(QUIET);
        topic.member("ben").kill();
        later.run();
        topic.publish("carl", "news.x", "with the next key");
        topic.rig.run(QUIET);
        assertThat(topic.published("ben")).containsExactly("first", "a day later", "with the next key");
        assertThat(topic.published("anna")).containsExactly("first", "a day later", "with the next key");
    }

    @Test
    void keysAndMembersSurviveARestart() throws InterruptedException {
        TopicRig topic = rig(Set.of("ben"));
        topic.rig.run(QUIET);
        topic.member("anna").core().change("news", new TopicChange.Add("carl"), topic.rig.now);
        topic.rig.run(QUIET);
        topic.members.values().forEach(Member::kill);
        topic.publish("carl", "news.x", "after");
        topic.rig.run(QUIET);
        assertThat(topic.published("ben")).containsExactly("after");
        topic.members.values().forEach(Member::kill);
        topic.member("anna").core().change("news", new TopicChange.Remove("ben"), topic.rig.now);
        topic.rig.run(QUIET);
        topic.publish("anna", "news.x", "later");
        topic.rig.run(QUIET);
        assertThat(topic.published("ben")).containsExactly("after");
        assertThat(topic.published("carl")).containsExactly("after", "later");
    }

    @Test
    void aPacketThatComesBeforeItsKeyWaitsForItEvenOverARestart() throws InterruptedException {
        TopicRig topic = rig(Set.of("ben"));
        topic.rig.run(QUIET);
        Member anna = topic.member("anna");
        Carrier.Writers toBen = Objects.requireNonNull(anna.writers.get("ben"));
        topic.rig.network = (writers, lane, packet, document) ->
                writers.equals(toBen) ? new Outcome.Unreachable("not now", null) : writers.post(lane, packet, document);
        anna.core().change("news", new TopicChange.Rotate(), topic.rig.now);
        topic.publish("anna", "news.x", "sealed to the new key");
        for (int i = 0; i < 10; i++) {
            for (Member one : topic.members.values()) one.step();
            topic.rig.now += 1_000_000_000L;
        }
        Member ben = topic.member("ben");
        assertThat(topic.published("ben")).isEmpty();
        assertThat(ben.disk.values.keySet()).anyMatch(key -> key.kind() == Kind.UPDATE);
        ben.core = null; // dies; what it confirmed does not come again
        topic.rig.network = Carrier.Writers::post;
        topic.rig.run(QUIET);
        assertThat(topic.published("ben")).containsExactly("sealed to the new key");
        assertThat(ben.disk.values.keySet()).noneMatch(key -> key.kind() == Kind.UPDATE);
    }

    /** What waits for a key is not pushed out by who holds a token and posts to keys that will never come. */
    @Test
    void aPacketThatComesBeforeItsKeyOutlivesAFloodOfOthers() throws InterruptedException {
        TopicRig topic = rig(Set.of("ben"));
        topic.rig.run(QUIET);
        Member anna = topic.member("anna");
        Carrier.Writers toBen = Objects.requireNonNull(anna.writers.get("ben"));
        topic.rig.network = (writers, lane, packet, document) ->
                writers.equals(toBen) ? new Outcome.Unreachable("not now", null) : writers.post(lane, packet, document);
        anna.core().change("news", new TopicChange.Rotate(), topic.rig.now);
        topic.publish("anna", "news.x", "sealed to the new key");
        for (int i = 0; i < 10; i++) {
            for (Member one : topic.members.values()) one.step();
            topic.rig.now += 1_000_000_000L;
        }
        Member ben = topic.member("ben");
        Carrier.Writers stolen =
                Objects.requireNonNull(topic.carriers.get("ben")).writers(1);
        for (AdmissionSecret secret : Arrays.asList(null, AdmissionSecret.generate())) {
            var nowhere = new Recipient(ReaderSecret.generate().key(), secret);
            for (long outbox = 0; outbox < 2L * Unopened.MOST; outbox++) {
                var envelope = new SealedEnvelope(new SimulatedSeal(), Identity.generate(), nowhere);
                stolen.post(0, envelope.wrap(envelope.header(outbox, 0), new byte[100]), false);
            }
        }
        while (ben.step()) topic.rig.now++;
        assertThat(ben.core().statistics(topic.rig.now).refusals())
                .containsEntry("ADMISSION_TAG", 2L * Unopened.MOST)
                .hasEntrySatisfying(
                        "RECIPIENT_UNKNOWN", some -> assertThat(some).isPositive());
        assertThat(ben.disk.values.keySet().stream().filter(key -> key.kind() == Kind.UPDATE))
                .hasSize(Unopened.MOST);
        topic.rig.network = Carrier.Writers::post;
        topic.rig.run(QUIET);
        assertThat(topic.published("ben")).containsExactly("sealed to the new key");
    }

    @Test
    void onlyTheOwnerGivesKeysAndOnlyPublishersPublish() throws InterruptedException {
        TopicRig topic = rig(Set.of("ben", "carl"));
        topic.rig.run(QUIET);
        Member ben = topic.member("ben");
        assertThatThrownBy(() -> ben.core().change("news", new TopicChange.Rotate(), topic.rig.now))
                .hasMessage("topic news is not this node's to change");
        assertThatThrownBy(() -> topic.publish("ben", "sports.x", "no"))
                .hasMessage("topic news is about news.>, not about sports.x");
        var forged = Group.create("news");
        for (int i = 0; i < 5; i++) forged = forged.rotated();
        var notice =
                new KeyNotice("news", 9, forged.key().toBytes(), forged.secret().toBytes());
        byte[] body = new Content("", List.of(notice)).toBytes();
        ben.send("carl", "bm-topics", "bm-key", body);
        topic.rig.run(QUIET);
        assertThat(topic.member("carl").events).contains(new NodeEvent.Refused("ben", "NOT_THE_OWNER"));
        topic.publish("anna", "news.x", "still read");
        topic.rig.run(QUIET);
        assertThat(topic.published("carl")).containsExactly("still read");
    }

    /** Whoever owns a topic is a peer like others, and may mean ill. */
    @Test
    void whatAnOwnerSaysThatCannotBeIsRefusedAndStopsNobodyNotEvenAfterARestart() throws InterruptedException {
        TopicRig topic = rig(Set.of("ben"));
        topic.rig.run(QUIET);
        Member anna = topic.member("anna");
        var one = Group.create("news");
        var other = Group.create("news");
        byte[] noHalves = content(
                new KeyNotice("news", 50, one.key().toBytes(), other.secret().toBytes()));
        byte[] smallOrder = content(new KeyNotice("news", 51, new byte[32], new byte[0]));
        byte[] longName = ("news 52\nqueue " + "x".repeat(70_000)).getBytes(StandardCharsets.UTF_8);
        for (byte[] body : List.of(noHalves, smallOrder)) anna.send("ben", "bm-topics", "bm-key", body);
        anna.send("ben", "bm-topics", "bm-queues", longName);
        topic.rig.run(QUIET);
        Member ben = topic.member("ben");
        assertThat(ben.events.stream().filter(new NodeEvent.Refused("anna", "NOTICE")::equals))
                .hasSize(3);
        ben.kill();
        topic.publish("ben", "news.x", "still sealed to the true key");
        topic.rig.run(QUIET);
        assertThat(topic.published("anna")).containsExactly("still sealed to the true key");
    }

    @Test
    void aFrameWithAKeyThatCannotBeStopsNobody() throws InterruptedException {
        TopicRig topic = rig(Set.of("ben"));
        topic.rig.run(QUIET);
        topic.post("anna", "ben", new KeyNotice("news", 50, new byte[32], new byte[0]));
        topic.post(
                "anna",
                "ben",
                new KeyNotice("news", 51, Group.create("news").key().toBytes(), new byte[32]));
        topic.rig.run(QUIET);
        assertThat(topic.member("ben").events.stream().filter(new NodeEvent.Refused("anna", "NOTICE")::equals))
                .hasSize(2);
        topic.publish("ben", "news.x", "still sealed to the true key");
        topic.rig.run(QUIET);
        assertThat(topic.published("anna")).containsExactly("still sealed to the true key");
    }

    private static byte[] content(KeyNotice notice) {
        return new Content("", List.of(notice)).toBytes();
    }

    @Test
    void whoComesInTheMiddleBeginsThereAndALostPostDoesNotStopWhatFollows() throws InterruptedException {
        TopicRig topic = rig(Set.of("ben", "carl"));
        topic.rig.run(QUIET);
        var lost = new int[1];
        topic.rig.network = (writers, lane, packet, document) -> {
            if (lost[0]-- > 0) return new Outcome.Posted(new PostId(-9, 1), Instant.EPOCH);
            return writers.post(lane, packet, document);
        };
        for (int i = 0; i < 400; i++) {
            topic.publish("anna", "news.n", "early " + i);
            topic.member("anna").step();
        }
        topic.rig.run(QUIET);
        topic.member("carl").disk.values.keySet().removeIf(key -> key.kind() == Kind.INBOX); // knows nothing of it
        topic.member("carl").core = null;
        topic.member("carl").got.clear();
        topic.publish("anna", "news.n", "here");
        topic.rig.run(QUIET);
        assertThat(topic.published("carl")).containsExactly("here");
        lost[0] = 1;
        topic.publish("anna", "news.n", "lost");
        topic.rig.run(Duration.ofSeconds(1));
        topic.publish("anna", "news.n", "behind");
        topic.rig.run(Duration.ofSeconds(60));
        assertThat(topic.published("carl")).containsExactly("here");
        topic.rig.run(QUIET);
        assertThat(topic.published("carl")).containsExactly("here", "behind");
        assertThat(topic.member("carl").events).contains(new NodeEvent.Missed("anna", 1));
    }

    @Test
    void aKeyGivesWayToNothing() throws InterruptedException {
        TopicRig topic = rig(Set.of("ben"));
        Member anna = topic.member("anna");
        anna.options = anna.options
                .withTextOnly(true)
                .withOutbox(new NodeOptions.Waiting(60_000, Overflow.DROP_OLDEST, 50_000));
        topic.rig.run(QUIET);
        topic.rig.network = (writers, lane, packet, document) -> new Outcome.Unreachable("away", null);
        for (int i = 0; i < 30; i++) anna.send("ben", "", "s", new byte[6_000]);
        anna.core().change("news", new TopicChange.Rotate(), topic.rig.now);
        for (int i = 0; i < 30; i++) anna.send("ben", "", "s", new byte[6_000]);
        topic.rig.pass(Duration.ofMinutes(1));
        topic.rig.network = Carrier.Writers::post;
        topic.rig.pass(Duration.ofMinutes(10));
        topic.publish("anna", "news.x", "after");
        topic.rig.pass(Duration.ofMinutes(10));
        assertThat(topic.published("ben")).containsExactly("after");
    }

    @ParameterizedTest
    @ValueSource(strings = {"big jobs", "x\ny z", "half \ud800", "\ud800", "", "bm-jobs"})
    void aQueueIsNamedAsInThePeerFile(String name) {
        assertThatThrownBy(() -> new TopicChange.Queue(name, Set.of("ben")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no name of a queue");
    }

    @Test
    void aQueueIsSharedAmongMembersAlone() throws InterruptedException {
        TopicRig topic = rig(Set.of("ben"));
        topic.rig.run(QUIET);
        for (String stranger : List.of("nobody", "carl")) {
            var change = new TopicChange.Queue("jobs", Set.of("ben", stranger));
            assertThatThrownBy(() -> topic.member("anna").core().change("news", change, topic.rig.now))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(stranger + " is none");
        }
        assertThatThrownBy(() -> new TopicChange.Queue("q".repeat(65), Set.of("ben")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ofAQueueGroupExactlyOneHandlesEachMessageWhileMembersComeAndGo() throws InterruptedException {
        for (long seed = 1; seed <= 5; seed++) queue(seed);
    }

    private static void queue(long seed) throws InterruptedException {
        Set<String> all = Set.of("ben", "carl", "dora");
        var topic = new TopicRig(new SimulatedSeal(), all, Map.of("workers", all), "anna", "ben", "carl", "dora");
        var random = new Random(seed);
        topic.rig.run(QUIET);
        List<String> sent = new ArrayList<>();
        for (int round = 0; round < 40; round++) {
            for (int i = random.nextInt(6); i > 0; i--) {
                sent.add("job " + sent.size());
                topic.publish(random.nextBoolean() ? "anna" : "ben", "news.job", sent.getLast());
            }
            if (random.nextInt(4) == 0) {
                Set<String> some = random.nextBoolean() ? Set.of("ben", "dora") : all;
                topic.member("anna").core().change("news", new TopicChange.Queue("workers", some), topic.rig.now);
            }
            for (int i = random.nextInt(8); i > 0; i--) {
                for (Member one : topic.members.values()) if (random.nextBoolean()) one.step();
                topic.rig.now += random.nextInt(1_000_000_000);
            }
        }
        topic.rig.run(QUIET);
        List<String> handled = new ArrayList<>();
        for (String name : all) {
            for (Delivery one : topic.member(name).got) {
                Origin origin = one.origin();
                if (origin != null && origin.isFor("workers", name))
                    handled.add(new String(one.body(), StandardCharsets.UTF_8));
            }
        }
        assertThat(handled).as("seed " + seed).containsExactlyInAnyOrderElementsOf(sent);
        for (String name : all)
            assertThat(topic.published(name)).as("seed " + seed).hasSameSizeAs(sent);
    }

    @Test
    void aMessageIsForTheMembersOfItsOwnKeyThoughOneBeforeItCameLater() throws InterruptedException {
        TopicRig topic = rig(Set.of("ben"));
        topic.rig.run(QUIET);
        queue(topic, Set.of("ben"));
        topic.publish("anna", "news.1", "one");
        topic.rig.run(QUIET);
        List<byte[]> late = holdBack(topic);
        topic.publish("anna", "news.2", "two");
        topic.rig.pass(Duration.ofSeconds(5));
        topic.rig.network = Carrier.Writers::post;
        queue(topic, Set.of("anna"));
        topic.publish("anna", "news.3", "three");
        topic.rig.pass(Duration.ofSeconds(20));
        post(topic, late);
        topic.rig.run(QUIET);
        assertThat(topic.published("ben")).containsExactly("one", "two", "three");
        assertThat(topic.member("ben").got.stream()
                        .map(delivery ->
                                Objects.requireNonNull(delivery.origin()).isFor("desk", "ben")))
                .containsExactly(true, true, false);
    }

    /** What is posted from now on, and stands nowhere. */
    private static List<byte[]> holdBack(TopicRig topic) {
        List<byte[]> late = new ArrayList<>();
        topic.rig.network = (writers, lane, packet, document) -> {
            late.add(packet);
            return new Outcome.Posted(new PostId(1, 1), Instant.EPOCH);
        };
        return late;
    }

    private static void post(TopicRig topic, List<byte[]> packets) throws InterruptedException {
        Carrier.Writers to = Objects.requireNonNull(topic.member("anna").writers.get(Topic.address("news")));
        for (byte[] packet : packets) to.post(0, packet, false);
    }

    private static void queue(TopicRig topic, Set<String> members) throws InterruptedException {
        topic.member("anna").core().change("news", new TopicChange.Queue("desk", members), topic.rig.now);
        topic.rig.pass(Duration.ofSeconds(20));
    }

    @Test
    void whoSharedTheWorkIsKnownAsLongAsTheKeyOpensHoweverManyCameSince() throws InterruptedException {
        TopicRig topic = rig(Set.of("ben"));
        topic.rig.run(QUIET);
        queue(topic, Set.of("ben"));
        Member ben = topic.member("ben");
        List<byte[]> late = holdBack(topic);
        topic.publish("anna", "news.1", "one");
        topic.rig.pass(Duration.ofSeconds(5));
        topic.rig.network = Carrier.Writers::post;
        for (int i = 0; i < 40; i++) queue(topic, Set.of("anna"));
        post(topic, late);
        topic.rig.run(QUIET);
        assertThat(topic.published("ben")).containsExactly("one");
        Origin origin = Objects.requireNonNull(ben.got.getFirst().origin());
        assertThat(origin.isFor("desk", "ben")).isTrue();
    }
}
