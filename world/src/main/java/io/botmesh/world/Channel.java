package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * A channel of the world.
 *
 * @param id       as {@code chat_id} takes it: -1000000000000 minus the channel's own number
 * @param username without {@code @}; null for a private channel
 */
public record Channel(long id, String title, @Nullable String username) {}
