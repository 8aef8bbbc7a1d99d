package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.Identity;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.SimulatedSeal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** anna hides behind bert, who cannot post to carl for a while. */
class OnionBoundsTest {
    private final NodePair pair = new NodePair(new SimulatedSeal());
    private final NodeRig rig = pair.rig;
    private final ReaderSecret carlsKey = ReaderSecret.generate();
    private final MemoryCarrier toCarl = new MemoryCarrier(-3, () -> Instant.ofEpochSecond(0, rig.now));
    private final Member carl =
            rig.add("carl", NodePair.protection(Identity.generate(), carlsKey, new SimulatedSeal()), toCarl.reader());
    private final Carrier.Writers writers = toCarl.writers(2);

    @BeforeEach
    void know() {
        pair.bert.options = NodeOptions.defaults().withGateway(new NodeOptions.Gateway(10, Duration.ofSeconds(1)));
        pair.join(true);
        pair.bert.writers.put("carl", writers);
        pair.bert.peers.add(
                new Peer("carl", null, carlsKey.key(), null, writers.lanes(), writers.capabilities(), false));
        pair.anna.peers.add(new Peer("carl", null, carlsKey.key(), null, List.of(), null, false));
    }

    @Test
    void aGatewayRefusesMoreThanAThousandForOneReaderAndPassesOnTheRest() throws InterruptedException {
        rig.network = (to, lane, packet, document) ->
                to.equals(writers) ? new Outcome.FloodWait(Duration.ofSeconds(30)) : to.post(lane, packet, document);
        int sent = PeerOutbox.MOST_ONIONS + 100;
        for (int n = 0; n < sent; n++) {
            hide("m" + n);
            if (n % 50 == 49) rig.pass(Duration.ofMinutes(1));
        }
        rig.pass(Duration.ofMinutes(10));
        // Those whose post was just refused are on their way and not waiting.
        int kept = onions(pair.bert);
        assertThat(kept).isBetween(PeerOutbox.MOST_ONIONS, PeerOutbox.MOST_ONIONS + 4);
        assertThat(pair.bert.core().statistics(rig.now).refusals()).containsEntry("LIMIT_ONIONS", (long) sent - kept);
        pair.bert.kill();
        rig.network = Carrier.Writers::post;
        rig.pass(Duration.ofHours(1));
        assertThat(carl.got).hasSize(kept);
        assertThat(onions(pair.bert)).isZero();
    }

    @Test
    void whoHidesMoreThanCanBePostedIsToldThatItIsFull() throws InterruptedException {
        for (int n = 0; n < PeerOutbox.MOST_ONIONS; n++) hide("m" + n);
        assertThatThrownBy(() -> hide("one too many"))
                .isInstanceOf(MeshException.Full.class)
                .hasMessageContaining("bert");
        rig.pass(Duration.ofHours(1));
        assertThat(carl.got).hasSize(PeerOutbox.MOST_ONIONS);
        hide("again");
        rig.pass(Duration.ofMinutes(1));
        assertThat(carl.bodies()).endsWith("again");
    }

    private void hide(String text) {
        pair.anna.core().sendHidden("bert", "carl", "secret", List.of(), text.getBytes(UTF_8), rig.now);
    }

    private static int onions(Member member) {
        return (int) member.disk.values.keySet().stream()
                .filter(key -> key.kind() == Kind.ONION)
                .count();
    }
}
