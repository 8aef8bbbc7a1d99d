package io.botmesh.mesh;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Who waits until a node has nothing more to say. Of the thread that owns the core alone. */
final class NodeWaits {
    /** @param peer null for all */
    private record Draining(@Nullable String peer, CompletableFuture<Void> drained) {}

    private static final class Settling {
        final CompletableFuture<Void> settled;
        boolean told;

        Settling(CompletableFuture<Void> settled) {
            this.settled = settled;
        }
    }

    private final NodeSends sends;
    private final List<Draining> draining = new ArrayList<>();
    private final List<Settling> settling = new ArrayList<>();

    NodeWaits(NodeSends sends) {
        this.sends = sends;
    }

    /** @param peer whose outbox is meant, null for all */
    void drain(@Nullable String peer, CompletableFuture<Void> drained) {
        draining.add(new Draining(peer, drained));
    }

    void settle(CompletableFuture<Void> settled) {
        settling.add(new Settling(settled));
    }

    /**
     * After a turn.
     *
     * @return whether the core has something new to say
     */
    boolean onTurn(NodeCore core, long now) {
        if (!draining.isEmpty()) draining.removeIf(one -> isOver(core, one));
        boolean news = false;
        for (Settling one : List.copyOf(settling)) {
            if (!one.told && core.isHandled()) {
                core.tellAll(now);
                one.told = true;
                news = true;
            } else if (one.told && core.isSaid()) {
                settling.remove(one);
                NodeLoop.complete(one.settled, null);
            }
        }
        return news;
    }

    private boolean isOver(NodeCore core, Draining one) {
        String peer = one.peer;
        boolean over =
                peer == null ? sends.isEmpty() && core.isDrained() : !sends.isBlocked(peer) && core.isDrained(peer);
        if (over) NodeLoop.complete(one.drained, null);
        return over;
    }

    /** The node has ended first. */
    void fail(MeshException why) {
        draining.forEach(one -> NodeLoop.fail(one.drained, why));
        settling.forEach(one -> NodeLoop.fail(one.settled, why));
    }
}
