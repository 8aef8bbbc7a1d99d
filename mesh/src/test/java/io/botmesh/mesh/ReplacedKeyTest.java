package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.seal.HpkeSeal;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.Quota;
import io.botmesh.seal.ReaderKey;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.wire.LinkSender.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader whose key was replaced and is gone before it read what was sealed to it. */
class ReplacedKeyTest {
    private static final Quota MUCH = new Quota(1_000, 100_000, 1 << 30, 1L << 40);

    private final NodeRig rig = new NodeRig(3);
    private final ReaderSecret first = ReaderSecret.generate();
    private final ReaderSecret second = ReaderSecret.generate();
    private final ReaderSecret annasKey = ReaderSecret.generate();
    private final Identity annas = Identity.generate();
    private final Identity berts = Identity.generate();
    private final MemoryCarrier toBert = new MemoryCarrier(-2, () -> Instant.ofEpochSecond(0, rig.now));
    private final MemoryCarrier toAnna = new MemoryCarrier(-1, () -> Instant.ofEpochSecond(0, rig.now));
    private final Carrier.Writers writersToBert = toBert.writers(2);
    private final Member anna = rig.add("anna", protection(annas, Keyring.of(annasKey)), toAnna.reader());
    private final Member bert = rig.add("bert", protection(berts, Keyring.of(first)), toBert.reader());

    private static Protection protection(Identity identity, Keyring keys) {
        return Protection.Sealed.of(identity, keys).withSeal(new HpkeSeal()).withStrangers(MUCH);
    }

    private void join(boolean answers) {
        Carrier.Writers writersToAnna = toAnna.writers(2);
        anna.writers.put("bert", writersToBert);
        know(first.key(), answers);
        if (!answers) return;
        bert.writers.put("anna", writersToAnna);
        bert.peers.add(new Peer(
                "anna", annas.key(), annasKey.key(), null, writersToAnna.lanes(), writersToAnna.capabilities(), true));
    }

    private void know(ReaderKey key, boolean answers) {
        anna.peers.clear();
        anna.peers.add(
                new Peer("bert", berts.key(), key, null, writersToBert.lanes(), writersToBert.capabilities(), answers));
    }

    private void isReplaced() {
        bert.protection = protection(berts, Keyring.of(second));
    }

    @Test
    void whatItHasNotReadIsSealedToTheNewOne() throws InterruptedException {
        join(true);
        anna.send("bert", "s", "before");
        rig.pass(Duration.ofMinutes(5));
        rig.members.remove(bert);
        bert.kill();
        // Full posts too, which must fit again.
        var random = new Random(1);
        var sent = new ArrayList<>(List.of("before"));
        for (int i = 0; i < 40; i++)
            sent.add("friday " + i + " " + random.nextLong() + "x".repeat(random.nextInt(900)));
        for (String body : sent.subList(1, 41)) anna.send("bert", "s", body);
        rig.pass(Duration.ofHours(1));
        // Everybody gets the new file.
        isReplaced();
        anna.kill();
        know(second.key(), true);
        rig.pass(Duration.ofHours(60));
        rig.members.add(bert);
        rig.pass(Duration.ofMinutes(10));
        sent.add("monday");
        anna.send("bert", "s", "monday");
        rig.pass(Duration.ofHours(6));
        assertThat(bert.bodies()).isEqualTo(sent);
        assertThat(anna.reached.values()).contains(Level.DONE);
        assertThat(anna.core().isDrained()).isTrue();
        assertThat(anna.lost).isEmpty();
        int posts = anna.posts;
        rig.pass(Duration.ofDays(5));
        assertThat(anna.posts - posts).isLessThan(10);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasNeverPostedIsSealedToTheNewOne(boolean answers) throws InterruptedException {
        join(answers);
        rig.network = (writers, lane, packet, document) -> new Outcome.Unreachable("no way", null);
        anna.send("bert", "s", "before");
        rig.pass(Duration.ofMinutes(1));
        anna.kill();
        isReplaced();
        bert.kill();
        know(second.key(), answers);
        rig.network = Carrier.Writers::post;
        rig.pass(Duration.ofHours(1));
        assertThat(bert.bodies()).containsExactly("before");
        assertThat(bert.core().statistics(rig.now).refusals()).isEmpty();
    }

    @Test
    void aProcessThatDiesAtAnyWriteOfThatLosesNothing() throws InterruptedException {
        join(true);
        rig.members.remove(bert);
        for (int i = 0; i < 5; i++) anna.send("bert", "s", "friday " + i);
        rig.pass(Duration.ofHours(1));
        isReplaced();
        anna.kill();
        know(second.key(), true);
        rig.members.add(bert);
        for (int i = 0; i < 30; i++) {
            int[] turns = {i};
            anna.beforeEffects = turn -> !turn.writes().isEmpty() && turns[0]-- == 0;
            rig.pass(Duration.ofMinutes(10));
        }
        anna.beforeEffects = turn -> false;
        rig.pass(Duration.ofHours(3));
        assertThat(bert.bodies()).containsExactly("friday 0", "friday 1", "friday 2", "friday 3", "friday 4");
    }
}
