package io.botmesh.cli;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something done again and again beside the main work; ends when closed. */
final class Repeating implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Repeating.class);

    private final Thread thread;

    private Repeating(Thread thread) {
        this.thread = thread;
    }

    static Repeating start(String name, Duration every, Runnable task) {
        return new Repeating(Thread.ofVirtual().name(name).start(() -> {
            try {
                while (true) {
                    Thread.sleep(every);
                    run(task);
                }
            } catch (InterruptedException closed) {
                // as meant
            }
        }));
    }

    /** Once may fail, as for want of memory: it goes on. */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error onceOnly) {
            LOG.warn("what is done again and again has failed this time", onceOnly);
        }
    }

    /** The task does not run any more when this returns. */
    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
