package io.botmesh.world;

import java.time.Duration;

/**
 * What kind of server a {@link World} is. Start from {@link #defaults()} and change what differs.
 *
 * @param profile         default {@link Profile#HOSTED}
 * @param limits          default {@link Limits#OFF}
 * @param channelBotPosts default {@link ChannelBotPosts#DELIVER}
 * @param latency         default {@link Latency#NONE}
 * @param linkLife        how long a download link works after getFile; default 1 h, at least that is promised
 */
public record WorldOptions(
        Profile profile, Limits limits, ChannelBotPosts channelBotPosts, Latency latency, Duration linkLife) {
    public WorldOptions {
        if (linkLife.isNegative()) throw new IllegalArgumentException("linkLife: " + linkLife);
    }

    public static WorldOptions defaults() {
        return new WorldOptions(Profile.HOSTED, Limits.OFF, ChannelBotPosts.DELIVER, Latency.NONE, Duration.ofHours(1));
    }

    public WorldOptions withProfile(Profile profile) {
        return new WorldOptions(profile, limits, channelBotPosts, latency, linkLife);
    }

    public WorldOptions withLimits(Limits limits) {
        return new WorldOptions(profile, limits, channelBotPosts, latency, linkLife);
    }

    public WorldOptions withChannelBotPosts(ChannelBotPosts channelBotPosts) {
        return new WorldOptions(profile, limits, channelBotPosts, latency, linkLife);
    }

    public WorldOptions withLatency(Latency latency) {
        return new WorldOptions(profile, limits, channelBotPosts, latency, linkLife);
    }

    public WorldOptions withLinkLife(Duration linkLife) {
        return new WorldOptions(profile, limits, channelBotPosts, latency, linkLife);
    }
}
