package io.botmesh.metrics;

import io.botmesh.botapi.LimitStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Meters of what a bot sends. */
final class LimitMeters {
    private LimitMeters() {}

    static void add(MeterRegistry registry, Tags bot, Supplier<LimitStats> limits) {
        gauge(registry, bot, limits, "botmesh.send.waiting", "calls that wait for their turn", LimitStats::waiting);
        gauge(registry, bot, limits, "botmesh.send.calls", "calls that have no answer yet", LimitStats::onTheWay);
        gauge(registry, bot, limits, "botmesh.send.resting", "chats that a 429 has paused", LimitStats::restingChats);
        Gauge.builder("botmesh.send.rest", limits, all -> all.get().botRests().toMillis() / 1e3)
                .description("how long a 429 still pauses the whole bot")
                .baseUnit("seconds")
                .tags(bot)
                .register(registry);
        count(registry, bot, limits, "botmesh.send.floods", "answers that were a 429", LimitStats::floodWaits);
        count(registry, bot, limits, "botmesh.send.repeats", "calls that went again", LimitStats::repeats);
    }

    private static void gauge(
            MeterRegistry registry,
            Tags bot,
            Supplier<LimitStats> limits,
            String name,
            String description,
            ToDoubleFunction<LimitStats> value) {
        Gauge.builder(name, limits, all -> value.applyAsDouble(all.get()))
                .description(description)
                .tags(bot)
                .strongReference(true)
                .register(registry);
    }

    private static void count(
            MeterRegistry registry,
            Tags bot,
            Supplier<LimitStats> limits,
            String name,
            String description,
            ToDoubleFunction<LimitStats> value) {
        FunctionCounter.builder(name, limits, all -> value.applyAsDouble(all.get()))
                .description(description)
                .tags(bot)
                .register(registry);
    }
}
