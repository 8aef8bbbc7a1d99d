package io.botmesh.bot;

import io.botmesh.botapi.User;

/** Runs when a bot starts, before its first update. */
@FunctionalInterface
public interface StartHook {
    /**
     * Called on the thread that starts the bot, when the server has said who the bot is. What this throws fails the start.
     * A stop meanwhile interrupts it.
     *
     * @param me the bot
     */
    void onStart(User me) throws Exception;
}
