package io.botmesh.botapi;

import java.util.concurrent.Callable;

/**
 * Runs the part of a call in which its thread only waits, so that whoever counts running handlers need not count this one
 * meanwhile. In a handler of the runner it is {@code delivery::withoutSlot}.
 */
@FunctionalInterface
public interface Waiting {
    /** Just runs it. */
    Waiting UNNOTICED = new Waiting() {
        @Override
        public <T> T whileWaiting(Callable<T> wait) throws Exception {
            return wait.call();
        }
    };

    /**
     * Called on the thread of a call that does not go out at once, or goes again; not called for the others.
     *
     * @param wait waits and sends, as often as it takes; to be run once, on the same thread
     */
    <T> T whileWaiting(Callable<T> wait) throws Exception;
}
