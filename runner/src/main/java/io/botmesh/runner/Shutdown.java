package io.botmesh.runner;

/**
 * Ends something when the program is asked to end, by SIGTERM or Ctrl-C: the program stays until that is done. A SIGKILL
 * cannot be heard; what that leaves is up to the {@link Guarantee}.
 */
public final class Shutdown implements AutoCloseable {
    private final Thread hook;

    private Shutdown(Runnable end) {
        hook = new Thread(end, "botmesh-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** From now on, until the returned object is closed, the end of the program runs this first; it has to end by itself. */
    public static Shutdown runs(Runnable end) {
        return new Shutdown(end);
    }

    /** Forgets about it; without effect while the program ends already. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // Then it runs, or has run.
        }
    }
}
