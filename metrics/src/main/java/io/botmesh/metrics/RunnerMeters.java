package io.botmesh.metrics;

import io.botmesh.bot.Sessions;
import io.botmesh.botapi.LimitStats;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.Retrying;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerListener;
import io.botmesh.runner.RunnerStats;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Meters of one bot's runner. A listener of the runner from its making, {@link #watch} adds what the runner is asked for:
 *
 * <pre>{@code
 * var meters = new RunnerMeters<RawUpdate>(registry, token.botId());
 * var runner = new Runner<>(source, handler, options.withListener(meters));
 * meters.watch(runner);
 * }</pre>
 *
 * <p>Every meter has the tag {@code bot}, the bot's id; no tag holds what a user has chosen, so their number is bounded.
 * docs/operations.md lists them.
 *
 * @param <U> the update
 */
public final class RunnerMeters<U> implements RunnerListener<U>, Retrying.Listener {
    /** So many keys are told apart by how much waits for them. */
    private static final int DEEPEST = 3;

    private static final double[] PERCENTILES = {0.5, 0.95, 0.99};

    private final MeterRegistry registry;
    private final Tags bot;
    private final LongSupplier nanoTime;
    private final DistributionSummary batch;
    private final Timer succeeded;
    private final Timer failed;
    private final Counter pauses;
    private final Counter failedFilters;
    private final Counter failedMarks;
    private final Counter failedFailureHandlers;
    private final Counter fatal;
    private final Counter retries;
    private final Counter conflicts;
    private final Timer outages;
    /** Meters hold what they ask only weakly. */
    private final List<Object> held = new CopyOnWriteArrayList<>();
    /** One after the other, where a bot is started again. */
    private final List<Runner<U>> runners = new CopyOnWriteArrayList<>();

    private volatile long polledAt;
    private volatile boolean paused;

    public RunnerMeters(MeterRegistry registry, long botId) {
        this(registry, botId, System::nanoTime);
    }

    RunnerMeters(MeterRegistry registry, long botId, LongSupplier nanoTime) {
        this.registry = registry;
        this.bot = Tags.of("bot", Long.toString(botId));
        this.nanoTime = nanoTime;
        this.polledAt = nanoTime.getAsLong();
        batch = DistributionSummary.builder("botmesh.poll.batch")
                .description("updates that a poll brought")
                .tags(bot)
                .publishPercentiles(PERCENTILES)
                .register(registry);
        succeeded = handle("succeeded");
        failed = handle("failed");
        pauses = counter("botmesh.poll.pauses", "times that polling stopped for want of room");
        failedFilters = counter("botmesh.filter.failures", "filters of waiting handlers that threw");
        failedMarks = counter("botmesh.journal.failures", "ends of updates that the journal did not take");
        failedFailureHandlers = counter("botmesh.failure.handler.failures", "failure handlers that threw");
        fatal = counter("botmesh.runner.failures", "times that polling ended for good by a failure");
        retries = counter("botmesh.poll.retries", "polls that failed and were tried again");
        conflicts = counter("botmesh.poll.conflicts", "polls that were refused because of another poller or a webhook");
        outages = Timer.builder("botmesh.poll.outage")
                .description("from the first failed poll to the next good one")
                .tags(bot)
                .register(registry);
        Gauge.builder("botmesh.poll.age", this, RunnerMeters::pollAgeSeconds)
                .description("time since a poll was complete, or since the start")
                .baseUnit("seconds")
                .tags(bot)
                .register(registry);
        Gauge.builder("botmesh.poll.paused", this, meters -> meters.paused ? 1 : 0)
                .description("1 while polling waits for room")
                .tags(bot)
                .register(registry);
    }

