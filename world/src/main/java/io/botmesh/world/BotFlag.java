package io.botmesh.world;

/** What the owner of a bot has switched on. */
enum BotFlag {
    INLINE,
    INLINE_FEEDBACK,
    GUEST,
    BUSINESS,
    MANAGES_BOTS,
    VERIFIES
}
