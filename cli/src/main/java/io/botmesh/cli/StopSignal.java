package io.botmesh.cli;

import java.util.concurrent.CountDownLatch;

/**
 * For commands that run until they are stopped: being stopped is their success. While this is open, SIGTERM and SIGINT close
 * what it was given and end the process with exit code 0, where the default would be the signal's.
 */
final class StopSignal implements AutoCloseable {
    private final Thread hook;

    private StopSignal(Thread hook) {
        this.hook = hook;
    }

    static StopSignal closes(AutoCloseable running) {
        var hook = new Thread(
                () -> {
                    try {
                        running.close();
                        Runtime.getRuntime().halt(ExitCodes.OK);
                    } catch (Exception broken) {
                        Runtime.getRuntime().halt(ExitCodes.FAILED);
                    }
                },
                "stop-signal");
        Runtime.getRuntime().addShutdownHook(hook);
        return new StopSignal(hook);
    }

    /** Waits until a signal ends the process. */
    void await() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    /** From now on signals do what they do by default. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // The signal came first: the hook ends the process.
        }
    }
}
