package io.botmesh.world;

/** What the owner of a bot has switched on. */
enum BotFlag {
    INLINE,
    INLINE_FEEDBACK,
    GUEST,
    BUSINESS,
    MANAGES_BOTS,
    VERIFIES,
    BOT_TO_BOT,
    TOPICS,
    PEOPLE_MAKE_TOPICS,
    JOIN_REQUESTS,
    TEST_SERVER
}
