package io.botmesh.mesh;

/**
 * What an {@link Initiator} has done since it was opened.
 *
 * @param messages       messages taken from the caller
 * @param posts          text posts that Telegram has
 * @param documents      documents that Telegram has
 * @param payloadBytes   bytes of the messages taken
 * @param postedBytes    bytes of the packets that Telegram has
 * @param retried429     posts that were refused by a limit and went out later
 * @param ambiguous      posts sent again because their outcome was unknown
 * @param dropped        messages that gave way to later ones because the outbox was full
 * @param deadLanes      writers that may not post at the moment
 * @param fill           characters used of those that text posts have, the last post of a burst left out; 1 at best,
 *                       and {@code NaN} before the first such post
 */
public record InitiatorStatistics(
        long messages,
        long posts,
        long documents,
        long payloadBytes,
        long postedBytes,
        long retried429,
        long ambiguous,
        long dropped,
        int deadLanes,
        double fill) {}
