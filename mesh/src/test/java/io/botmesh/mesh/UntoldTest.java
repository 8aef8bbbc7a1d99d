package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.SimulatedSeal;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A process dies when what it is about to tell is on its disk. */
class UntoldTest {
    private final NodePair pair = new NodePair(new SimulatedSeal());
    private final NodeRig rig = pair.rig;
    private final Member anna = pair.anna;
    private final Member bert = pair.bert;

    @Test
    void whatWasPutAsideIsToldOfByTheNextProcess() throws InterruptedException {
        pair.join(true);
        bert.fails = "no";
        anna.send("bert", "s", "poison");
        var aside = new NodeEffect.Tell(new NodeEvent.SetAside("anna", "s", "no"));
        passUntil(bert, aside);
        bert.kill();
        rig.pass(Duration.ofMinutes(1));
        assertThat(bert.events).containsOnlyOnce(aside.event());
        assertThat(bert.disk.list(Kind.UNTOLD, null, 10)).isEmpty();
        bert.kill();
        rig.pass(Duration.ofMinutes(1));
        assertThat(bert.events).containsOnlyOnce(aside.event());
    }

    @Test
    void whatIsPutAsideIsToldOfBeforeTheNextMessageIsHandedOn() throws InterruptedException {
        pair.join(true);
        bert.fails = "no";
        anna.send("bert", "s", "poison");
        anna.send("bert", "s", "next");
        Turn turn = passUntil(bert, new NodeEffect.Tell(new NodeEvent.SetAside("anna", "s", "no")));
        assertThat(turn.effects().getFirst()).isInstanceOf(NodeEffect.Tell.class);
        assertThat(turn.effects()).anyMatch(NodeEffect.Deliver.class::isInstance);
    }

    @Test
    void messagesThatAPeerHasLostAreToldOfByTheNextProcess() throws InterruptedException {
        pair.join(true);
        bert.handles = false;
        long one = anna.send("bert", "s", "one");
        long two = anna.send("bert", "s", "two");
        rig.pass(Duration.ofMinutes(2));
        bert.disk.values.clear();
        bert.kill();
        String why = "bert has lost what it had stored";
        anna.send("bert", "s", "three");
        var forgot = new NodeEffect.Tell(new NodeEvent.PeerForgot("bert"));
        Turn last = passUntil(anna, forgot);
        var lost = List.of(new NodeEffect.Lost("bert", one, why), new NodeEffect.Lost("bert", two, why));
        assertThat(last.effects()).containsAll(lost);
        rig.pass(Duration.ofMinutes(1));
        assertThat(anna.lost).containsAll(lost);
        assertThat(anna.events).contains(forgot.event());
        assertThat(anna.disk.list(Kind.UNTOLD, null, 10)).isEmpty();
    }

    @Test
    void aMessageThatGaveWayIsToldOfByTheNextProcess() throws InterruptedException {
        pair.join(true);
        anna.options = anna.options.withOutbox(new NodeOptions.Waiting(1_000, Overflow.DROP_OLDEST, 1_000));
        long one = anna.send("bert", "s", "x".repeat(700));
        anna.send("bert", "s", "y".repeat(700));
        var lost = new NodeEffect.Lost("bert", one, "gave way to later messages");
        Turn last = passUntil(anna, lost);
        assertThat(last.effects()).contains(lost);
        rig.pass(Duration.ofMinutes(1));
        assertThat(anna.lost).containsOnlyOnce(lost);
    }

    @Test
    void whatGaveWayToMoreThatWasPutAsideIsToldOfByTheNextProcess() throws InterruptedException {
        pair.join(false);
        bert.options = bert.options
                .withHandlers(new NodeOptions.Handling(64, 1, Duration.ZERO, Duration.ZERO))
                .withStrangers(new NodeOptions.Strangers(10, 10, 10_900));
        bert.fails = "no";
        var random = new Random(1);
        for (int n = 0; n < 2; n++) {
            var body = new byte[5_000];
            random.nextBytes(body);
            anna.send("bert", "", "s" + n, body);
            if (n == 0) rig.pass(Duration.ofMinutes(1));
        }
        var dropped =
                new NodeEffect.Tell(new NodeEvent.AsideDropped(pair.annasKey().shortName(), "s0"));
        passUntil(bert, dropped);
        rig.pass(Duration.ofMinutes(1));
        assertThat(bert.events).containsOnlyOnce(dropped.event());
    }

    /** Lets time pass until a member's turn is committed that says this, and nothing of it is carried out. */
    private Turn passUntil(Member member, NodeEffect effect) throws InterruptedException {
        var taken = new Turn[1];
        member.beforeEffects = turn -> {
            if (taken[0] != null || !turn.effects().contains(effect)) return false;
            taken[0] = turn;
            return true;
        };
        for (int minutes = 0; taken[0] == null && minutes < 60; minutes++) rig.pass(Duration.ofMinutes(1));
        assertThat(taken[0]).as("a turn with %s", effect).isNotNull();
        return taken[0];
    }
}
