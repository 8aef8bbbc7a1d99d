package io.botmesh.world;

/**
 * Whether a bot gets the channel posts of other bots. The filter is Telegram's own and reports of it disagree, so that
 * whatever is built on the emulator should work under both.
 */
public enum ChannelBotPosts {
    DELIVER,
    HIDE
}
