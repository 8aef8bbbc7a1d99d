package io.botmesh.cli;

import java.time.Duration;

/** Something done again and again beside the main work; ends when closed. */
final class Repeating implements AutoCloseable {
    private final Thread thread;

    private Repeating(Thread thread) {
        this.thread = thread;
    }

    static Repeating start(String name, Duration every, Runnable task) {
        return new Repeating(Thread.ofVirtual().name(name).start(() -> {
            try {
                while (true) {
                    Thread.sleep(every);
                    task.run();
                }
            } catch (InterruptedException closed) {
                // as meant
            }
        }));
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
