package io.botmesh.bot;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Journal;
import io.botmesh.runner.Lease;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The right to work for a bot, where several programs take turns.
 *
 * @param lease   held while the bot works; stays the caller's to close
 * @param journal opens the journal when the lease is held, under the fence that it is given; the bot closes it before it
 *                gives the lease back. Null for what the runner's options say
 */
public record BotLease(Lease lease, @Nullable LongFunction<? extends Journal<RawUpdate>> journal) {}
