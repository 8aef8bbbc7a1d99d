package io.botmesh.world;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much a bot may send before it gets 429. A call that is refused costs nothing.
 *
 * @param chat          for each bot in each chat, null for no limit
 * @param group         on top of it for each bot in each group or supergroup, null for no limit
 * @param channel       on top of it for each bot in each channel, null for no limit
 * @param bot           for each bot over all chats, null for no limit
 * @param chatTotal     for all bots together in each chat, null for no limit
 * @param editsCount    whether an edit costs what a message costs
 */
public record Limits(
        @Nullable Rate chat,
        @Nullable Window group,
        @Nullable Window channel,
        @Nullable Rate bot,
        @Nullable Rate chatTotal,
        boolean editsCount) {

    /** No limit at all. */
    public static final Limits OFF = new Limits(null, null, null, null, null, false);

    /** One post a second and three at once for each bot in each chat, as the paper on the mesh assumes. */
    public static final Limits PAPER = OFF.withChat(new Rate(1, Duration.ofSeconds(1), 3));

    /** What the official FAQ says: about 1/s in a chat, 20/min in a group, 30/s over all. It says nothing of channels. */
    public static final Limits DOCUMENTED =
            PAPER.withGroup(new Window(20, Duration.ofMinutes(1))).withBot(new Rate(30, Duration.ofSeconds(1), 30));

    /** The strictest that users report: channels are limited as groups are, without bursts, and edits count. */
    public static final Limits CAUTIOUS = new Limits(
            new Rate(1, Duration.ofSeconds(1), 1),
            new Window(20, Duration.ofMinutes(1)),
            new Window(20, Duration.ofMinutes(1)),
            new Rate(30, Duration.ofSeconds(1), 30),
            null,
            true);

    /**
     * A token bucket.
     *
     * @param messages tokens that come back evenly in each period, at least 1
     * @param per      the period, more than zero
     * @param burst    tokens in a full bucket, at least 1
     */
    public record Rate(int messages, Duration per, int burst) {
        public Rate {
            if (messages < 1) throw new IllegalArgumentException("messages: " + messages);
            if (per.isNegative() || per.isZero()) throw new IllegalArgumentException("per: " + per);
            if (burst < 1) throw new IllegalArgumentException("burst: " + burst);
        }
    }

    /**
     * A rolling window.
     *
     * @param messages most messages in any span of that length, at least 1
     * @param span     more than zero
     */
    public record Window(int messages, Duration span) {
        public Window {
            if (messages < 1) throw new IllegalArgumentException("messages: " + messages);
            if (span.isNegative() || span.isZero()) throw new IllegalArgumentException("span: " + span);
        }
    }

    /** Which of the constants these are, in lower case; {@code custom} if none. */
    public String name() {
        if (equals(OFF)) return "off";
        if (equals(PAPER)) return "paper";
        if (equals(DOCUMENTED)) return "documented";
        return equals(CAUTIOUS) ? "cautious" : "custom";
    }

    public Limits withChat(@Nullable Rate rate) {
        return new Limits(rate, group, channel, bot, chatTotal, editsCount);
    }

    public Limits withGroup(@Nullable Window window) {
        return new Limits(chat, window, channel, bot, chatTotal, editsCount);
    }

    public Limits withChannel(@Nullable Window window) {
        return new Limits(chat, group, window, bot, chatTotal, editsCount);
    }

    public Limits withBot(@Nullable Rate rate) {
        return new Limits(chat, group, channel, rate, chatTotal, editsCount);
    }

    public Limits withChatTotal(@Nullable Rate rate) {
        return new Limits(chat, group, channel, bot, rate, editsCount);
    }

    public Limits withEditsCount(boolean count) {
        return new Limits(chat, group, channel, bot, chatTotal, count);
    }
}
