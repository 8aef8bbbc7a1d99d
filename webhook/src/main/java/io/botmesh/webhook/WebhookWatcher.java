package io.botmesh.webhook;

import io.botmesh.botapi.ApiException;
import io.botmesh.runner.Sleeper;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after a webhook, again and again, until it is told to end: a client may hide the interrupt that tells it. */
final class WebhookWatcher {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookSource.class);

    private final long botId;
    private final Duration pause;
    private final Registrar registrar;
    private final WebhookWatch watch;
    private final LongSupplier calls;
    private final Sleeper sleeper;
    private final Consumer<ApiException> onUnknown;
    private final Thread thread =
            Thread.ofVirtual().name("botmesh-webhook-watch").unstarted(this::run);
    private volatile boolean over;

    /**
     * @param pause     from one look to the next
     * @param calls     requests with the right secret that have come in all
     * @param onUnknown is told, once, that the server does not know the token any more; then this has ended
     */
    WebhookWatcher(
            long botId,
            Duration pause,
            Registrar registrar,
            WebhookWatch watch,
            LongSupplier calls,
            Sleeper sleeper,
            Consumer<ApiException> onUnknown) {
        this.botId = botId;
        this.pause = pause;
        this.registrar = registrar;
        this.watch = watch;
        this.calls = calls;
        this.sleeper = sleeper;
        this.onUnknown = onUnknown;
    }

    void start() {
        thread.start();
    }

    void end() {
        over = true;
        thread.interrupt();
    }

    void join() throws InterruptedException {
        thread.join();
    }

    private void run() {
        try {
            while (!over) {
                sleeper.sleep(pause);
                look();
            }
        } catch (InterruptedException stopped) {
            // The next start begins anew.
        }
    }

    private void look() throws InterruptedException {
        try {
            boolean again = watch.look(registrar.ask(), calls.getAsLong());
            boolean renewed = registrar.isOutdated();
            if (over || !(again || renewed)) return;
            if (again)
                LOG.atWarn().addKeyValue("bot", botId).log("something else has changed the webhook: it is set again");
            else LOG.atInfo().addKeyValue("bot", botId).log("the certificate is another one now: the server is told");
            registrar.set();
        } catch (RuntimeException | Error unknown) { // nobody begins this again, whatever it met
            if (over) return;
            if (unknown instanceof ApiException.Rejected refused && isOfToken(refused)) {
                over = true;
                onUnknown.accept(refused);
                return;
            }
            watch.failed(unknown);
            LOG.atWarn().addKeyValue("bot", botId).setCause(unknown).log("the webhook cannot be looked after");
        }
    }

    /** What polling takes for the end, too: without a word it would be a proxy on the way. */
    private static boolean isOfToken(ApiException.Rejected refused) {
        return refused.isExplained() && (refused.errorCode() == 401 || refused.errorCode() == 404);
    }
}
