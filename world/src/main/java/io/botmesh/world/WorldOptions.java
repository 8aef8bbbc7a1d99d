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
 * @param webhookTargets  default {@link WebhookTargets#STRICT}
 * @param assumptions     default {@link Assumptions#defaults()}
 * @param recordedCalls   how many of the latest calls are kept; 0 or more, default 10,000
 */
public record WorldOptions(
        Profile profile,
        Limits limits,
        ChannelBotPosts channelBotPosts,
        Latency latency,
        Duration linkLife,
        WebhookTargets webhookTargets,
        Assumptions assumptions,
        int recordedCalls) {
    public WorldOptions {
        if (linkLife.isNegative()) throw new IllegalArgumentException("linkLife: " + linkLife);
        if (recordedCalls < 0) throw new IllegalArgumentException("recordedCalls: " + recordedCalls);
    }

    public static WorldOptions defaults() {
        return new WorldOptions(
                Profile.HOSTED,
                Limits.OFF,
                ChannelBotPosts.DELIVER,
                Latency.NONE,
                Duration.ofHours(1),
                WebhookTargets.STRICT,
                Assumptions.defaults(),
                10_000);
    }

    public WorldOptions withProfile(Profile profile) {
        return new WorldOptions(
                profile, limits, channelBotPosts, latency, linkLife, webhookTargets, assumptions, recordedCalls);
    }

    public WorldOptions withLimits(Limits limits) {
        return new WorldOptions(
                profile, limits, channelBotPosts, latency, linkLife, webhookTargets, assumptions, recordedCalls);
    }

    public WorldOptions withChannelBotPosts(ChannelBotPosts channelBotPosts) {
        return new WorldOptions(
                profile, limits, channelBotPosts, latency, linkLife, webhookTargets, assumptions, recordedCalls);
    }

    public WorldOptions withLatency(Latency latency) {
        return new WorldOptions(
                profile, limits, channelBotPosts, latency, linkLife, webhookTargets, assumptions, recordedCalls);
    }

    public WorldOptions withLinkLife(Duration linkLife) {
        return new WorldOptions(
                profile, limits, channelBotPosts, latency, linkLife, webhookTargets, assumptions, recordedCalls);
    }

    public WorldOptions withWebhookTargets(WebhookTargets webhookTargets) {
        return new WorldOptions(
                profile, limits, channelBotPosts, latency, linkLife, webhookTargets, assumptions, recordedCalls);
    }

    public WorldOptions withAssumptions(Assumptions assumptions) {
        return new WorldOptions(
                profile, limits, channelBotPosts, latency, linkLife, webhookTargets, assumptions, recordedCalls);
    }

    /** Takes one thing that is not known for sure as holding or not. */
    public WorldOptions assuming(Assumption assumption, boolean holds) {
        return withAssumptions(assumptions.with(assumption, holds));
    }

    /** Takes one number that is not known for sure as that. */
    public WorldOptions assuming(Assumption assumption, int value) {
        return withAssumptions(assumptions.with(assumption, value));
    }

    public WorldOptions withRecordedCalls(int recordedCalls) {
        return new WorldOptions(
                profile, limits, channelBotPosts, latency, linkLife, webhookTargets, assumptions, recordedCalls);
    }
}