    private Timer handle(String outcome) {
        return Timer.builder("botmesh.handle")
                .description("attempts of handlers, from their start")
                .tags(bot.and("outcome", outcome))
                .publishPercentiles(PERCENTILES)
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).tags(bot).register(registry);
    }

    /**
     * Adds the meters that the runner itself is asked for, each time that meters are read. With a further one, as when a bot with a lease is
     * started again, counts go on, and what is now is the last one's.
     */
    public RunnerMeters<U> watch(Runner<U> runner) {
        runners.add(runner);
        if (runners.size() > 1) return this;
        count("botmesh.polls", "polls that came back", RunnerStats::polls);
        count("botmesh.updates", "updates that polls brought", RunnerStats::updates);
        count("botmesh.duplicates", "updates that the journal knew already", RunnerStats::duplicates);
        count("botmesh.cancelled", "attempts that a stop interrupted", RunnerStats::cancelled);
        count(
                "botmesh.retries",
                "attempts that failed and after which the update is tried again",
                RunnerStats::retried);
        count("botmesh.given.up", "updates that failed on their last attempt", RunnerStats::givenUp);
        count("botmesh.dead.letters", "updates that became dead letters", RunnerStats::dead);
        count("botmesh.timeouts", "attempts that ran too long", RunnerStats::timedOut);
        count("botmesh.dropped", "updates that ended without a handler", RunnerStats::dropped);
        gauge("botmesh.waiting", "updates in memory that do not run", RunnerStats::waiting);
        gauge("botmesh.running", "handlers at work", RunnerStats::running);
        gauge("botmesh.parked", "handlers that wait for another update", RunnerStats::parked);
        gauge("botmesh.abandoned", "handlers that run on after their time", RunnerStats::abandoned);
        gauge("botmesh.stuck", "abandoned handlers that keep their slot", RunnerStats::stuck);
        gauge("botmesh.journal.lag", "updates that wait on disk and not in memory", RunnerStats::spilled);
        Gauge.builder(
                        "botmesh.queue.age",
                        this,
                        meters -> meters.last().backlog(0).oldest().toMillis() / 1e3)
                .description("how long the oldest update in memory has waited")
                .baseUnit("seconds")
                .tags(bot)
                .register(registry);
        for (int rank = 0; rank < DEEPEST; rank++) depth(rank);
        return this;
    }

    private Runner<U> last() {
        return runners.getLast();
    }

    private double sum(ToDoubleFunction<RunnerStats> value) {
        return runners.stream()
                .mapToDouble(one -> value.applyAsDouble(one.stats()))
                .sum();
    }

    private void count(String name, String description, ToDoubleFunction<RunnerStats> value) {
        FunctionCounter.builder(name, this, meters -> meters.sum(value))
                .description(description)
                .tags(bot)
                .register(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<RunnerStats> value) {
        Gauge.builder(name, this, meters -> value.applyAsDouble(meters.last().stats()))
                .description(description)
                .tags(bot)
                .register(registry);
    }

    /** Ranked, because a key in a tag would make a meter per chat: {@link Runner#backlog} names them. */
    private void depth(int rank) {
        Gauge.builder("botmesh.queue.depth", this, meters -> {
                    var deepest = meters.last().backlog(rank + 1).deepest();
                    return deepest.size() > rank ? deepest.get(rank).depth() : 0;
                })
                .description("waiting updates of the keys that have most of them")
                .tags(bot.and("rank", Integer.toString(rank + 1)))
                .register(registry);
    }

    /** Adds the meters of what waits to be sent. */
    public RunnerMeters<U> watch(Supplier<LimitStats> limits) {
        held.add(limits);
        LimitMeters.add(registry, bot, limits);
        return this;
    }

    /** Adds the meters of a bot's sessions, such as {@code watchSessions(bot::sessionStats)}. */
    public RunnerMeters<U> watchSessions(Supplier<Sessions.Stats> sessions) {
        held.add(sessions);
        SessionMeters.add(registry, bot, sessions);
        return this;
    }

    /** Adds the gauge of updates that wait at the server. */
    public RunnerMeters<U> watch(PendingCount pending) {
        held.add(pending);
        Gauge.builder("botmesh.pending", pending, PendingCount::value)
                .description("pending_update_count of the server, as last asked")
                .tags(bot)
                .register(registry);
        return this;
    }

    /** Counts the answer to a webhook request: for the listener of the webhook's options. */
    public void onWebhookAnswer(int status, Duration took) {
        // As many meters as there are statuses: registering one twice gives the first.
        Timer.builder("botmesh.webhook.answers")
                .description("answers to webhook requests, from their arrival")
                .tags(bot.and("status", Integer.toString(status)))
                .publishPercentiles(PERCENTILES)
                .register(registry)
                .record(took);
    }

    /** Since a poll was complete, or since the runner has started, or since this was made. */
    Duration pollAge() {
        return Duration.ofNanos(nanoTime.getAsLong() - polledAt);
    }

    private double pollAgeSeconds() {
        return pollAge().toNanos() / 1e9;
    }

    @Override
    public void onStarted() {
        polledAt = nanoTime.getAsLong();
    }

    @Override
    public void onPolled(int updates) {
        polledAt = nanoTime.getAsLong();
        paused = false; // of a run that ended while it paused nobody hears the end
        batch.record(updates);
    }

    @Override
    public void onPaused(long waiting) {
        paused = true;
        pauses.increment();
    }

    @Override
    public void onResumed(long waiting) {
        paused = false;
    }

    @Override
    public void onEnded(Delivery<U> delivery, Duration took, @Nullable Throwable failure) {
        (failure == null ? succeeded : failed).record(took);
    }

    @Override
    public void onFailureHandlerFailed(Delivery<U> delivery, Throwable failure) {
        failedFailureHandlers.increment();
    }

    @Override
    public void onFilterFailed(U update, Throwable failure) {
        failedFilters.increment();
    }

    @Override
    public void onMarkFailed(Throwable failure) {
        failedMarks.increment();
    }

    @Override
    public void onFatal(Throwable failure) {
        fatal.increment();
        if (Conflicts.is(failure)) conflicts.increment();
    }

    @Override
    public void onRetry(Throwable failure, int failures, Duration pause) {
        retries.increment();
        if (Conflicts.is(failure)) conflicts.increment();
    }

    @Override
    public void onRecovered(int failures, Duration outage) {
        outages.record(outage);
    }
}
