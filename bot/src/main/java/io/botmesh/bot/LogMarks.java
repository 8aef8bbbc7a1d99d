package io.botmesh.bot;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Keys;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What every line in the log says of the update that it is about, whoever writes it on the thread of that update: {@code bot},
 * {@code update} and {@code key} in the {@link MDC}.
 */
final class LogMarks {
    /** For a context outside of a bot. */
    static final LogMarks OFF = new LogMarks(0, null);

    private final String bot;
    private final @Nullable Keys<RawUpdate> keys;

    /** @param keys those of the runner's options; null to say nothing */
    LogMarks(long botId, @Nullable Keys<RawUpdate> keys) {
        this.bot = Long.toString(botId);
        this.keys = keys;
    }

    /** From now on this thread is about that update. */
    void put(RawUpdate update) {
        if (keys == null) return;
        MDC.put("bot", bot);
        MDC.put("update", Long.toString(update.updateId()));
        MDC.put("key", key(keys, update));
    }

    private static String key(Keys<RawUpdate> keys, RawUpdate update) {
        try {
            return keys.of(update).toString();
        } catch (RuntimeException unkeyed) {
            return "?"; // the update fails for that reason, and says so
        }
    }

    /** This thread is about no update any more. What handlers have left there goes too: the next update is somebody else's. */
    static void clear() {
        MDC.clear();
    }

    /** While the question is asked this thread is about that update, and then about what it was before. */
    boolean during(RawUpdate update, BooleanSupplier question) {
        var before = MDC.getCopyOfContextMap();
        put(update);
        try {
            return question.getAsBoolean();
        } finally {
            if (before == null) MDC.clear();
            else MDC.setContextMap(before);
        }
    }
}
