package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * A supergroup of the world.
 *
 * @param id       as {@code chat_id} takes it: -1000000000000 minus the supergroup's own number
 * @param username without {@code @}; null for a private group
 */
public record Group(long id, String title, @Nullable String username) {}
