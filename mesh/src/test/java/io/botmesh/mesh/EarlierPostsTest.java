package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.seal.Identity;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.Recipient;
import io.botmesh.seal.SealedEnvelope;
import io.botmesh.seal.SimulatedSeal;
import io.botmesh.wire.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sender that cannot be asked has posted before the first post of it that its reader hears. */
class EarlierPostsTest {
    private final NodePair pair = new NodePair(new SimulatedSeal());
    private final NodeRig rig = pair.rig;
    private final Random random = new Random(5);
    private final List<String> sent = new ArrayList<>();

    /** One post each, on a stream of its own name: of those that never come nothing else tells. */
    private void send(int messages, String stream) throws InterruptedException {
        for (int i = 0; i < messages; i++) {
            var body = new StringBuilder("item " + sent.size() + " ");
            while (body.length() < 5_000) body.append((char) random.nextInt(' ', '~'));
            sent.add(body.toString());
            pair.anna.send("bert", stream, "s", body.toString().getBytes(UTF_8));
            rig.pass(Duration.ofSeconds(5));
        }
    }

    /** The server throws away what waits for bert. */
    private void throwAway() throws InterruptedException {
        Objects.requireNonNull(pair.bert.reader).poll(Long.MAX_VALUE, 1, Duration.ZERO);
    }

    private void posts(Carrier.Writers who, int posts) throws InterruptedException {
        var to = new Recipient(ReaderSecret.generate().key(), null);
        var envelope = new SealedEnvelope(new SimulatedSeal(), Identity.generate(), to);
        for (int i = 0; i < posts; i++)
            who.post(0, envelope.wrap(envelope.header(1, i), new Content("", List.of()).toBytes()), false);
    }

    private long recalled() {
        return pair.bert.core().statistics(rig.now).recalled();
    }

    @ParameterizedTest
    @CsvSource({"false, true", "false, false", "true, true", "true, false"})
    void comeBackThoughNothingTellsOfThemButTheNumbersOfPackets(boolean dies, boolean named)
            throws InterruptedException {
        pair.joinOneWay();
        rig.pass(Duration.ofSeconds(5));
        pair.bert.polls = false;
        for (int i = 0; i < 40; i++) send(1, named ? "order-" + i : "");
        rig.pass(Duration.ofHours(25));
        throwAway();
        pair.bert.polls = true;
        send(1, named ? "order-last" : "");
        for (int i = 0; dies && i < 40; i++) {
            rig.pass(Duration.ofSeconds(1 + random.nextInt(5)));
            pair.bert.kill();
        }
        rig.pass(Duration.ofMinutes(10));
        assertThat(pair.bert.bodies()).containsExactlyInAnyOrderElementsOf(sent);
        if (!named) assertThat(pair.bert.bodies()).isEqualTo(sent);
        assertThat(pair.bert.core().statistics(rig.now).missed()).isZero();
    }

    @Test
    void areLookedForOnlyIfSomethingIsMissing() throws InterruptedException {
        pair.joinOneWay();
        posts(pair.toBert.writers(1), 50);
        throwAway();
        send(20, "");
        rig.pass(Duration.ofHours(1));
        assertThat(pair.bert.bodies()).isEqualTo(sent);
        assertThat(recalled()).isZero();
        assertThat(asked()).isZero();
    }

