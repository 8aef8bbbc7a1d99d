package io.botmesh.sim;

import io.botmesh.botapi.ApiException;
import io.botmesh.mesh.Arrival;
import io.botmesh.mesh.Carrier;
import io.botmesh.mesh.NodeEffect;
import io.botmesh.mesh.Outcome;
import io.botmesh.mesh.PostId;
import io.botmesh.mesh.RegisterEffect;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

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
                outcome(
                        post.ticket(),
                        () -> to.post(post.lane(), post.packet(), post.document()),
                        outcome -> witness.onOutcome(machine, post, outcome));
            }
            case NodeEffect.Forward forward -> {
                witness.onForward(machine, forward);
                witness.onSend(machine, process, forward.peer(), forward.lane());
                Carrier.Writers to = wiring.to(forward.peer());
                outcome(
                        forward.ticket(),
                        () -> to.forward(forward.lane(), forward.post()),
                        outcome -> witness.onForwarded(machine, forward, outcome));
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
            case NodeEffect.Recall recall -> recall(recall.post());
            case NodeEffect.OfRegister of -> carryOut(of.effect());
            default -> throw new IllegalArgumentException("no errand: " + effect);
        }
    }

    private void outcome(long ticket, DeskTransport.Calls<Outcome> post, Consumer<Outcome> seen) {
        call(post, (outcome, failure) -> {
            if (outcome == null) throw new IllegalStateException(machine.name() + " posted what cannot be", failure);
            seen.accept(outcome);
            later(core -> now -> core.onOutcome(ticket, outcome, now));
        });
    }

    private <T> void call(DeskTransport.Calls<T> calls, DeskTransport.Ending<T> ending) {
        scheduler.after(wiring.server().way(), () -> wiring.transport().attempt(scheduler, PATIENCE, calls, ending));
    }

    private interface News {
        LongConsumer of(Core core);
    }

    /** An answer, when it has come back. */
    private void later(News news) {
        scheduler.after(wiring.server().way(), () -> process.event(news.of(process.core())));
    }

    private void fetch(NodeEffect.Fetch fetch) {
        witness.onFetch(machine, fetch);
        call(() -> wiring.reader().fetch(fetch.attachment(), fetch.mostBytes()), (bytes, failure) -> {
            boolean again = !(failure instanceof IllegalArgumentException);
            scheduler.after(
                    wiring.server().way(),
                    () -> later(core -> now -> {
                        if (bytes != null) core.onFetched(fetch.update(), bytes, now);
                        else core.onNotFetched(fetch.update(), again, now);
                    }));
        });
    }

    private void recall(PostId post) {
        call(() -> wiring.reader().recall(post), (found, failure) -> {
            witness.onRecall(machine, post, found != null && found.isPresent());
            later(core -> now -> {
                if (found != null) core.onRecalled(post, found.orElse(null), now);
                else core.onNotRecalled(post, !isRefused(failure), pause(failure), now);
            });
        });
    }

    private static boolean isRefused(@Nullable RuntimeException failure) {
        return failure instanceof ApiException.Rejected;
    }

    private static Duration pause(@Nullable RuntimeException failure) {
        return failure instanceof ApiException.FloodWait wait ? wait.retryAfter() : Duration.ZERO;
    }

    // --- registers

    private void carryOut(RegisterEffect effect) {
        String topic = effect.topic();
        switch (effect) {
            case RegisterEffect.Look look ->
                call(() -> wiring.board(topic).pinned(), (pinned, failure) -> {
                    Arrival seen = pinned == null ? null : pinned.orElse(null);
                    later(core -> now -> {
                        if (pinned != null) core.onSeen(topic, seen, now);
                        else core.onNotSeen(topic, String.valueOf(failure), rest(failure), now);
                    });
                });
            case RegisterEffect.FetchPinned fetch ->
                call(() -> wiring.board(topic).fetch(fetch.attachment(), fetch.mostBytes()), (bytes, failure) -> {
                    later(core -> now -> {
                        if (bytes != null) core.onSeenWhole(topic, bytes, now);
                        else core.onNotSeen(topic, String.valueOf(failure), rest(failure), now);
                    });
                });
            case RegisterEffect.Pin pin -> {
                witness.onPin(machine, pin);
                call(() -> wiring.board(topic).pin(pin.packet(), pin.document()), (outcome, failure) -> {
                    if (outcome == null) throw new IllegalStateException(machine.name() + " cannot pin", failure);
                    later(core -> now -> core.onPinned(topic, outcome, now));
                });
            }
            case RegisterEffect.Changed changed -> witness.onRegister(machine, topic, changed.value());
            case RegisterEffect.Answered answered -> witness.onAnswered(machine, answered);
        }
    }

    private static Optional<Duration> rest(@Nullable RuntimeException failure) {
        return failure instanceof ApiException.FloodWait wait ? Optional.of(wait.retryAfter()) : Optional.empty();
    }
}
