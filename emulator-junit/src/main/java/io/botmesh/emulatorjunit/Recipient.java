package io.botmesh.emulatorjunit;

/** Where a person writes to: a bot's private chat, a channel or group, or a topic of a forum. */
public sealed interface Recipient permits TestBot, TestChat, TestTopic {
    /** The bot's user id, or the chat's. */
    long id();
}
