package io.botmesh.metrics;

import io.botmesh.bot.Sessions;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Meters of a bot's sessions. */
final class SessionMeters {
    private SessionMeters() {}

    static void add(MeterRegistry registry, Tags bot, Supplier<Sessions.Stats> sessions) {
        count(registry, bot, sessions, "botmesh.session.loads", "sessions that were loaded", Sessions.Stats::loaded);
        count(registry, bot, sessions, "botmesh.session.writes", "sessions that were stored", Sessions.Stats::written);
        var name = "botmesh.session.conflicts";
        var description = "sessions that another handler had changed meanwhile";
        count(registry, bot.and("outcome", "reapplied"), sessions, name, description, Sessions.Stats::reapplied);
        count(registry, bot.and("outcome", "refused"), sessions, name, description, Sessions.Stats::refused);
    }

    private static void count(
            MeterRegistry registry,
            Tags tags,
            Supplier<Sessions.Stats> sessions,
            String name,
            String description,
            ToDoubleFunction<Sessions.Stats> value) {
        FunctionCounter.builder(name, sessions, all -> value.applyAsDouble(all.get()))
                .description(description)
                .tags(tags)
                .register(registry);
    }
}
