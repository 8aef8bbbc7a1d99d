package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.mesh.NodeStore.Entry;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.SimulatedSeal;
import io.botmesh.wire.LinkReceiver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What no handler manages stays in the store, but not without end. */
@Timeout(120)
class AsideRoomTest {
    private static final NodeOptions.Handling ONCE =
            new NodeOptions.Handling(64, 1, Duration.ofSeconds(1), Duration.ofMinutes(1));

    private static List<Entry> aside(Member member) {
        return member.disk.list(Kind.ASIDE, null, 10_000);
    }

    private static long bytes(Member member) {
        return aside(member).stream().mapToLong(row -> row.value().length).sum();
    }

    private static List<String> bodies(Member member) {
        return new SetAside(member.disk)
                .list().stream().map(one -> new String(one.body(), UTF_8)).toList();
    }

    private static long told(Member member, Class<?> what) {
        return member.events.stream().filter(what::isInstance).count();
    }

    /** With the budget that strangers have by default: small posts, long messages. */
    @Test
    void strangersWhoseMessagesNoHandlerManagesFillNoMoreThanTheirRoom() throws InterruptedException {
        var rig = new NodeRig(3);
        var toBert = new MemoryCarrier(-2, () -> Instant.ofEpochSecond(0, rig.now));
        var key = ReaderSecret.generate();
        LongFunction<Protection> sealed = any ->
                Protection.Sealed.of(Identity.generate(), Keyring.of(key)).withSeal(new SimulatedSeal());
        Member anna = rig.add("anna", sealed.apply(1), null);
        Member bert = rig.add("bert", sealed.apply(2), toBert.reader());
        Carrier.Writers writers = toBert.writers(1);
        anna.writers.put("bert", writers);
        anna.peers.add(new Peer("bert", null, key.key(), null, writers.lanes(), writers.capabilities(), false));
        anna.options = anna.options.withTextOnly(true);
        bert.fails = "no";
        for (int minute = 0; minute < 2; minute++) {
            for (int i = 0; i < 30; i++) anna.send("bert", "s" + (minute * 30 + i), "s", new byte[900_000]);
            rig.pass(Duration.ofMinutes(3));
            bert.got.clear();
        }
        rig.pass(Duration.ofMinutes(10));
        long setAside = told(bert, NodeEvent.SetAside.class); // what waits meanwhile has a bound of its own
        assertThat(setAside).isGreaterThan(30);
        assertThat(bytes(bert)).isBetween(15L << 20, 16L << 20);
        var statistics = bert.core().statistics(rig.now);
        assertThat(told(bert, NodeEvent.AsideDropped.class)).isEqualTo(setAside - statistics.aside());
        assertThat(statistics.asideDropped()).isEqualTo(setAside - statistics.aside());
        assertThat(statistics.aside()).isEqualTo(aside(bert).size());
    }

    @Test
    void ofStrangersAThousandMessagesStandAsideAndTheOldestGivesWay() throws InterruptedException {
        var pair = new NodePair(new SimulatedSeal());
        pair.join(false);
        pair.bert.options = pair.bert.options.withHandlers(ONCE);
        pair.bert.fails = "no";
        for (int n = 0; n < 1_003; n++) pair.anna.send("bert", "s", "m" + n);
        pair.rig.run(Duration.ofHours(1));
        assertThat(bodies(pair.bert))
                .hasSize(AsideRoom.MOST_OF_STRANGERS)
                .contains("m3", "m1002")
                .doesNotContain("m0", "m1", "m2");
        assertThat(told(pair.bert, NodeEvent.AsideDropped.class)).isEqualTo(3);
    }

    @Test
    void aPeerHasRoomOfItsOwnAlsoOverRestarts() throws InterruptedException {
        var pair = new NodePair(new SimulatedSeal());
        pair.join(true);
        Member bert = pair.bert;
        NodeOptions.Links links = bert.options.links();
        bert.options = bert.options
                .withHandlers(ONCE)
                .withStrangers(new NodeOptions.Strangers(10, 10, 1))
                .withLinks(new NodeOptions.Links(
                        LinkReceiver.Options.defaults().withWeights(8 << 20, 8 << 20),
                        links.sending(),
                        links.patience(),
                        links.recalls()));
        bert.fails = "no";
        for (int n = 0; n < 15; n++) {
            pair.anna.send("bert", "", "s", ("m" + n + " ".repeat(800_000)).getBytes(UTF_8));
            pair.rig.run(Duration.ofMinutes(5));
            bert.kill();
        }
        pair.rig.run(Duration.ofMinutes(5));
        assertThat(bodies(bert).stream().map(String::trim))
                .containsExactly("m5", "m6", "m7", "m8", "m9", "m10", "m11", "m12", "m13", "m14");
        assertThat(told(bert, NodeEvent.AsideDropped.class)).isEqualTo(5);
        assertThat(bert.core().statistics(pair.rig.now).aside()).isEqualTo(10);
    }
}