    private long asked() {
        return pair.bert.recalls;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 30})
    void comeWithoutThoseFromBeforeTheStoreBeganOrAfterNoneIsMissing(int strangers) throws InterruptedException {
        pair.joinOneWay();
        pair.bert.polls = false;
        posts(pair.toBert.writers(1), 1_000);
        rig.pass(Duration.ofDays(2));
        pair.bert.kill();
        pair.bert.disk.values.clear();
        rig.pass(Duration.ofHours(1));
        send(5, "");
        posts(pair.toBert.writers(1), strangers);
        throwAway();
        pair.bert.polls = true;
        send(1, "");
        rig.pass(Duration.ofMinutes(10));
        assertThat(pair.bert.bodies()).isEqualTo(sent);
        // A dozen to find where to begin, and those.
        assertThat(asked()).isLessThan(5 + 15);
    }

    @Test
    void ofAnEarlierStoreStayWhereTheyAre() throws InterruptedException {
        pair.joinOneWay();
        send(10, "");
        rig.pass(Duration.ofDays(1));
        pair.bert.kill();
        pair.bert.disk.values.clear();
        pair.bert.got.clear();
        throwAway();
        rig.pass(Duration.ofHours(1));
        send(1, "");
        rig.pass(Duration.ofHours(1));
        assertThat(recalled()).isZero();
        assertThat(asked()).isLessThan(10);
        assertThat(pair.bert.got).isEmpty(); // waits for what is missing as ever
        rig.pass(Duration.ofDays(4));
        assertThat(pair.bert.bodies()).containsExactly(sent.getLast());
        assertThat(pair.bert.events).contains(new NodeEvent.Missed("anna", 10));
    }

    @Test
    void comeBackThoughSomeAreDeletedAndWhatIsGoneIsTold() throws InterruptedException {
        pair.joinOneWay();
        rig.pass(Duration.ofSeconds(5));
        pair.bert.polls = false;
        send(20, "");
        Objects.requireNonNull(pair.bert.reader).delete(-2, List.of(1L, 2L, 11L, 12L));
        throwAway();
        pair.bert.polls = true;
        send(1, "");
        rig.pass(Duration.ofDays(4));
        assertThat(pair.bert.got).hasSize(17);
        assertThat(pair.bert.events).contains(new NodeEvent.Missed("anna", 4));
    }

    @Test
    void areNotGivenUpByAProcessThatStartsWhenTheirTimeIsOver() throws InterruptedException {
        pair.joinOneWay();
        rig.pass(Duration.ofSeconds(5));
        pair.bert.polls = false;
        send(10, "");
        throwAway();
        pair.bert.polls = true;
        send(1, "");
        pair.bert.kill();
        rig.members.remove(pair.bert);
        rig.pass(Duration.ofDays(4));
        rig.members.add(pair.bert);
        rig.pass(Duration.ofMinutes(10));
        assertThat(pair.bert.bodies()).isEqualTo(sent);
        assertThat(pair.bert.events).noneMatch(NodeEvent.Missed.class::isInstance);
    }

    @Test
    void comeBackToAMemberOfATopicThatHadItsFirstKey() throws InterruptedException {
        var topic = new TopicRig(new SimulatedSeal(), Set.of("ben"), Map.of(), "anna", "ben");
        NodeRig.Member ben = topic.member("ben");
        topic.rig.run(Duration.ofMinutes(3));
        ben.polls = false;
        for (int i = 0; i < 10; i++) {
            sent.add("m" + i);
            topic.publish("anna", "news.x", "m" + i);
            topic.rig.pass(Duration.ofSeconds(5));
        }
        Objects.requireNonNull(ben.reader).poll(Long.MAX_VALUE, 1, Duration.ZERO);
        ben.polls = true;
        sent.add("last");
        topic.publish("anna", "news.x", "last");
        topic.rig.pass(Duration.ofMinutes(10));
        assertThat(topic.published("ben")).isEqualTo(sent);
        assertThat(ben.events).noneMatch(NodeEvent.Missed.class::isInstance);
    }

    @Test
    void whatIsTooMuchToBeBroughtBackIsCounted() throws InterruptedException {
        NodeOptions.Links links = pair.bert.options.links();
        pair.bert.options = pair.bert.options.withLinks(
                new NodeOptions.Links(links.receiving(), links.sending(), links.patience(), 10));
        pair.joinOneWay();
        send(1, "");
        pair.bert.polls = false;
        send(25, "");
        throwAway();
        pair.bert.polls = true;
        send(1, "");
        rig.pass(Duration.ofDays(4));
        assertThat(pair.bert.got).hasSize(12);
        assertThat(pair.bert.core().statistics(rig.now).refusals()).containsEntry("NOT_RECALLED", 15L);
    }
}
