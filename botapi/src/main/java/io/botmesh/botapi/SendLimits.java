package io.botmesh.botapi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How fast a bot sends by itself, before anybody tells it to slow down. The constants keep a little below what the
 * emulator's limits of the same name allow, because what is sent evenly arrives less so.
 *
 * <p>Telegram publishes no more than advice: about 1 message a second in a chat, 20 a minute in a group, 30 a second
 * over all, and none for channels.
 *
 * @param chat       in each chat, null for no limit
 * @param group      on top of it in each group or supergroup, null for no limit
 * @param channel    on top of it in each channel, null for no limit
 * @param bot        over all chats, null for no limit
 * @param editsCount whether an edit costs what a message costs
 * @see <a href="https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this">Bots FAQ</a>
 */
public record SendLimits(
        @Nullable Rate chat,
        @Nullable Window group,
        @Nullable Window channel,
        @Nullable Rate bot,
        boolean editsCount) {

    /** Send at once; the server says when it is too much. */
    public static final SendLimits OFF = new SendLimits(null, null, null, null, false);

    /** One post a second in each chat, two at once. */
    public static final SendLimits PAPER = OFF.withChat(new Rate(1, Duration.ofSeconds(1), 2));

    /** What the official FAQ advises. */
    public static final SendLimits DOCUMENTED =
            PAPER.withGroup(new Window(20, Duration.ofMinutes(1))).withBot(new Rate(30, Duration.ofSeconds(1), 20));

    /** The strictest that users report: channels are limited as groups are, without bursts, and edits count. */
    public static final SendLimits CAUTIOUS = new SendLimits(
            new Rate(1, Duration.ofSeconds(1), 1),
            new Window(20, Duration.ofMinutes(1)),
            new Window(20, Duration.ofMinutes(1)),
            new Rate(30, Duration.ofSeconds(1), 20),
            true);

    /**
     * A bucket that refills evenly.
     *
     * @param messages that come back in each period, at least 1
     * @param per      the period, more than zero
     * @param burst    most at once, at least 1
     */
    public record Rate(int messages, Duration per, int burst) {
        public Rate {
            if (messages < 1) throw new IllegalArgumentException("messages: " + messages);
            if (!per.isPositive()) throw new IllegalArgumentException("per: " + per);
            if (burst < 1) throw new IllegalArgumentException("burst: " + burst);
        }
    }

    /**
     * A rolling window.
     *
     * @param messages most in any span of that length, at least 1
     * @param span     more than zero
     */
    public record Window(int messages, Duration span) {
        public Window {
            if (messages < 1) throw new IllegalArgumentException("messages: " + messages);
            if (!span.isPositive()) throw new IllegalArgumentException("span: " + span);
        }
    }

    public SendLimits withChat(@Nullable Rate rate) {
        return new SendLimits(rate, group, channel, bot, editsCount);
    }

    public SendLimits withGroup(@Nullable Window window) {
        return new SendLimits(chat, window, channel, bot, editsCount);
    }

    public SendLimits withChannel(@Nullable Window window) {
        return new SendLimits(chat, group, window, bot, editsCount);
    }

    public SendLimits withBot(@Nullable Rate rate) {
        return new SendLimits(chat, group, channel, rate, editsCount);
    }

    public SendLimits withEditsCount(boolean count) {
        return new SendLimits(chat, group, channel, bot, count);
    }
}
