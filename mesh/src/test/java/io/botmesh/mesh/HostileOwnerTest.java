package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.SimulatedSeal;
import io.botmesh.wire.Confidential.KeyNotice;
import io.botmesh.wire.Content;
import io.botmesh.wire.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whoever owns a topic says what its members have to remember of it, and not how much. */
class HostileOwnerTest {
    private static final NodeStore.Key ROW = new NodeStore.Key(Kind.PATTERN, 20);
    private static final Duration QUIET = Duration.ofMinutes(3);

    private final TopicRig topic = new TopicRig(new SimulatedSeal(), Set.of("ben"), Map.of(), "anna", "ben");
    private final Member anna = topic.member("anna");
    private final Member ben = topic.member("ben");

    private int row() {
        return Objects.requireNonNull(ben.disk.values.get(ROW)).length;
    }

    @Test
    void keysWithoutEndFillNoStoreAndTheNewestOpens() throws InterruptedException {
        topic.rig.run(QUIET);
        var newest = ReaderSecret.generate();
        byte[] first = ReaderSecret.generate().toBytes();
        for (int epoch = 10; epoch < 1_100; epoch++) {
            var secret = epoch == 1_099 ? newest : ReaderSecret.of(first);
            var notice = new KeyNotice("news", epoch, secret.key().toBytes(), secret.toBytes());
            anna.send("ben", "bm-topics", "bm-key", new Content("", List.of(notice)).toBytes());
        }
        topic.rig.run(QUIET);
        assertThat(row()).isLessThan(1_024 * 80);
        ben.kill();
        topic.publish("ben", "news.x", "sealed to the newest");
        topic.rig.run(QUIET);
        assertThat(topic.published("ben")).containsExactly("sealed to the newest");
    }

    /** Found by {@link NodeCoreFuzzTest}: what was sealed to it ended the node, and each process after it. */
    @Test
    void aKeyAfterWhichNoneCanComeIsRefused() throws InterruptedException {
        topic.rig.run(QUIET);
        var last = ReaderSecret.generate();
        var notice = new KeyNotice("news", Limits.MAX_NUMBER, last.key().toBytes(), last.toBytes());
        anna.send("ben", "bm-topics", "bm-key", new Content("", List.of(notice)).toBytes());
        topic.rig.run(QUIET);
        topic.publish("ben", "news.x", "sealed to the one before");
        topic.rig.run(QUIET);
        assertThat(topic.published("anna")).containsExactly("sealed to the one before");
        assertThat(ben.events).contains(new NodeEvent.Refused("anna", "NOTICE"));
    }

    @Test
    void rostersWithoutEndFillNoStore() throws InterruptedException {
        topic.rig.run(QUIET);
        var roster = new StringBuilder("\nqueue ben");
        for (int i = 0; i < 500; i++) roster.append(" ").append("x".repeat(100)).append(i);
        for (int epoch = 10; epoch < 60; epoch++)
            anna.send("ben", "bm-topics", "bm-queues", ("news " + epoch + roster).getBytes(StandardCharsets.UTF_8));
        topic.rig.run(QUIET);
        assertThat(row()).isLessThan(1 << 20);
        for (int epoch = 100; epoch < 400; epoch++)
            anna.send("ben", "bm-topics", "bm-queues", ("news " + epoch + "\nq ben").getBytes(StandardCharsets.UTF_8));
        topic.rig.run(QUIET);
        assertThat(row()).isLessThan(1 << 20);
    }
}
