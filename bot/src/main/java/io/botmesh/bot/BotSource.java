package io.botmesh.bot;

import io.botmesh.botapi.Api;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.UpdateKind;
import io.botmesh.runner.Source;
import java.util.List;

/** Where a bot gets its updates: {@link LongPolling}, a webhook, a topic. */
@FunctionalInterface
public interface BotSource {
    /**
     * Opens the source, once per bot and before its first update. The bot closes it.
     *
     * @param api            the bot, known to the server by now
     * @param allowedUpdates the kinds wanted; empty for what the server sends by default
     * @throws RuntimeException by a call that failed: it is tried again if that may help
     */
    Source<RawUpdate> open(Api api, List<UpdateKind> allowedUpdates) throws InterruptedException;
}
