package io.botmesh.bot;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.DeleteWebhook;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.GetWebhookInfo;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.UpdateKind;
import io.botmesh.runner.LongPoll;
import io.botmesh.runner.LongPollOptions;
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
 * @param deleteWebhook whether a webhook that is set is deleted first; else polling is refused while there is one;
 *                      default true
 * @param dropPending   whether what has come before the start is forgotten; default false
 */
public record LongPolling(LongPollOptions poll, boolean deleteWebhook, boolean dropPending) implements BotSource {
    private static final Logger log = LoggerFactory.getLogger(LongPolling.class);

    /** What a poll may take beyond the time that the server holds it. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    public static LongPolling defaults() {
        return new LongPolling(LongPollOptions.defaults(), true, false);
    }

    public LongPolling withPoll(LongPollOptions poll) {
        return new LongPolling(poll, deleteWebhook, dropPending);
    }

    public LongPolling withDeleteWebhook(boolean deleteWebhook) {
        return new LongPolling(poll, deleteWebhook, dropPending);
    }

    public LongPolling withDropPending(boolean dropPending) {
        return new LongPolling(poll, deleteWebhook, dropPending);
    }

    @Override
    public Source<RawUpdate> open(Api api, List<UpdateKind> allowedUpdates) throws InterruptedException {
        if (dropPending
                || (deleteWebhook && !api.call(GetWebhookInfo.of()).url().isEmpty())) {
            api.call(DeleteWebhook.of().withDropPendingUpdates(dropPending));
            log.info("deleted the webhook{}", dropPending ? " and what was pending" : "");
        }
        var source = new LongPoll<RawUpdate>(
                (updateOffset, limit, timeout) -> api.getUpdates(
                        GetUpdates.of()
                                .withOffset(updateOffset)
                                .withLimit(limit)
                                .withTimeout(timeout.toSeconds())
                                .withAllowedUpdates(allowedUpdates),
                        timeout.plus(SLACK)),
                RawUpdate::updateId,
                poll,
                System::nanoTime);
        return new Retrying<>(source, Verdicts::of, LongPolling::onRetry);
    }

    private static void onRetry(Throwable failure, int failures, Duration pause) {
        log.warn("poll failed {} times in a row, next in {} ms: {}", failures, pause.toMillis(), failure.getMessage());
    }
}
