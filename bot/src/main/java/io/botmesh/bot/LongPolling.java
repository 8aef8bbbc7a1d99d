package io.botmesh.bot;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.DeleteWebhook;
import io.botmesh.botapi.GetWebhookInfo;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.UpdateKind;
import io.botmesh.runner.LongPoll;
import io.botmesh.runner.LongPollOptions;
import io.botmesh.runner.PollRetryOptions;
import io.botmesh.runner.Retrying;
import io.botmesh.runner.Source;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Updates by {@code getUpdates}.
 *
 * @param poll          how it asks
 * @param retry         pauses after failures, and for how long it goes on
 * @param listener      is told of failures that are retried; default a log
 * @param onConflict    what to do about another poller, or a webhook that is set while it polls; default
 *                      {@link OnConflict#RETRY}
 * @param deleteWebhook whether a webhook that is set before the start is deleted; else polling is refused while there is
 *                      one; default true
 * @param dropPending   whether what has come before the start is forgotten; default false
 */
public record LongPolling(
        LongPollOptions poll,
        PollRetryOptions retry,
        Retrying.Listener listener,
        OnConflict onConflict,
        boolean deleteWebhook,
        boolean dropPending)
        implements BotSource {
    private static final Logger log = LoggerFactory.getLogger(LongPolling.class);

    public static LongPolling defaults() {
        return new LongPolling(
                LongPollOptions.defaults(),
                PollRetryOptions.defaults(),
                new LoggedRetries(),
                OnConflict.RETRY,
                true,
                false);
    }

    public LongPolling withPoll(LongPollOptions poll) {
        return new LongPolling(poll, retry, listener, onConflict, deleteWebhook, dropPending);
    }

    public LongPolling withRetry(PollRetryOptions retry) {
        return new LongPolling(poll, retry, listener, onConflict, deleteWebhook, dropPending);
    }

    public LongPolling withListener(Retrying.Listener listener) {
        return new LongPolling(poll, retry, listener, onConflict, deleteWebhook, dropPending);
    }

    /** Without a word about failures that are retried. */
    public LongPolling silent() {
        return withListener(Retrying.Listener.silent());
    }

    public LongPolling withOnConflict(OnConflict onConflict) {
        return new LongPolling(poll, retry, listener, onConflict, deleteWebhook, dropPending);
    }

    public LongPolling withDeleteWebhook(boolean deleteWebhook) {
        return new LongPolling(poll, retry, listener, onConflict, deleteWebhook, dropPending);
    }

    public LongPolling withDropPending(boolean dropPending) {
        return new LongPolling(poll, retry, listener, onConflict, deleteWebhook, dropPending);
    }

    @Override
    public Source<RawUpdate> open(Api api, List<UpdateKind> allowedUpdates) throws InterruptedException {
        if (dropPending
                || (deleteWebhook && !api.call(GetWebhookInfo.of()).url().isEmpty())) {
            api.call(DeleteWebhook.of().withDropPendingUpdates(dropPending));
            log.info("deleted the webhook{}", dropPending ? " and what was pending" : "");
        }
        var updates = new ApiUpdates(api, allowedUpdates, onConflict, poll.margin());
        var source = new LongPoll<>(updates, RawUpdate::updateId, poll, System::nanoTime);
        return new Retrying<>(source, updates::verdict, retry, listener);
    }

    /** The first failure of a row, and its end. */
    private static final class LoggedRetries implements Retrying.Listener {
        @Override
        public void onRetry(Throwable failure, int failures, Duration pause) {
            if (failures == 1)
                log.warn("polling failed, next try in {} ms: {}", pause.toMillis(), failure.getMessage());
            else
                log.debug(
                        "polling failed {} times in a row, next try in {} ms: {}",
                        failures,
                        pause.toMillis(),
                        failure.getMessage());
        }

        @Override
        public void onRecovered(int failures, Duration outage) {
            log.info("polling works again after {} failures in {} s", failures, outage.toSeconds());
        }
    }
}
