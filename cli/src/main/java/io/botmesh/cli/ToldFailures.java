package io.botmesh.cli;

import io.botmesh.bot.BotException;
import io.botmesh.bot.LastResort;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.RunnerListener;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The bot's own line about a failed attempt, and whether there was one: the runner tells of the same failure a moment later, on
 * the same thread, and one line is enough. A program that sets a last resort of its own may write none. What ends polling for
 * good is the command's own last line; to know of it, this listens before the log does.
 */
final class ToldFailures implements LastResort, Predicate<Throwable>, RunnerListener<RawUpdate> {
    private static final ThreadLocal<@Nullable Throwable> LAST = new ThreadLocal<>();

    @Override
    public Outcome handle(BotException.HandlerFailed error) throws Exception {
        LAST.set(error.failure());
        return LastResort.logging().handle(error);
    }

    @Override
    public void onFatal(Throwable failure) {
        LAST.set(failure);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // that very failure
    public boolean test(Throwable failure) {
        boolean same = failure == LAST.get();
        LAST.remove();
        return same;
    }
}
