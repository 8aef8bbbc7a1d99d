package io.botmesh.bot;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotCommandScope;
import io.botmesh.botapi.GetMe;
import io.botmesh.botapi.LimitedApi;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.UpdateKind;
import io.botmesh.botapi.User;
import io.botmesh.runner.Guarantee;
import io.botmesh.runner.Journal;
import io.botmesh.runner.Lease;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Source;
import io.botmesh.runner.StopReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * A bot: its handlers, and the runner that brings them updates. Register the handlers, then {@link #run()}.
 *
 * <p>Updates of one conversation are handled one after the other, all others at once; see {@link BotOptions#runner()}.
 */
public final class Bot extends Composer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Bot.class);
    /** Of the line that says that a bot cannot go on: for programs that say it themselves. */
    private static final Marker END = MarkerFactory.getMarker("io.botmesh.bot.END");

    private final BotOptions options;
    private final Api api;
    private final @Nullable BotApi own;

    private final Lifecycle lifecycle = new Lifecycle(this::afterStop);
    private final List<JournalHook> journalHooks = new ArrayList<>();
    private final List<StartHook> startHooks = new ArrayList<>();
    private final List<StopHook> stopHooks = new ArrayList<>();
    private final Set<Menu.Place> withdrawn = new LinkedHashSet<>();
    /** Those that an update has come by. */
    private final Set<Sessions.Counters> sessionCounters = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;
    /** Somebody waits for its end, and is told. */
    private volatile boolean ran;

    private @Nullable User self;
    private LastResort lastResort = LastResort.logging();
    private Quarantine quarantine = (update, why) -> {};

    /** A bot with a client of its own, behind a {@link LimitedApi} with its defaults. */
    public Bot(BotOptions options) {
        own = new BotApi(options.server(), options.token());
        api = options.limits() == null ? own : new LimitedApi(own, options.limits());
        this.options = options;
    }

    /** A bot over a client that stays the caller's to close. */
    public Bot(BotOptions options, Api api) {
        own = null;
        this.api = api;
        this.options = options;
    }

    /** A bot with the defaults of {@link BotOptions#of(String)}. */
    public static Bot of(String token) {
        return new Bot(BotOptions.of(token));
    }

    /**
     * What is done about failures that no {@link Composer#errorBoundary} has dealt with. By default they are logged with
     * the update's id and conversation, and the update has failed.
     */
    public Bot onError(LastResort handler) {
        requireOpen();
        lastResort = handler;
        return this;
    }

    /**
     * Who keeps updates that cannot be read: damaged ones, and those that break every answer that they are in. By default
     * nobody but the journal, if there is one; {@link #onError} tells of them all the same.
     */
    public Bot onUnreadable(Quarantine quarantine) {
        requireOpen();
        this.quarantine = quarantine;
        return this;
    }

    /** Who learns which journal the bot has. */
    public Bot onJournal(JournalHook hook) {
        requireOpen();
        if (!opensItsJournal()) hook.onJournal(journal(options.runner()));
        journalHooks.add(hook);
        return this;
    }

    private boolean opensItsJournal() {
        var lease = options.lease();
        return lease != null && lease.journal() != null;
    }

    private static @Nullable Journal<RawUpdate> journal(RunnerOptions<RawUpdate> how) {
        return how.guarantee() instanceof Guarantee.Journaled<RawUpdate>(var journal) ? journal : null;
    }

    /** What happens at each start, in order, before the first update: a word to an administrator, a connection to open. */
    public Bot onStart(StartHook hook) {
        requireOpen();
        startHooks.add(hook);
        return this;
    }

    /** What happens after each stop, in order. */
    public Bot onStop(StopHook hook) {
        requireOpen();
        stopHooks.add(hook);
        return this;
    }

    /**
     * Deletes a menu at each start, if it is there: one that an earlier version of the bot has set, and that no handler
     * declares any more. The narrowest list hides all others, so people would go on seeing that one.
     *
     * @param languages of two letters; none for the list of those who have no list in their language
     */
    public Bot withdrawMenu(BotCommandScope scope, String... languages) {
        requireOpen();
        for (String language : languages) {
            MenuEntry.checkLanguage(language);
            withdrawn.add(new Menu.Place(scope, language));
        }
        if (languages.length == 0) withdrawn.add(new Menu.Place(scope, ""));
        return this;
    }

    public Api api() {
        return api;
    }

    public BotOptions options() {
        return options;
    }

    /**
     * Starts to handle updates, and returns when the server has said who the bot is. While it cannot be reached this goes
     * on trying; with a {@linkplain BotOptions#withLease(Lease) lease} it waits for that, too. Without effect if the bot
     * runs; legal again after a {@link #stop}.
     *
     * @throws BotException.Refused  if the server does not know the token, or refuses otherwise
     * @throws IllegalStateException if the bot is closed, or its journal is another bot's
     * @throws InterruptedException if interrupted or {@linkplain #stop stopped} meanwhile; it has not started then
     */
    public void start() throws InterruptedException {
        if (closed) throw new IllegalStateException("the bot is closed");
        try {
            lifecycle.start(this::launch);
        } finally {
            if (closed) lifecycle.close(); // meanwhile
        }
    }

    /** Called before the runner starts, whoever starts it. */
    private Runner<RawUpdate> begun(Runner<RawUpdate> runner) throws InterruptedException {
        try {
            for (StartHook hook : startHooks) hook.onStart(Objects.requireNonNull(self));
            return runner;
        } catch (InterruptedException | RuntimeException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new IllegalStateException("the start failed", failed);
        }
    }

    private void afterStop(@Nullable StopReport report, @Nullable Throwable failure) {
        if (failure != null && !ran)
            log.error(END, "bot {} has ended for good: {}", api.token().botId(), ending(failure));
        for (StopHook hook : stopHooks) {
            try {
                hook.onStop(report, failure);
            } catch (Throwable worse) {
                log.error("what follows the stop has failed", worse);
            }
        }
    }

    private static @Nullable String ending(Throwable failure) {
        var told = failure instanceof RuntimeException cause ? Launch.refused("it cannot go on", cause) : failure;
        return told.getMessage() == null ? told.toString() : told.getMessage();
    }

    private Lifecycle.Engine launch(Lifecycle.@Nullable Engine earlier) throws InterruptedException {
        if (earlier instanceof Lifecycle.Plain plain) {
            begun(plain.runner());
            return plain;
        }
        ways(); // closes for changes
        Api once = own == null ? api : own; // this repeats by itself, and says so
        User me = Launch.persistently("getMe", () -> once.call(GetMe.of()));
        self = me;
        List<UpdateKind> allowed = allowedUpdates();
        var lease = options.lease();
        return lease == null
                ? new Lifecycle.Plain(open(options.runner(), me, allowed))
                : new Tenure(lease, options.runner(), options.stopDeadline(), how -> open(how, me, allowed));
    }

    private Runner<RawUpdate> open(RunnerOptions<RawUpdate> how, User me, List<UpdateKind> allowed)
            throws InterruptedException {
        var journal = journal(how);
        if (journal != null) requireOwn(journal);
        if (opensItsJournal()) for (var hook : journalHooks) hook.onJournal(journal);
        var source = Launch.persistently("the source", () -> options.source().open(api, allowed));
        boolean begun = false;
        try {
            var runner = begun(over(source, how, me, allowed));
            begun = true;
            return runner;
        } finally {
            if (!begun) source.close();
        }
    }

    /**
     * Updates of another bot have ids of their own, and what is left of them is that bot's. What the runner would refuse at
     * last, because another one has it, is refused here before the webhook is touched, which may be the other one's.
     */
    private void requireOwn(Journal<RawUpdate> journal) {
        if (journal.isInUse())
            throw new IllegalStateException("another bot of this program has this journal: stop that one first,"
                    + " or give each a journal of its own");
        var owner = journal.owner();
        long own = api.token().botId();
        if (owner.isPresent() && owner.getAsLong() != own)
            throw new IllegalStateException("the journal has the updates of bot " + owner.getAsLong()
                    + ", and this is bot " + own + ": open it with the token of this one");
    }

    private Runner<RawUpdate> over(
            Source<RawUpdate> source, RunnerOptions<RawUpdate> how, User me, List<UpdateKind> allowed)
            throws InterruptedException {
        if (options.commandsMenu()) Menu.publish(own == null ? api : own, Menu.of(this), withdrawn);
        log.info("@{} starts, asking for {}", me.username(), allowed.isEmpty() ? "the default updates" : allowed);
        var handling = new Handling(
                this,
                me,
                how,
                source,
                options.autoAnswer(),
                lastResort,
                quarantine,
                Kinds.bits(allowed.isEmpty() ? Kinds.DEFAULT : allowed));
        return new Runner<>(source, handling::handle, how);
    }

    private List<UpdateKind> allowedUpdates() {
        List<UpdateKind> given = options.allowedUpdates();
        if (given == null) return Wanted.by(this);
        long deaf = Wanted.listenedTo(this) & ~Kinds.bits(given.isEmpty() ? Kinds.DEFAULT : given);
        if (deaf != 0 && !Wanted.isWhatever(this))
            log.warn("handlers listen to {}, which is not among the allowed updates", Kinds.of(deaf));
        return given;
    }

    /**
     * Starts, and returns when the bot has stopped: by {@link #stop}, by SIGTERM or SIGINT, because another program has taken
     * over, or because it cannot go on.
     *
     * @return what the stop left behind
     * @throws BotException.Refused  if it could not start, or the server refuses it for good
     * @throws InterruptedException if interrupted; it is stopped then
     */
    public StopReport run() throws InterruptedException {
        var hook = new Thread(this::onShutdown, "botmesh-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        ran = true;
        try {
            start();
            return stopped().get();
        } catch (InterruptedException asked) {
            stop();
            throw asked;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause)
                throw Launch.refused("the bot cannot go on", cause);
            throw new IllegalStateException("the bot cannot go on", failed.getCause());
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException already) {
                // The program is ending, and the hook is what ended this.
            }
            ran = false;
        }
    }

    private void onShutdown() {
        log.info("stopping: {}", stop());
    }

    /** {@link #stop(Duration)} with the deadline of the options. */
    public StopReport stop() {
        return stop(options.stopDeadline());
    }

    /**
     * Takes no more updates, lets handlers finish until the deadline, then interrupts them; see {@link Runner#stop}. Legal
     * at any time.
     *
     * @throws IllegalStateException if called by a handler, which it would wait for: start another thread
     */
    public StopReport stop(Duration deadline) {
        return lifecycle.stop(deadline);
    }

    /** How often the bot's sessions were loaded, written and found changed, all {@link Sessions} together. */
    public Sessions.Stats sessionStats() {
        return sessionCounters.stream().map(Sessions.Counters::now).reduce(Sessions.Stats.NONE, Sessions.Stats::plus);
    }

    Set<Sessions.Counters> sessionCounters() {
        return sessionCounters;
    }

    /** What brings the updates, for those who watch it; empty before the bot was started. */
    public Optional<Runner<RawUpdate>> runner() {
        return Optional.ofNullable(lifecycle.runnerOrNull());
    }

    /**
     * Completes when the bot has stopped, has given back its lease if it has one, and {@link #onStop} is over; exceptionally
     * if it cannot go on. Done if it has not been started.
     */
    public CompletableFuture<StopReport> stopped() {
        return lifecycle.stopped();
    }

    /** {@link #stop()}, then closes the source, and the client if it is the bot's own. */
    @Override
    public void close() {
        closed = true;
        stop();
        lifecycle.close();
        if (own != null) own.close();
    }
}
