package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.seal.SimulatedSeal;
import io.botmesh.wire.LinkReceiver;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BegunMessagesTest {
    private final NodePair pair = new NodePair(new SimulatedSeal());

    private static NodeOptions narrow() {
        NodeOptions usual = NodeOptions.defaults();
        NodeOptions.Links links = usual.links();
        return usual.withLinks(new NodeOptions.Links(
                LinkReceiver.Options.defaults(), links.sending(), links.patience(), links.recalls()));
    }

    /** Eight long messages on streams of their own, twice as much as the reader puts together at once. */
    @Test
    void aNodeThatBeginsMoreThanItsPeerTakesLosesNothing() throws InterruptedException {
        pair.join(true);
        pair.bert.options = narrow();
        var random = new Random(8);
        for (int stream = 0; stream < 8; stream++) {
            var body = new byte[1 << 20];
            random.nextBytes(body);
            pair.anna.send("bert", "stream " + stream, "s", body);
        }
        pair.rig.run(Duration.ofHours(2));
        assertThat(pair.bert.got).hasSize(8);
        assertThat(pair.bert.core().statistics(pair.rig.now).refusals()).containsKey("LIMIT_BEGUN");
        assertThat(pair.anna.core().isDrained()).isTrue();
    }
}
