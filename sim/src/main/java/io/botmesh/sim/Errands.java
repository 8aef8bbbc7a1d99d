package io.botmesh.sim;

import io.botmesh.mesh.Carrier;
import io.botmesh.mesh.NodeEffect;
import io.botmesh.mesh.Outcome;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The calls of a process. What has left goes on, whether the process lives or not. */
final class Errands {
    private static final long PATIENCE = 30 * Scheduler.SECOND;

    private final Machine machine;
    private final Driver process;
    private final Wiring wiring;
    private final Scheduler scheduler;
    private final Witness witness;

    Errands(Machine machine, Driver process) {
        this.machine = machine;
        this.process = process;
        wiring = machine.wiring();
        scheduler = wiring.scheduler();
        witness = wiring.witness();
    }

    void carryOut(NodeEffect effect) {
        switch (effect) {
            case NodeEffect.Post post -> {
                witness.onPost(machine, post);
                witness.onSend(machine, process, post.peer(), post.lane());
                Carrier.Writers to = wiring.to(post.peer());
                outcome(post.ticket(), () -> to.post(post.lane(), post.packet(), post.document()), outcome -> {
                    witness.onOutcome(machine, post, outcome);
                    turnedAway(outcome, post.peer(), post.lane());
                });
            }
            case NodeEffect.Forward forward -> {
                witness.onForward(machine, forward);
                witness.onSend(machine, process, forward.peer(), forward.lane());
                Carrier.Writers to = wiring.to(forward.peer());
                outcome(forward.ticket(), () -> to.forward(forward.lane(), forward.post()), outcome -> {
                    witness.onForwarded(machine, forward, outcome);
                    turnedAway(outcome, forward.peer(), forward.lane());
                });
            }
            case NodeEffect.Delete delete -> {
                Carrier.Writers to = wiring.to(delete.peer());
                call(
                        () -> {
                            to.delete(delete.lane(), delete.messages());
                            return true;
                        },
                        (done, failed) -> {});
            }
            case NodeEffect.Fetch fetch -> fetch(fetch);
            default -> throw new IllegalArgumentException("no errand: " + effect);
        }
    }

    private void turnedAway(Outcome outcome, String peer, int lane) {
        if (outcome instanceof Outcome.FloodWait) witness.onTurnedAway(process, peer, lane);
    }

    private void outcome(long ticket, DeskTransport.Calls<Outcome> post, Consumer<Outcome> seen) {
        call(post, (outcome, failure) -> {
            if (outcome == null) throw new IllegalStateException(machine.name() + " posted what cannot be", failure);
            seen.accept(outcome);
            later(now -> process.core().onOutcome(ticket, outcome, now));
        });
    }

    <T> void call(DeskTransport.Calls<T> calls, DeskTransport.Ending<T> ending) {
        scheduler.after(wiring.server().way(), () -> wiring.transport().attempt(scheduler, PATIENCE, calls, ending));
    }

    /** What the process makes of an answer, when it has come back. */
    void later(LongConsumer news) {
        scheduler.after(wiring.server().way(), () -> process.event(news));
    }

    private void fetch(NodeEffect.Fetch fetch) {
        witness.onFetch(machine, fetch);
        call(() -> wiring.reader().fetch(fetch.attachment(), fetch.mostBytes()), (bytes, failure) -> {
            boolean again = !(failure instanceof IllegalArgumentException);
            scheduler.after(
                    wiring.server().way(),
                    () -> later(now -> {
                        if (bytes != null) process.core().onFetched(fetch.update(), bytes, now);
                        else process.core().onNotFetched(fetch.update(), again, now);
                    }));
        });
    }
}
