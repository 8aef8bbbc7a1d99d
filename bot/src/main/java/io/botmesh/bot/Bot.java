package io.botmesh.bot;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.GetMe;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.UpdateKind;
import io.botmesh.botapi.User;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.Runner;
import io.botmesh.runner.StopReport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
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
    private @Nullable CompletableFuture<Runner<RawUpdate>> started;
    private @Nullable Thread starter;

    /** A bot with a client of its own. */
    public Bot(BotOptions options) {
        own = new BotApi(options.server(), options.token());
        api = own;
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

    public Api api() {
        return api;
    }

    public BotOptions options() {
        return options;
    }

    /**
     * Starts to handle updates, and returns when the server has said who the bot is. While it cannot be reached this goes
     * on trying. Without effect if the bot runs; legal again after a {@link #stop}.
     *
     * @throws BotException.Refused  if the server does not know the token, or refuses otherwise
     * @throws InterruptedException if interrupted or {@linkplain #stop stopped} meanwhile; it has not started then
     */
    public void start() throws InterruptedException {
        CompletableFuture<Runner<RawUpdate>> mine = new CompletableFuture<>();
        CompletableFuture<Runner<RawUpdate>> others;
        lifecycle.lock();
        try {
            others = started;
            if (others == null) {
                started = mine;
                starter = Thread.currentThread();
            }
        } finally {
            lifecycle.unlock();
        }
        try {
            if (others == null) mine.complete(launch());
            (others == null ? mine : others).get().start();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) throw cause;
            throw new IllegalStateException("the start failed", failed.getCause());
        } catch (Throwable failed) {
            if (others == null) {
                forget(mine);
                mine.completeExceptionally(failed);
            }
            throw failed;
        } finally {
            if (others == null) noLongerStarting();
        }
    }

    private void forget(CompletableFuture<Runner<RawUpdate>> failed) {
        lifecycle.lock();
        try {
            if (Objects.equals(started, failed)) started = null;
        } finally {
            lifecycle.unlock();
        }
    }

    private void noLongerStarting() {
        lifecycle.lock();
        try {
            starter = null;
        } finally {
            lifecycle.unlock();
        }
    }

    private Runner<RawUpdate> launch() throws InterruptedException {
        ways(); // closes for changes
        User self = Launch.persistently("getMe", () -> api.call(GetMe.of()));
        List<UpdateKind> allowed = options.allowedUpdates() == null ? List.of() : options.allowedUpdates();
        var source = Launch.persistently("the source", () -> options.source().open(api, allowed));
        log.info("{} starts as @{}", api, self.username());
        return new Runner<>(source, delivery -> handle(self, delivery), options.runner());
    }

    private void handle(User self, Delivery<RawUpdate> delivery) throws Exception {
        handle(new Context(api, self, delivery.update(), delivery.attempt()), Next.END);
    }

    /**
     * Starts, and returns when the bot has stopped: by {@link #stop}, by SIGTERM or SIGINT, or because it cannot go on.
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
        var runner = runner();
        return runner == null ? StopReport.NOTHING : runner.stop(deadline);
    }

    private @Nullable Runner<RawUpdate> runner() {
        lifecycle.lock();
        try {
            if (starter != null) starter.interrupt();
            var known = started;
            return known != null && known.isDone() && !known.isCompletedExceptionally() ? known.join() : null;
        } finally {
            lifecycle.unlock();
        }
    }

    /** Completes when the bot has stopped; exceptionally if it cannot go on. */
    public CompletableFuture<StopReport> stopped() {
        lifecycle.lock();
        try {
            return started == null
                    ? CompletableFuture.completedFuture(StopReport.NOTHING)
                    : started.thenCompose(Runner::stopped);
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
