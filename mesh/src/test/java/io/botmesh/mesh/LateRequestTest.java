package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.seal.SimulatedSeal;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks and who is asked need not have the same clock. */
class LateRequestTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final NodePair pair = new NodePair(new SimulatedSeal());
    private final NodeRig rig = pair.rig;

    private void ask() {
        Instant by = Instant.ofEpochSecond(0, pair.anna.now()).plus(PATIENCE);
        pair.anna
                .core()
                .send(
                        "bert",
                        "",
                        "ask",
                        Requests.requestHeaders(7, by, PATIENCE),
                        "?".getBytes(UTF_8),
                        pair.anna.now());
    }

    /** Whether bert finds what came last late, when so much time has passed. */
    private boolean isLate(Duration since) throws InterruptedException {
        Delivery last = pair.bert.got.getLast();
        rig.pass(since);
        var work = new SaidWork(pair.bert.core().carrierTime(pair.bert.now()));
        return new Requests(work, new Random(1)).isLate(last);
    }

    private void join(int annasHours, int bertsHours) throws InterruptedException {
        pair.anna.skew = Duration.ofHours(annasHours).toNanos();
        pair.bert.skew = Duration.ofHours(bertsHours).toNanos();
        pair.join(true);
        pair.bert.send("anna", "s", "my first post");
        rig.pass(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @ValueSource(ints = {-24, -1, 0, 1, 24})
    void theClocksOfTheTwoMayDiffer(int hours) throws InterruptedException {
        for (int[] skew : new int[][] {{hours, 0}, {0, hours}, {hours, -hours}}) {
            var other = new LateRequestTest();
            other.join(skew[0], skew[1]);
            other.ask();
            other.rig.pass(Duration.ofSeconds(5));
            assertThat(other.isLate(Duration.ofSeconds(20))).isFalse();
            assertThat(other.isLate(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void whatItWaitsHereCounts() throws InterruptedException {
        join(0, 0);
        rig.network = (writers, lane, packet, document) -> new Outcome.FloodWait(Duration.ofSeconds(20));
        pair.anna.send("bert", "s", "before");
        rig.pass(Duration.ofSeconds(1)); // no lane may post now
        ask();
        rig.pass(Duration.ofSeconds(5));
        rig.network = Carrier.Writers::post;
        rig.pass(Duration.ofSeconds(20));
        assertThat(Requests.left(pair.bert.got.getLast()))
                .get()
                .satisfies(left -> assertThat(left).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(15)));
        assertThat(isLate(Duration.ZERO)).isFalse();
        assertThat(isLate(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void whoIsAskedAndWasAwayFindsItLate() throws InterruptedException {
        join(0, 3);
        pair.bert.polls = false;
        ask();
        rig.pass(Duration.ofMinutes(2));
        pair.bert.polls = true;
        rig.pass(Duration.ofSeconds(1));
        assertThat(isLate(Duration.ZERO)).isTrue();
    }
}
