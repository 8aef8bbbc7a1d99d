package io.botmesh.metrics;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.DeadLetters;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.Handler;
import io.botmesh.runner.Keys;
import io.botmesh.runner.Retrying;
import io.botmesh.runner.RunnerListener;
import io.botmesh.runner.StopReport;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Lines about what a runner does, each with the bot, and where it is about an update with its id, kind, key and attempt, as
 * key-value pairs that a structured log keeps apart. A handled update is told at DEBUG, a failed attempt at WARN, a loss at
 * ERROR. No line holds what a user has sent.
 */
public final class UpdateLog implements RunnerListener<RawUpdate>, Retrying.Listener {
    private final Logger log = LoggerFactory.getLogger("io.botmesh.updates");
    private final long botId;
    private final Keys<RawUpdate> keys;
    private final Predicate<? super Throwable> told;

    /** The keys are those of the runner's options. */
    public UpdateLog(long botId, Keys<RawUpdate> keys) {
        this(botId, keys, failure -> false);
    }

    /**
     * One that leaves out what is told elsewhere.
     *
     * @param told asked once about the failure of an attempt, on the thread of its handler, and about the failure that has
     *             ended polling
     */
    public UpdateLog(long botId, Keys<RawUpdate> keys, Predicate<? super Throwable> told) {
        this.botId = botId;
        this.keys = keys;
        this.told = told;
    }

    /**
     * The handler, with {@code bot}, {@code update} and {@code key} in the {@link MDC} while it runs, so that its own lines
     * have them.
     */
    public Handler<RawUpdate> around(Handler<RawUpdate> handler) {
        return delivery -> {
            MDC.put("bot", Long.toString(botId));
            MDC.put("update", Long.toString(delivery.update().updateId()));
            MDC.put("key", key(delivery.update()));
            try {
                handler.handle(delivery);
            } finally {
                MDC.remove("bot");
                MDC.remove("update");
                MDC.remove("key");
            }
        };
    }

    private String key(RawUpdate update) {
        try {
            return keys.of(update).toString();
        } catch (RuntimeException unkeyed) {
            return "?"; // the update fails for that reason, and says so
        }
    }

    private LoggingEventBuilder at(Level level) {
        return log.atLevel(level).addKeyValue("bot", botId);
    }

    private LoggingEventBuilder at(Level level, Delivery<RawUpdate> delivery) {
        var update = delivery.update();
        return at(level)
                .addKeyValue("update", update.updateId())
                .addKeyValue("kind", update.kind())
                .addKeyValue("key", () -> key(update))
                .addKeyValue("attempt", delivery.attempt());
    }

    @Override
    public void onEnded(Delivery<RawUpdate> delivery, Duration took, @Nullable Throwable failure) {
        // Of handlers that wait there may be thousands when a stop asks them to end, and none of them has failed.
        boolean asked = failure instanceof InterruptedException && delivery.cancelled();
        if (asked) {
            at(Level.DEBUG, delivery).addKeyValue("took_ms", took.toMillis()).log("ended as it was asked to");
            return;
        }
        if (failure != null && told.test(failure)) return;
        var level = failure == null ? Level.DEBUG : Level.WARN;
        if (!log.isEnabledForLevel(level)) return;
        at(level, delivery)
                .addKeyValue("took_ms", took.toMillis())
                .setCause(failure)
                .log(failure == null ? "handled" : "an attempt failed");
    }

    @Override
    public void onGivenUp(Delivery<RawUpdate> delivery, Throwable failure) {
        at(Level.ERROR, delivery).setCause(failure).log("given up after the last attempt");
    }

    @Override
    public void onDeadLetter(Delivery<RawUpdate> delivery, DeadLetters.Cause cause) {
        at(Level.ERROR, delivery).addKeyValue("cause", cause.type()).log("a dead letter now");
    }

    @Override
    public void onFailureHandlerFailed(Delivery<RawUpdate> delivery, Throwable failure) {
        at(Level.ERROR, delivery).setCause(failure).log("the failure handler failed; the update is skipped");
    }

    @Override
    public void onDuplicates(int updates) {
        at(Level.INFO).addKeyValue("updates", updates).log("the journal knew these already");
    }

    @Override
    public void onPaused(long waiting) {
        at(Level.WARN).addKeyValue("waiting", waiting).log("polling waits for room");
    }

    @Override
    public void onResumed(long waiting) {
        at(Level.INFO).addKeyValue("waiting", waiting).log("polling goes on");
    }

    @Override
    public void onMarkFailed(Throwable failure) {
        at(Level.ERROR).setCause(failure).log("the journal did not take the end of an update: it will come again");
    }

    @Override
    public void onFatal(Throwable failure) {
        if (!told.test(failure)) at(Level.ERROR).setCause(failure).log("polling has ended for good");
    }

    @Override
    public void onStopped(StopReport report) {
        at(Level.INFO)
                .addKeyValue("finished", report.finished())
                .addKeyValue("cancelled", report.cancelled())
                .addKeyValue("left_in_journal", report.leftInJournal())
                .addKeyValue("unstarted", report.unstarted())
                .log("stopped");
    }

    @Override
    public void onRetry(Throwable failure, int failures, Duration pause) {
        at(Level.WARN)
                .addKeyValue("failures", failures)
                .addKeyValue("pause_ms", pause.toMillis())
                .setCause(failure)
                .log("a poll failed and is tried again");
    }

    @Override
    public void onRecovered(int failures, Duration outage) {
        at(Level.INFO)
                .addKeyValue("failures", failures)
                .addKeyValue("outage_ms", outage.toMillis())
                .log("polls work again");
    }
}
