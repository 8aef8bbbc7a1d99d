package io.botmesh.mesh;

import io.botmesh.wire.MessageHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Whoever drives a {@link NodeCore}, as {@link NodeProgram} needs it: {@link Node} does with a thread of its own, a simulator in virtual
 * time.
 */
public interface NodeWork {
    /** Something to be done with the core. */
    interface Event {
        /**
         * Is called when nobody else uses the core.
         *
         * @throws IllegalArgumentException if the core refuses
         * @throws MeshException            if the core refuses
         */
        void apply(NodeCore core, long now);
    }

    /** Does something with the core; completes when what follows is on the disk, fails if the core refuses. */
    CompletableFuture<Void> change(Event event);

    /**
     * Sends a message; completes when it is on the disk, and fails if it is not taken.
     *
     * @param along what is to be written with it, or null
     */
    CompletableFuture<Receipt> send(
            String peer,
            String stream,
            String subject,
            List<MessageHeader> headers,
            byte[] body,
            NodeStore.@Nullable Write along);

    /** As {@link #send}, for what nobody waits for: fails with {@link MeshException.TooManyPending} where that is bounded. */
    default CompletableFuture<Receipt> offer(
            String peer, String stream, String subject, List<MessageHeader> headers, byte[] body) {
        return send(peer, stream, subject, headers, body, null);
    }

    /**
     * Completes when nothing waits to be sent to a peer, and nothing sent to it may be asked for again.
     *
     * @param peer null for all
     */
    CompletableFuture<Void> drain(@Nullable String peer);

    /**
     * Waits, on the thread of a program or handler.
     *
     * @throws InterruptedException if the node ends first
     */
    <T> T await(CompletableFuture<T> future) throws InterruptedException;

    /** Completes after that time; who does not want that any more cancels it. */
    CompletableFuture<Void> after(Duration time);

    /** The present, by the carrier's clock as far as it is known: {@link NodeCore#carrierTime}. */
    Instant instant();
}
