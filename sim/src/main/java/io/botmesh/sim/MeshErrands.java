package io.botmesh.sim;

import io.botmesh.botapi.ApiException;
import io.botmesh.mesh.Arrival;
import io.botmesh.mesh.NodeCore;
import io.botmesh.mesh.PostId;
import io.botmesh.mesh.RegisterEffect;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The calls that only a node of the mesh makes: it brings posts back, and looks at registers. */
final class MeshErrands {
    private final Machine machine;
    private final Errands errands;
    private final NodeCore node;
    private final Wiring wiring;
    private final Witness witness;

    MeshErrands(Machine machine, Errands errands, NodeCore node) {
        this.machine = machine;
        this.errands = errands;
        this.node = node;
        wiring = machine.wiring();
        witness = wiring.witness();
    }

    private void later(LongConsumer news) {
        errands.later(news);
    }

    void recall(PostId post) {
        errands.call(() -> wiring.reader().recall(post), (found, failure) -> {
            witness.onRecall(machine, post, found != null && found.isPresent());
            later(now -> {
                if (found != null) node.onRecalled(post, found.orElse(null), now);
                else node.onNotRecalled(post, !isRefused(failure), pause(failure), now);
            });
        });
    }

    private static boolean isRefused(@Nullable RuntimeException failure) {
        return failure instanceof ApiException.Rejected;
    }

    private static Duration pause(@Nullable RuntimeException failure) {
        return failure instanceof ApiException.FloodWait wait ? wait.retryAfter() : Duration.ZERO;
    }

    void carryOut(RegisterEffect effect) {
        String topic = effect.topic();
        switch (effect) {
            case RegisterEffect.Look look ->
                errands.call(() -> wiring.board(topic).pinned(), (pinned, failure) -> {
                    Arrival seen = pinned == null ? null : pinned.orElse(null);
                    later(now -> {
                        if (pinned != null) node.onSeen(topic, seen, now);
                        else node.onNotSeen(topic, String.valueOf(failure), rest(failure), now);
                    });
                });
            case RegisterEffect.FetchPinned fetch ->
                errands.call(
                        () -> wiring.board(topic).fetch(fetch.attachment(), fetch.mostBytes()), (bytes, failure) -> {
                            later(now -> {
                                if (bytes != null) node.onSeenWhole(topic, bytes, now);
                                else node.onNotSeen(topic, String.valueOf(failure), rest(failure), now);
                            });
                        });
            case RegisterEffect.Pin pin -> {
                witness.onPin(machine, pin);
                errands.call(() -> wiring.board(topic).pin(pin.packet(), pin.document()), (outcome, failure) -> {
                    if (outcome == null) throw new IllegalStateException(machine.name() + " cannot pin", failure);
                    later(now -> node.onPinned(topic, outcome, now));
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
