package io.botmesh.webhook;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.TransportException;
import io.botmesh.botapi.WebhookReply;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.Guarantee;
import io.botmesh.runner.Runner;
import io.botmesh.runner.Sleeper;
import io.botmesh.runner.Source;
import io.botmesh.webhook.Registration.Management;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One bot's updates as its webhook brings them; made by {@link WebhookServer#bot}. The request that brought an update is
 * answered with 200 when the runner says that it may be forgotten: with a journal once it is on disk, without one once it
 * has ended, and at most once as soon as the runner has it. Until then, and whenever the runner does not take it in time,
 * the answer is 503 and the server sends it again.
 *
 * <p>The first {@link #next} of a run sets the webhook; a failure of that is one of {@code next}.
 */
public final class WebhookSource implements Source<RawUpdate> {
    /** As long as nothing comes, the runner hears so this often. */
    private static final Duration POLL = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(WebhookSource.class);
    private static final Duration WRITE = Duration.ofSeconds(2);
    private static final Duration DELETE = Duration.ofSeconds(5);

    private final WebhookOptions options;
    private final Api api;
    private final WebhookSecret secret;
    private final PendingUpdates pending;
    private final Registrar registrar;
    private final Runnable onClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Requests with the right secret. */
    private final LongAdder calls = new LongAdder();

    private final WebhookWatch watch;
    /** What the server has said about the token, for the thread that polls. */
    private final AtomicReference<@Nullable ApiException> unknown = new AtomicReference<>();

    private final Sleeper sleeper;

    /** Guards what follows. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Grows with each run. */
    private long run;
    /** Whether the webhook is set in this run. */
    private boolean registered;
    /** Of this run or, until the webhook is set in it, of the last one. */
    private @Nullable WebhookWatcher watcher;

    WebhookSource(WebhookOptions options, Api api, Sleeper sleeper, Runnable onClose) {
        this.options = options;
        this.sleeper = sleeper;
        watch = new WebhookWatch(
                options.registration().management() == Management.NONE
                        ? null
                        : options.registration().url().toString());
        this.api = api;
        this.onClose = onClose;
        var given = options.registration().secret();
        secret = given == null ? WebhookSecret.of(api.token()) : new WebhookSecret(given);
        pending = new PendingUpdates(options.admission().queue(), System::nanoTime);
        registrar = new Registrar(api, options.registration(), secret, sleeper);
    }

    WebhookOptions options() {
        return options;
    }

    WebhookSecret secret() {
        return secret;
    }

    PendingUpdates pending() {
        return pending;
    }

    long botId() {
        return api.token().botId();
    }

    /** Updates that have come and that the runner has not taken. */
    public int queued() {
        return pending.queued();
    }

    @Override
    public List<RawUpdate> next(int limit) throws InterruptedException {
        var revoked = unknown.getAndSet(null);
        if (revoked != null) throw revoked;
        long mine = unregistered();
        if (mine >= 0) register(mine);
        return pending.take(limit, POLL.toNanos());
    }

    /** The number of this run, or -1 if its webhook is set. */
    private long unregistered() {
        lock.lock();
        try {
            return registered ? -1 : run;
        } finally {
            lock.unlock();
        }
    }

    private void register(long mine) throws InterruptedException {
        var earlier = watcher();
        if (earlier != null) earlier.join(); // it may be in the middle of a call about the same webhook
        if (options.registration().management() != Management.NONE) registrar.setAtLast(() -> unregistered() == mine);
        lock.lock();
        try {
            if (run != mine) throw new InterruptedException("stopped meanwhile");
            registered = true;
            watcher = new WebhookWatcher(botId(), options.look(), registrar, watch, calls::sum, sleeper, this::unknown);
            watcher.start();
        } finally {
            lock.unlock();
        }
        tellSet();
    }

    private @Nullable WebhookWatcher watcher() {
        lock.lock();
        try {
            return watcher;
        } finally {
            lock.unlock();
        }
    }

    private void tellSet() {
        try {
            options.listener().onSet();
        } catch (RuntimeException itsOwnAffair) {
            LOG.warn("a webhook listener failed", itsOwnAffair);
        }
    }

    /** A request with the right secret has come. */
    void called() {
        calls.increment();
    }

    /**
     * What is wrong with the webhook, in words for people; empty if nothing is known. Asked of the server once a minute, or as the options say: that
     * updates wait there and no request comes, or requests fail, or that the server cannot be asked, or that something else has
     * changed the webhook. Then it is set again, unless it is {@linkplain Registration.Management#NONE somebody else's affair}.
     * It is set again, too, when the file of a self-signed certificate has changed. A server that does not know the token any
     * more ends the run: {@link #next} fails with its words.
     */
    public Optional<String> trouble() {
        return watch.trouble();
    }

    /** Of a bot that the server does not know any more nothing comes, and nothing else would say so. */
    private void unknown(ApiException revoked) {
        unknown.set(revoked);
        endRun();
        pending.wake();
    }

    private void endRun() {
        lock.lock();
        try {
            run++;
            registered = false;
            if (watcher != null) watcher.end();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void confirm(RawUpdate through) {
        pending.confirm(through);
    }

    @Override
    public void ended(RawUpdate update) {
        pending.ended(update);
    }

    /** Waits until the answers are written, at most two seconds. */
    @Override
    public void flush() throws InterruptedException {
        pending.awaitWritten(WRITE.toNanos());
    }

    /** Everything that waits for an answer gets 503, and comes again. */
    @Override
    public void rewind() {
        pending.rewind();
        endRun();
    }

    @Override
    public void refetch() {
        pending.rewind();
    }

    /**
     * Lets a call go in the answer to the request that brought this update, which spares a request; false if it does not,
     * and then the caller has to make it. It goes when the update has ended, as often as the answer does, and nobody learns
     * what came of it: use it only where neither matters, as for {@code answerCallbackQuery}.
     *
     * <p>Only under {@link Guarantee.AtLeastOnce} an answer can wait for a handler, so under any other guarantee this is
     * false; so it is when no request waits any more because the handler took too long, for a second call of one attempt, for
     * a call that uploads a file, for those that the server passes over (all that begin with get, {@code setWebhook},
     * {@code deleteWebhook}, {@code close}, {@code logOut}), and if the {@linkplain WebhookOptions#replies() options} say so.
     *
     * @param answer an {@link ApiCall}; anything else does not go
     */
    @Override
    public boolean tryReply(Delivery<RawUpdate> delivery, Object answer) {
        if (!options.replies() || !(answer instanceof ApiCall<?> call)) return false;
        var reply = WebhookReply.of(call);
        return reply.isPresent() && pending.tryReply(delivery.update(), delivery.attempt(), reply.get());
    }

    /**
     * Takes nothing in any more, and deletes the webhook if the registration says so. Called by {@link Runner#close()}.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) return; // the path, and the webhook, may be another source's by now
        onClose.run();
        endRun();
        pending.close();
        if (options.registration().management() != Management.SET_AND_DELETE || !registrar.maybeSet()) return;
        var deleting = Thread.ofVirtual().name("botmesh-webhook-delete").start(() -> {
            try {
                var last = watcher();
                if (last != null) last.join(); // or it might set what is deleted here
                registrar.delete();
            } catch (InterruptedException | ApiException | TransportException kept) {
                LOG.atWarn().addKeyValue("bot", botId()).setCause(kept).log("the webhook is not deleted");
            }
        });
        try {
            if (!deleting.join(DELETE)) deleting.interrupt();
        } catch (InterruptedException hurry) {
            deleting.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "WebhookSource[" + botId() + "]";
    }
}
