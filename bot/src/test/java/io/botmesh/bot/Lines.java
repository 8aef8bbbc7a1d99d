package io.botmesh.bot;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.LoggerFactory;

/** What a logger is told, with the marks of the thread that told it. */
final class Lines implements AutoCloseable {
    private final Logger logger;
    private final LinkedBlockingQueue<ILoggingEvent> told = new LinkedBlockingQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing(); // reads the marks
            told.add(event);
        }
    };

    Lines(Class<?> of) {
        logger = (Logger) LoggerFactory.getLogger(of);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        appender.start();
        logger.addAppender(appender);
    }

    /** The next line with these words. */
    ILoggingEvent await(String words) throws InterruptedException {
        while (true) {
            var next = told.poll(120, SECONDS);
            assertThat(next).as(words).isNotNull();
            if (next.getFormattedMessage().contains(words)) return next;
        }
    }

    /** What was told and not awaited. */
    List<String> left() {
        return told.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setAdditive(true);
        logger.setLevel(null);
    }
}
