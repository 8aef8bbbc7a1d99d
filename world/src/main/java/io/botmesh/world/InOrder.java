package io.botmesh.world;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Carries out what was asked for one after the other, in the order in which it was asked for, by whoever comes along: of
 * several threads the first does the work of all, and none waits for another.
 */
final class InOrder {
    private final Queue<Runnable> asked = new ConcurrentLinkedQueue<>();
    private final AtomicInteger comers = new AtomicInteger();

    void add(Runnable effect) {
        asked.add(effect);
    }

    /**
     * When it returns, everything asked for until now is done, or somebody else is doing it. What fails holds nothing up;
     * the first failure is thrown at the end.
     */
    void carryOut() {
        if (comers.getAndIncrement() != 0) return;
        RuntimeException failed = null;
        int seen = 1;
        do {
            for (var effect = asked.poll(); effect != null; effect = asked.poll()) {
                try {
                    effect.run();
                } catch (RuntimeException broken) {
                    if (failed == null) failed = broken;
                }
            }
            seen = comers.addAndGet(-seen);
        } while (seen != 0);
        if (failed != null) throw failed;
    }
}
