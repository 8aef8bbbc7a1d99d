package io.botmesh.mesh;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** What a program gave without waiting until it is taken. Who waits has a thread for each message; these have nothing else that bounds them. */
final class Pending {
    private final long most;
    private final AtomicLong bytes = new AtomicLong();

    /** @param most bytes, at least 1 */
    Pending(long most) {
        this.most = most;
    }

    /** Gives something on, if there is room for it; that is free again when the future is known or cancelled. */
    <T> CompletableFuture<T> within(long cost, Supplier<CompletableFuture<T>> given) {
        long there = enter(cost);
        if (there > 0) return CompletableFuture.failedFuture(new MeshException.TooManyPending(there, most));
        CompletableFuture<T> taken = given.get();
        var unused = taken.whenComplete((receipt, why) -> bytes.addAndGet(-cost));
        return taken;
    }

    /** Returns 0, or how much is there if it leaves no room. One alone always has room, as in an outbox. */
    private long enter(long cost) {
        while (true) {
            long there = bytes.get();
            if (there > 0 && cost > most - there) return there;
            if (bytes.compareAndSet(there, there + cost)) return 0;
        }
    }
}
