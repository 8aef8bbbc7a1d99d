package io.botmesh.mesh;

/**
 * Where a post stands.
 *
 * @param channel its chat, a negative number for channels
 * @param message its id there; ids of a channel are consecutive
 */
public record PostId(long channel, long message) {}
