package io.botmesh.botapi;

/**
 * Told by a {@link LimitedApi} that a call will not go out at once, so that whoever counts running handlers need not count
 * one that only waits. Not told of calls that go out at once.
 */
@FunctionalInterface
public interface Waiting {
    /** Nobody is told. */
    Waiting UNNOTICED = () -> () -> {};

    /**
     * Called on the waiting thread before its first wait.
     *
     * @return called on the same thread when the call is over, before its answer or failure is handed back; may block
     */
    Runnable begin();
}
