package io.botmesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.Keys;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class UpdateLogTest {
    private static final Delivery<RawUpdate> DELIVERY = Delivery.of(
            RawUpdate.parse("{\"update_id\":17,\"message\":{\"chat\":{\"id\":5},\"text\":\"private words\"}}"
                    .getBytes(StandardCharsets.UTF_8)),
            2);

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.botmesh.updates");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final UpdateLog log = new UpdateLog(42, Keys.sequentialize(RawUpdate::chatId));

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.DEBUG);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    private ILoggingEvent line() {
        assertThat(lines.list).hasSize(1);
        return lines.list.getFirst();
    }

    private Map<String, String> pairs() {
        var pairs = new HashMap<String, String>();
        for (var pair : line().getKeyValuePairs()) pairs.put(pair.key, String.valueOf(pair.value));
        return pairs;
    }

    @Test
    void aLineAboutAnUpdateCarriesItsIdKeyAndAttemptAndNothingThatAUserSent() {
        log.onEnded(DELIVERY, Duration.ofMillis(12), null);
        assertThat(line().getLevel()).isEqualTo(Level.DEBUG);
        assertThat(pairs())
                .containsEntry("bot", "42")
                .containsEntry("update", "17")
                .containsEntry("kind", "message")
                .containsEntry("key", "[5]")
                .containsEntry("attempt", "2")
                .containsEntry("took_ms", "12");
        assertThat(line().toString() + pairs()).doesNotContain("private words");
    }

    @Test
    void aFailureIsToldWithItsCause() {
        log.onEnded(DELIVERY, Duration.ZERO, new IllegalStateException("boom"));
        assertThat(line().getLevel()).isEqualTo(Level.WARN);
        assertThat(line().getThrowableProxy().getMessage()).isEqualTo("boom");
    }

    @Test
    void aFailureThatTheLogTellsOfAlreadyIsLeftOutAndNoOther() {
        var known = new IllegalStateException("known");
        var quiet = new UpdateLog(42, Keys.sequentialize(RawUpdate::chatId), known::equals);
        quiet.onEnded(DELIVERY, Duration.ZERO, known);
        quiet.onEnded(DELIVERY, Duration.ZERO, new IllegalStateException("new"));
        assertThat(line().getThrowableProxy().getMessage()).isEqualTo("new");
    }

    @Test
    void whatHasEndedPollingIsToldUnlessItIsToldElsewhere() {
        var known = new IllegalStateException("known");
        var quiet = new UpdateLog(42, Keys.sequentialize(RawUpdate::chatId), known::equals);
        quiet.onFatal(known);
        assertThat(lines.list).isEmpty();
        quiet.onFatal(new IllegalStateException("new"));
        assertThat(line().getLevel()).isEqualTo(Level.ERROR);
        assertThat(line().getThrowableProxy().getMessage()).isEqualTo("new");
    }

    @Test
    void aHandlerThatAStopAskedToEndHasNotFailed() {
        var updates = new Updates();
        updates.add(17, 5, "wait");
        var options = RunnerOptions.<RawUpdate>defaults()
                .withKeys(Keys.sequentialize(RawUpdate::chatId))
                .withJournal(new MemoryJournal<>(RawUpdate::updateId, InstantSource.system()))
                .withListener(log);
        try (var runner = new Runner<RawUpdate>(
                updates, delivery -> delivery.next(next -> false, Duration.ofHours(1)), options)) {
            runner.start();
            while (runner.stats().parked() == 0) Thread.onSpinWait();
        }
        assertThat(lines.list)
                .extracting(line -> line.getLevel() + " " + line.getFormattedMessage())
                .containsExactly("DEBUG ended as it was asked to", "INFO stopped");
    }

    @Test
    void aHandlersOwnLinesCarryTheUpdateToo() throws Exception {
        var handler =
                log.around(delivery -> logger.info("{} {} {}", MDC.get("bot"), MDC.get("update"), MDC.get("key")));
        handler.handle(DELIVERY);
        assertThat(line().getFormattedMessage()).isEqualTo("42 17 [5]");
        assertThat(MDC.get("update")).isNull();
    }
}
