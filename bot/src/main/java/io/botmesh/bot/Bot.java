package io.botmesh.bot;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotCommand;
import io.botmesh.botapi.GetMe;
import io.botmesh.botapi.LimitedApi;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.SetMyCommands;
import io.botmesh.botapi.UpdateKind;
import io.botmesh.botapi.User;
import io.botmesh.runner.Lease;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.StopReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bot: its handlers, and the runner that brings them updates. Register the handlers, then {@link #run()}.
 *
 * <p>Updates of one conversation are handled one after the other, all others at once; see {@link BotOptions#runner()}.
 */
public final class Bot extends Composer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Bot.class);

    private final BotOptions options;
    private final Api api;
    private final @Nullable BotApi own;

    private final ReentrantLock lifecycle = new ReentrantLock();
    private @Nullable Start start;
    private LastResort lastResort = Handling::logged;
    private Quarantine quarantine = (update, why) -> {};

    /** One way to a runner, by the thread that asked first; whoever else asks waits for it. */
    private static final class Start {
        final Thread thread = Thread.currentThread();
        final CompletableFuture<Runner<RawUpdate>> runner = new CompletableFuture<>();
        boolean stopped; // guarded by lifecycle
        /** Set before the runner is, if programs take turns. */
        volatile @Nullable Tenure tenure;

        /** Whether its lease has passed on, so that the next start needs another one. */
        boolean isOver() {
            var held = tenure;
            return held != null && held.ended().isDone();
        }

        CompletableFuture<StopReport> ended(Runner<RawUpdate> runner) {
            var held = tenure;
            return held == null ? runner.stopped() : held.ended();
        }

        @Nullable
        Runner<RawUpdate> runnerNow() {
            return runner.isDone() && !runner.isCompletedExceptionally() ? runner.join() : null;
        }
    }

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

    public Api api() {
        return api;
    }

    public BotOptions options() {
        return options;
    }

    /**
     * Starts to handle updates, and returns when the server has said who the bot is. While it cannot be reached this goes
     * on trying; with a {@linkplain BotOptions#withLease(Lease) lease} it waits for that, too. Without effect if the bot runs; legal again after a {@link #stop}.
     *
     * @throws BotException.Refused  if the server does not know the token, or refuses otherwise
     * @throws InterruptedException if interrupted or {@linkplain #stop stopped} meanwhile; it has not started then
     */
    public void start() throws InterruptedException {
        var mine = new Start();
        Start first = join(mine);
        if (first == mine) {
            try {
                publish(mine, launch(mine));
            } catch (Throwable failed) {
                var held = mine.tenure;
                if (held != null) held.end(Duration.ZERO);
                forget(mine);
                mine.runner.completeExceptionally(failed);
            }
        }
        try {
            var runner = first.runner.get();
            if (first.tenure == null) runner.start();
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case RuntimeException cause -> throw cause;
                case InterruptedException cause -> throw cause;
                case null, default -> throw new IllegalStateException("the start failed", failed.getCause());
            }
        }
    }

    /** The start that counts: this one, or one that came before. */
    private Start join(Start mine) {
        lifecycle.lock();
        try {
            if (start == null || start.isOver()) start = mine;
            return start;
        } finally {
            lifecycle.unlock();
        }
    }

    private void publish(Start mine, Runner<RawUpdate> runner) throws InterruptedException {
        lifecycle.lock();
        try {
            if (mine.stopped) throw new InterruptedException("stopped while it was starting");
            mine.runner.complete(runner);
        } finally {
            lifecycle.unlock();
        }
    }

    private void forget(Start failed) {
        lifecycle.lock();
        try {
            if (start == failed) start = null;
        } finally {
            lifecycle.unlock();
        }
    }

    private Runner<RawUpdate> launch(Start mine) throws InterruptedException {
        ways(); // closes for changes
        Api once = own == null ? api : own; // this repeats by itself, and says so
        User self = Launch.persistently("getMe", () -> once.call(GetMe.of()));
        List<UpdateKind> allowed = allowedUpdates();
        var lease = options.lease();
        if (lease == null) return open(options.runner(), self, allowed);
        var tenure = new Tenure(lease, options.runner(), options.stopDeadline(), runner -> open(runner, self, allowed));
        mine.tenure = tenure;
        return tenure.begin();
    }

    private Runner<RawUpdate> open(RunnerOptions<RawUpdate> how, User self, List<UpdateKind> allowed)
            throws InterruptedException {
        var source = Launch.persistently("the source", () -> options.source().open(api, allowed));
        setMenu();
        log.info("@{} starts, asking for {}", self.username(), allowed.isEmpty() ? "the default updates" : allowed);
        var handling = new Handling(
                this, self, options, lastResort, quarantine, Kinds.bits(allowed.isEmpty() ? Kinds.DEFAULT : allowed));
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

    private void setMenu() throws InterruptedException {
        List<BotCommand> menu = options.commandsMenu() ? Menu.of(this) : List.of();
        if (!menu.isEmpty())
            Launch.persistently("setMyCommands", () -> (own == null ? api : own).call(SetMyCommands.of(menu)));
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
        Start known;
        lifecycle.lock();
        try {
            known = start;
            if (known != null && !known.runner.isDone()) {
                known.stopped = true;
                known.thread.interrupt();
            }
        } finally {
            lifecycle.unlock();
        }
        var runner = known == null ? null : known.runnerNow();
        if (known == null || runner == null) return StopReport.NOTHING;
        var held = known.tenure;
        return held == null ? runner.stop(deadline) : held.end(deadline);
    }

    /** What brings the updates, for those who watch it; empty before the bot was started. */
    public Optional<Runner<RawUpdate>> runner() {
        lifecycle.lock();
        try {
            return start == null ? Optional.empty() : Optional.ofNullable(start.runnerNow());
        } finally {
            lifecycle.unlock();
        }
    }

    /** Completes when the bot has stopped, and has given back its lease if it has one; exceptionally if it cannot go on. Done if it has not been started. */
    public CompletableFuture<StopReport> stopped() {
        lifecycle.lock();
        try {
            return start == null
                    ? CompletableFuture.completedFuture(StopReport.NOTHING)
                    : start.runner.thenCompose(start::ended);
        } finally {
            lifecycle.unlock();
        }
    }

    /** {@link #stop()}, then lets go of the client if it is the bot's own. */
    @Override
    public void close() {
        stop();
        if (own != null) own.close();
    }
}
