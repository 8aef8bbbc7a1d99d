package io.botmesh.bot;

/** What comes after a {@link Middleware}. */
@FunctionalInterface
public interface Next {
    /** The end of the way. */
    Next END = () -> {};

    /**
     * Runs what comes after and returns when it has ended.
     *
     * @throws IllegalStateException if called twice: handlers would see the update twice
     * @throws Exception             what came after failed with
     */
    void proceed() throws Exception;
}
