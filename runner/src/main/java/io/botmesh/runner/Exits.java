package io.botmesh.runner;

/**
 * Calls of {@link System#exit}. Such a call returns never, as it waits for the hooks of the shutdown, and a hook that waits for
 * its thread waits in vain.
 */
final class Exits {
    private static final Thread NO_HOOK = new Thread(() -> {}, "botmesh-no-hook");

    private Exits() {}

    /** Whether the program is ending. */
    static boolean underWay() {
        try {
            Runtime.getRuntime().removeShutdownHook(NO_HOOK);
            return false;
        } catch (IllegalStateException ending) {
            return true;
        }
    }

    /** Whether this thread has called for the end of the program. */
    static boolean isIn(Thread thread) {
        // It waits. To see the stack of one that computes takes until that has its turn on a processor, for each anew.
        if (thread.getState() == Thread.State.RUNNABLE) return false;
        for (var frame : thread.getStackTrace())
            if (frame.getClassName().equals("java.lang.Runtime")
                    && frame.getMethodName().equals("exit")) return true;
        return false;
    }
}
