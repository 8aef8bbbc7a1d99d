package io.botmesh.mesh;

import java.util.concurrent.CompletableFuture;

/**
 * Says how far a message has come. A future fails with a {@link MeshException} when that will not happen, or cannot be known: the
 * sender was closed first, the message gave way to others, the peer has lost it, or the peer never answers.
 *
 * @param number its number in the outbox, from 0
 * @param posted completes when Telegram has all of it; the reader gets it even if this process ends then
 * @param stored completes when the peer's disk has all of it
 * @param done   completes when the peer's handler has ended
 */
public record Receipt(
        long number, CompletableFuture<Void> posted, CompletableFuture<Void> stored, CompletableFuture<Void> done) {
    /** Of a message that nobody answers: it is known to be posted, and nothing more. */
    public static Receipt oneWay(long number) {
        CompletableFuture<Void> never =
                CompletableFuture.failedFuture(new MeshException.Unanswered("the peer does not answer"));
        return new Receipt(number, new CompletableFuture<>(), never, never);
    }

    /** Of a message that the peer acknowledges. */
    public static Receipt acked(long number) {
        return new Receipt(number, new CompletableFuture<>(), new CompletableFuture<>(), new CompletableFuture<>());
    }

    /** What is not known yet will not be. */
    void fail(MeshException why) {
        posted.completeExceptionally(why);
        stored.completeExceptionally(why);
        done.completeExceptionally(why);
    }
}
