package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.seal.Identity;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.Recipient;
import io.botmesh.seal.SealedEnvelope;
import io.botmesh.seal.SimulatedSeal;
import io.botmesh.wire.Content;
import io.botmesh.wire.Packet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A reader brings back what it never got, where nobody can be asked. */
class RecallTest {
    private static final Duration QUIET = Duration.ofMinutes(3);

    private final TopicRig topic = new TopicRig(new SimulatedSeal(), Set.of("ben"), Map.of(), "anna", "ben");
    private final Member ben = topic.member("ben");
    private final List<String> sent = new ArrayList<>();
    private final Random random = new Random(5);

    @BeforeEach
    void benReads() throws InterruptedException {
        topic.rig.run(QUIET);
        publish(3, 5_000);
        topic.rig.run(QUIET);
        assertThat(topic.published("ben")).isEqualTo(sent);
    }

    /** One post each, or documents. */
    private void publish(int messages, int characters) throws InterruptedException {
        for (int i = 0; i < messages; i++) {
            var body = new StringBuilder("item " + sent.size() + " ");
            while (body.length() < characters) body.append((char) random.nextInt(' ', '~'));
            sent.add(body.toString());
            topic.publish("anna", "news.item", sent.getLast());
            topic.rig.run(Duration.ofSeconds(5));
        }
    }

    /** Posts while ben is away for so long that the server throws its updates away. */
    private void publishUnheard(int messages, int characters) throws InterruptedException {
        ben.polls = false;
        publish(messages, characters);
        Objects.requireNonNull(ben.reader).poll(Long.MAX_VALUE, 1, Duration.ZERO);
        ben.polls = true;
    }

    @Test
    void whatTheServerThrewAwayComesInOrder() throws InterruptedException {
        publishUnheard(40, 5_000);
        publish(1, 5_000);
        topic.rig.run(QUIET);
        assertThat(topic.published("ben")).isEqualTo(sent);
        assertThat(ben.core().statistics(topic.rig.now).recalled()).isGreaterThanOrEqualTo(40);
        assertThat(ben.core().statistics(topic.rig.now).missed()).isZero();
    }

    @Test
    void documentsComeToo() throws InterruptedException {
        publishUnheard(3, 300_000);
        publish(1, 100);
        topic.rig.run(QUIET);
        assertThat(topic.published("ben")).isEqualTo(sent);
    }

    @Test
    void aCrashForgetsNothingOfWhatIsMissing() throws InterruptedException {
        publishUnheard(40, 5_000);
        publish(1, 5_000);
        while (topic.published("ben").size() < sent.size()) {
            topic.rig.run(Duration.ofSeconds(1 + random.nextInt(4)));
            ben.kill();
        }
        assertThat(topic.published("ben")).isEqualTo(sent);
    }

    @Test
    void whatWasDeletedMeanwhileIsMissedAndTheRestComes() throws InterruptedException {
        List<Long> posts = new ArrayList<>();
        topic.rig.network = (writers, lane, packet, document) -> {
            Outcome outcome = writers.post(lane, packet, document);
            if (outcome instanceof Outcome.Posted posted)
                posts.add(posted.post().message());
            return outcome;
        };
        publishUnheard(10, 5_000);
        Objects.requireNonNull(ben.reader).delete(topic.channel("ben"), List.of(posts.getLast()));
        sent.remove(sent.size() - 1);
        publish(1, 5_000);
        topic.rig.run(Duration.ofMinutes(10));
        assertThat(topic.published("ben")).isEqualTo(sent);
        assertThat(ben.events).anyMatch(NodeEvent.Missed.class::isInstance);
    }

    @Test
    void rubbishThatNoKeyOpensHoldsUpNothing() throws InterruptedException {
        Carrier.Writers anybody =
                Objects.requireNonNull(topic.member("anna").writers.get(Topic.address("news")));
        Packet theirs = packetForAnother();
        ben.polls = false;
        for (int i = 0; i < 20; i++) {
            publish(1, 5_000);
            anybody.post(0, theirs.toBytes(), false);
        }
        Objects.requireNonNull(ben.reader).poll(Long.MAX_VALUE, 1, Duration.ZERO);
        ben.polls = true;
        publish(1, 5_000);
        topic.rig.pass(Duration.ofMinutes(12));
        assertThat(topic.published("ben")).isEqualTo(sent);
    }

    /** Sealed to a key that nobody has. */
    private static Packet packetForAnother() {
        var to = new Recipient(ReaderSecret.generate().key(), null);
        var envelope = new SealedEnvelope(new SimulatedSeal(), Identity.generate(), to);
        byte[] content = new Content("", List.of()).toBytes();
        return Packet.parse(envelope.wrap(envelope.header(1, 1), content));
    }

    @Test
    void aReaderWithoutAChatForThatGoesOnAfterAWhile() throws InterruptedException {
        ben.options = NodeOptions.defaults().readingFrom(null);
        ben.kill();
        topic.rig.run(QUIET);
        publishUnheard(5, 5_000);
        List<String> heard = new ArrayList<>(sent.subList(0, 3));
        publish(1, 5_000);
        topic.rig.run(Duration.ofMinutes(10));
        heard.add(sent.getLast());
        assertThat(topic.published("ben")).isEqualTo(heard);
        assertThat(ben.events).anyMatch(NodeEvent.Missed.class::isInstance);
    }
}
