package io.botmesh.runner;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The end of what another thread does, for one thread at a time that waits for it. */
final class Ending {
    private volatile boolean reached;
    private volatile @Nullable Thread waiter;

    /** It has ended; what was done before is seen by whoever finds so. */
    void reach() {
        reached = true;
        LockSupport.unpark(waiter);
    }

    boolean isReached() {
        return reached;
    }

    /** Parks the current thread until the end, or until somebody unparks or interrupts it, or for no reason. */
    void park() {
        waiter = Thread.currentThread();
        if (!reached) LockSupport.park(this);
    }
}
