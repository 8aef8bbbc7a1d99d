package io.botmesh.cli;

import io.botmesh.bot.BotException;
import io.botmesh.bot.LastResort;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The bot's own line about a failed attempt, and whether there was one: the runner tells of the same failure a moment later, on
 * the same thread, and one line is enough. A program that sets a last resort of its own may write none.
 */
final class ToldFailures implements LastResort, Predicate<Throwable> {
    private static final ThreadLocal<@Nullable Throwable> LAST = new ThreadLocal<>();

    @Override
    public Outcome handle(BotException.HandlerFailed error) throws Exception {
        LAST.set(error.failure());
        return LastResort.logging().handle(error);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // that very failure
    public boolean test(Throwable failure) {
        boolean same = failure == LAST.get();
        LAST.remove();
        return same;
    }
}
