package io.botmesh.bot;

import io.botmesh.runner.StopReport;
import org.jspecify.annotations.Nullable;

/** Runs when a bot has stopped. */
@FunctionalInterface
public interface StopHook {
    /**
     * Called when the last handler has ended, or was given up, before {@link Bot#stop} and {@link Bot#run} return; the bot
     * can still send. What this throws is logged.
     *
     * @param report  what the stop left behind, or null if the bot could not go on
     * @param failure why it could not, or null
     */
    void onStop(@Nullable StopReport report, @Nullable Throwable failure) throws Exception;
}
