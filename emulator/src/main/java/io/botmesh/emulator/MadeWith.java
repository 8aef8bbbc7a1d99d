package io.botmesh.emulator;

import io.botmesh.world.ChannelBotPosts;
import io.botmesh.world.Latency;
import io.botmesh.world.Limits;
import io.botmesh.world.WorldOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a world depends on beside its inputs, in words for people: a state file keeps them, and one that was made with others
 * says so in them.
 */
final class MadeWith {
    private MadeWith() {}

    /** All of it by name, in the order in which differences are told. */
    static Map<String, String> of(WorldOptions options, long seed, boolean virtualClock) {
        var made = new LinkedHashMap<String, String>();
        made.put("profile", lower(options.profile()));
        made.put("limits", limits(options.limits()));
        made.put(
                "posts of other bots in channels",
                options.channelBotPosts() == ChannelBotPosts.DELIVER ? "delivered" : "hidden");
        made.put("latency", latency(options.latency()));
        made.put("download links for", span(options.linkLife()));
        made.put("webhooks", lower(options.webhookTargets()));
        var assumptions = options.assumptions().toString();
        made.put("assumptions", assumptions.isEmpty() ? "by default" : assumptions);
        made.put("recorded calls", Integer.toString(options.recordedCalls()));
        made.put("seed", Long.toString(seed));
        made.put("clock", virtualClock ? "virtual" : "system");
        return made;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String limits(Limits limits) {
        if (!limits.name().equals("custom")) return limits.name();
        List<String> parts = new ArrayList<>();
        if (limits.chat() != null) parts.add(rate(limits.chat()) + " by a bot in a chat");
        if (limits.group() != null) parts.add(window(limits.group()) + " by a bot in a group");
        if (limits.channel() != null) parts.add(window(limits.channel()) + " by a bot in a channel");
        if (limits.bot() != null) parts.add(rate(limits.bot()) + " by a bot in all");
        if (limits.chatTotal() != null) parts.add(rate(limits.chatTotal()) + " by all bots in a chat");
        parts.add(limits.editsCount() ? "edits count" : "edits are free");
        return String.join(" and ", parts);
    }

    private static String rate(Limits.Rate rate) {
        return rate.messages() + " every " + span(rate.per()) + " with " + rate.burst() + " at once";
    }

    private static String window(Limits.Window window) {
        return window.messages() + " in " + span(window.span());
    }

    private static String latency(Latency latency) {
        if (latency.equals(Latency.NONE)) return "off";
        if (latency.send().equals(latency.poll()) && latency.send().equals(latency.other())) {
            return range(latency.send());
        }
        return range(latency.send()) + " to send, " + range(latency.poll()) + " to poll, " + range(latency.other())
                + " for all else";
    }

    private static String range(Latency.Range range) {
        var most = span(range.most());
        return range.least().equals(range.most()) ? most : span(range.least()) + " to " + most;
    }

    /** In the largest unit that leaves no fraction. */
    private static String span(Duration time) {
        if (time.isZero()) return "0 s";
        if (time.toNanos() % 1_000_000 != 0) return time.toNanos() + " ns";
        if (time.toMillis() % 1000 != 0) return time.toMillis() + " ms";
        long seconds = time.toSeconds();
        if (seconds % 3600 == 0) return seconds / 3600 + " h";
        return seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }
}
