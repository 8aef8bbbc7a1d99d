package io.botmesh.mesh;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import java.time.Duration;
import java.util.List;

/**
 * Where and how an {@link Initiator} posts. Start from {@link #of} and change what differs.
 *
 * @param channels    channels of the quasi-server, at least one; each writer posts to all
 * @param writers     bots that may post there, at least one; each in each channel is a lane
 * @param node        name this sender goes by, up to 64 characters, empty for none
 * @param limits      how often each writer may post; default {@link LaneLimits#PAPER}
 * @param share       this process's part of the lanes; default {@link LaneShare#WHOLE}
 * @param textOnly    never send a document, for readers that cannot download one
 * @param outboxBytes bytes waiting in the outbox from which it counts as full; default 64 MiB
 * @param overflow    what {@code send} does while it is; default {@link Overflow#BLOCK}
 * @param patience    how long the API may stay unreachable before the sender gives up; default a day
 */
public record InitiatorOptions(
        List<ChatId> channels,
        List<BotToken> writers,
        String node,
        LaneLimits limits,
        LaneShare share,
        boolean textOnly,
        long outboxBytes,
        Overflow overflow,
        Duration patience) {
    public InitiatorOptions {
        channels = List.copyOf(channels);
        writers = List.copyOf(writers);
        if (channels.isEmpty()) throw new IllegalArgumentException("no channel");
        if (writers.isEmpty()) throw new IllegalArgumentException("no writer");
        if (node.length() > 64) throw new IllegalArgumentException("node name is longer than 64 characters");
        if (outboxBytes < 1) throw new IllegalArgumentException("outboxBytes: " + outboxBytes);
        if (patience.isNegative()) throw new IllegalArgumentException("patience: " + patience);
    }

    public static InitiatorOptions of(ChatId channel, List<BotToken> writers) {
        return new InitiatorOptions(
                List.of(channel),
                writers,
                "",
                LaneLimits.PAPER,
                LaneShare.WHOLE,
                false,
                64L << 20,
                Overflow.BLOCK,
                Duration.ofDays(1));
    }

    /** The first of the channels. */
    public ChatId channel() {
        return channels.getFirst();
    }

    public InitiatorOptions withChannels(List<ChatId> channels) {
        return new InitiatorOptions(channels, writers, node, limits, share, textOnly, outboxBytes, overflow, patience);
    }

    public InitiatorOptions withNode(String node) {
        return new InitiatorOptions(channels, writers, node, limits, share, textOnly, outboxBytes, overflow, patience);
    }

    public InitiatorOptions withLimits(LaneLimits limits) {
        return new InitiatorOptions(channels, writers, node, limits, share, textOnly, outboxBytes, overflow, patience);
    }

    public InitiatorOptions withShare(LaneShare share) {
        return new InitiatorOptions(channels, writers, node, limits, share, textOnly, outboxBytes, overflow, patience);
    }

    public InitiatorOptions withTextOnly(boolean textOnly) {
        return new InitiatorOptions(channels, writers, node, limits, share, textOnly, outboxBytes, overflow, patience);
    }

    public InitiatorOptions withOutboxBytes(long outboxBytes) {
        return new InitiatorOptions(channels, writers, node, limits, share, textOnly, outboxBytes, overflow, patience);
    }

    public InitiatorOptions withOverflow(Overflow overflow) {
        return new InitiatorOptions(channels, writers, node, limits, share, textOnly, outboxBytes, overflow, patience);
    }

    public InitiatorOptions withPatience(Duration patience) {
        return new InitiatorOptions(channels, writers, node, limits, share, textOnly, outboxBytes, overflow, patience);
    }
}
