package io.botmesh.runner;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What the runner logs while this is open, and nobody else sees meanwhile. */
final class ToldLines extends Handler implements AutoCloseable {
    // Held, or it and its handlers may be collected.
    private final Logger logger = Logger.getLogger("io.botmesh.runner");
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    ToldLines() {
        logger.addHandler(this);
        logger.setUseParentHandlers(false);
    }

    BlockingQueue<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord told) {
        lines.add(new SimpleFormatter().formatMessage(told));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
    }
}
