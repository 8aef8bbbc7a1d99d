package io.botmesh.mesh;

import java.util.concurrent.CompletableFuture;

/**
 * Says what has become of a message.
 *
 * @param number its number in the outbox, from 0
 * @param posted completes when Telegram has all of it and of every message before it; the reader gets it even if this
 *               process ends then. Fails with a {@link MeshException} when the sender gives up or is closed first; the
 *               message may then still be in the outbox, for the next process
 */
public record Receipt(long number, CompletableFuture<Void> posted) {}
