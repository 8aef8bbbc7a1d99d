package io.botmesh.runner;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Memory or stack that does not do. One large update, or others for a moment, may take all there is. */
final class Lack {
    /** For others to give memory back. */
    private static final Duration BREATH = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger("io.botmesh.runner");

    private Lack() {}

    /** Pauses until it may be tried again; an interrupt ends that at once, and stays set. Throws nothing for want of memory. */
    static void breathe(String what, Throwable lack) {
        LockSupport.parkNanos(BREATH.toNanos());
        try {
            LOG.log(Level.WARNING, "{0}: {1}", what, lack.toString());
        } catch (OutOfMemoryError | StackOverflowError still) {
            // Then it is not told.
        }
    }
}
