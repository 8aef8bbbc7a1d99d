package io.botmesh.emulatorjunit;

/** Where a person writes to: a bot's private chat, or a channel or group. */
public sealed interface Recipient permits TestBot, TestChat {
    /** The bot's user id, or the chat's. */
    long id();
}
