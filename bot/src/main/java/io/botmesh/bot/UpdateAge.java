package io.botmesh.bot;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.AgeLimit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long an update makes sense, counted from its arrival here, be it in an earlier process. The server takes no answer to
 * an inline query after about 30 seconds, so an older one is dropped; whoever pressed a button sees it wait for some 15
 * seconds; what the server itself would have forgotten after a day can only come out of the journal. The last two are
 * handled all the same, as {@linkplain io.botmesh.runner.Delivery#overdue() overdue}.
 */
final class UpdateAge {
    private static final AgeLimit INLINE_QUERY = AgeLimit.drop(Duration.ofSeconds(30));
    private static final AgeLimit CALLBACK_QUERY = AgeLimit.flag(Duration.ofSeconds(15));
    private static final AgeLimit OTHER = AgeLimit.flag(Duration.ofHours(24));

    private UpdateAge() {}

    static @Nullable AgeLimit limit(RawUpdate update) {
        return switch (update.kind()) {
            case "inline_query" -> INLINE_QUERY;
            case "callback_query" -> CALLBACK_QUERY;
            default -> OTHER;
        };
    }
}
