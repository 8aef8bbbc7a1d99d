package io.botmesh.world;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Learns of every call that changes a {@link World}, so that an equal world can be made again: from the same options and seed,
 * with the same inputs at the same instants in the same order. What changes nothing is not told.
 *
 * <p>It is called inside the world's lock, so it must not block, nor call the world.
 */
public interface Recorder {
    /**
     * A call that went in.
     *
     * @param at    the world's time
     * @param reply what was answered, null if the answer comes later
     */
    void called(Instant at, Call call, @Nullable Reply reply);

    /**
     * A poll took updates out of a bot's queue for good, or chose other kinds of them. {@link World#repeat} does the same
     * without waiting for anything.
     */
    void polled(Instant at, Polled polled);

    /**
     * An update went out of a bot's queue by way of its webhook. {@link Webhooks#repeatDelivery} does the same without sending
     * anything.
     */
    void delivered(Instant at, long botId, int updateId);

    /** A webhook has a last error now. {@link Webhooks#repeatFailure} does the same. */
    void webhookFailed(Instant at, long botId, String message);

    /** A bot lost its webhook by what its server did. {@link Webhooks#repeatLoss} does the same. */
    void webhookLost(Instant at, long botId);

    /** A fault let a bot's update ids jump. {@link World#repeatJump} does the same. */
    void jumped(Instant at, long botId);

    /** A fault shut a bot's token out. {@link World#repeatRevocation} does the same. */
    void revoked(Instant at, long botId);

    /**
     * What a poll changed.
     *
     * @param updateOffset   as {@code getUpdates} had it
     * @param limit          most updates that it looked at
     * @param allowedUpdates as {@code getUpdates} had it; empty for what was
     */
    record Polled(long botId, int updateOffset, int limit, String allowedUpdates) {}
}
