package io.botmesh.bot;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Journal;
import org.jspecify.annotations.Nullable;

/** Learns which journal a bot has, for what is kept in the same place as its updates. */
@FunctionalInterface
public interface JournalHook {
    /**
     * Called when it is registered, if the bot's options say which journal the bot has. If that is opened under a
     * {@linkplain BotOptions#withLease lease}, called at each start instead: when it is open, before anything else is done
     * under the lease. What this throws keeps the bot from starting.
     *
     * @param journal what the bot has from now on, or null if it has none
     */
    void onJournal(@Nullable Journal<RawUpdate> journal);
}
