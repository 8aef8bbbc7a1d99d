package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.seal.SimulatedSeal;
import io.botmesh.wire.LinkSender.Level;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message that is longer than its receiver takes: both ends are told. */
class TooLongTest {
    private final NodePair pair = new NodePair(new SimulatedSeal());

    @BeforeEach
    void bertTakesLittle() {
        pair.bert.options = pair.bert.options.withOutbox(new NodeOptions.Waiting(1 << 20, Overflow.BLOCK, 10_000));
    }

    private static byte[] noise(int bytes) {
        var noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }

    @ParameterizedTest
    @ValueSource(ints = {10_001, 50_000, 2_000_000})
    void bothEndsAreToldAndTheStreamGoesOn(int bytes) throws InterruptedException {
        pair.join(true);
        pair.anna.options = pair.anna.options.withTextOnly(true);
        long before = pair.anna.send("bert", "s", "before");
        long tooLong = pair.anna.send("bert", "", "large", noise(bytes));
        long next = pair.anna.send("bert", "s", "next");
        pair.rig.pass(Duration.ofHours(1));
        assertThat(pair.bert.bodies()).containsExactly("before", "next");
        assertThat(pair.bert.events).contains(new NodeEvent.TooLong("anna", "large", bytes));
        assertThat(pair.anna.lost)
                .containsExactly(new NodeEffect.Lost("bert", tooLong, "bert takes no message of that length"));
        assertThat(pair.anna.reached.get(tooLong)).isNull();
        assertThat(pair.anna.reached).containsEntry(before, Level.DONE).containsEntry(next, Level.DONE);
        assertThat(pair.anna.core().isDrained()).isTrue();
        assertThat(pair.bert.core().isDrained()).isTrue();
    }

    @Test
    void oneOfOnePieceToo() throws InterruptedException {
        pair.join(true);
        long tooLong = pair.anna.send("bert", "", "large", "a".repeat(20_000).getBytes(UTF_8));
        pair.rig.pass(Duration.ofHours(1));
        assertThat(pair.anna.lost).extracting(NodeEffect.Lost::token).containsExactly(tooLong);
    }

    @Test
    void whomNobodyAnswersIsNotTold() throws InterruptedException {
        pair.join(false);
        pair.anna.send("bert", "", "large", noise(20_000));
        pair.anna.send("bert", "s", "next");
        pair.rig.pass(Duration.ofHours(1));
        assertThat(pair.bert.bodies()).containsExactly("next");
        assertThat(pair.bert.events)
                .filteredOn(NodeEvent.TooLong.class::isInstance)
                .hasSize(1);
    }

    @Test
    void aReaderThatDiesOnTheWayLosesNothingElse() throws InterruptedException {
        pair.join(true);
        for (int turn = 0; turn < 12; turn++) {
            int[] left = {turn};
            pair.bert.beforeEffects = made -> !made.writes().isEmpty() && left[0]-- == 0;
            pair.anna.send("bert", "", "large", noise(20_000));
            pair.anna.send("bert", "s", "next " + turn);
            pair.rig.pass(Duration.ofMinutes(10));
        }
        pair.bert.beforeEffects = made -> false;
        pair.rig.pass(Duration.ofHours(1));
        for (int turn = 0; turn < 12; turn++) assertThat(pair.bert.bodies()).contains("next " + turn);
        assertThat(pair.bert.events)
                .filteredOn(NodeEvent.TooLong.class::isInstance)
                .hasSizeGreaterThan(11);
        assertThat(pair.anna.core().isDrained()).isTrue();
    }
}
