package io.botmesh.world;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides which bots hear of a message. */
final class Audience {
    private static final long DAY_SECONDS = 86_400;

    private final Registry registry;
    private final ChannelBotPosts channelBotPosts;

    Audience(Registry registry, ChannelBotPosts channelBotPosts) {
        this.registry = registry;
        this.channelBotPosts = channelBotPosts;
    }

    /**
     * The bots that get an update about a message.
     *
     * @param now Unix seconds
     */
    List<Bot> of(Message message, boolean edited, long now) {
        var chat = message.chat();
        long date = edited ? message.editDate() : message.date();
        if (date <= now - DAY_SECONDS) return List.of();
        var hearers = new ArrayList<Bot>();
        for (var bot : registry.botsIn(chat)) {
            if (reaches(bot, message) && wasThere(bot, message)) hearers.add(bot);
        }
        // Who leaves a group hears of that as the last thing.
        if (message.content() instanceof ServiceContent.Left left) {
            var gone = registry.bot(left.account().id());
            if (gone != null && !hearers.contains(gone)) hearers.add(gone);
        }
        return hearers;
    }

    private static boolean wasThere(Bot bot, Message message) {
        var chat = message.chat();
        return chat.kind() == Chat.Kind.PRIVATE
                || chat.kind() == Chat.Kind.GROUP
                || chat.member(bot.account()).joined() <= message.date();
    }

    private boolean reaches(Bot bot, Message message) {
        var chat = message.chat();
        boolean service = message.content().isService();
        // Its own messages never come back to a bot, but news of the chat that it caused does.
        if (message.isBy(bot)) return service;
        return switch (chat.kind()) {
            case PRIVATE -> true;
            case CHANNEL -> !message.author().bot() || service || channelBotPosts == ChannelBotPosts.DELIVER;
            case GROUP, SUPERGROUP -> service || seesInGroup(bot, message);
        };
    }

    private boolean seesInGroup(Bot bot, Message message) {
        var author = registry.bot(message.author().id());
        if (author == null) return seesAll(bot, message.chat()) || isFor(bot, message);
        if (isNamedFor(bot, message)) return talks(bot) || talks(author);
        return talks(bot) && seesAll(bot, message.chat());
    }

    private static boolean talks(Bot bot) {
        return bot.flags.contains(BotFlag.BOT_TO_BOT);
    }

    private static boolean seesAll(Bot bot, Chat chat) {
        return !bot.privacy || chat.member(bot.account()).isAdmin();
    }

    /** Of another bot only a command with the name and a direct answer are meant for a bot. */
    private static boolean isNamedFor(Bot bot, Message message) {
        var answered = answered(message);
        return (answered != null && answered.isBy(bot)) || commands(bot, message, false);
    }

    /** Privacy mode: commands, mentions, what came through the bot, and answers to any of these or to the bot. */
    private static boolean isFor(Bot bot, Message message) {
        if (isItselfFor(bot, message)) return true;
        for (var answered = answered(message); answered != null; answered = answered(answered)) {
            if (answered.isBy(bot) || isItselfFor(bot, answered)) return true;
        }
        return false;
    }

    private static boolean isItselfFor(Bot bot, Message message) {
        var via = message.posting().by().viaBot();
        return (via != null && via.equals(bot.account())) || commands(bot, message, true) || mentions(bot, message);
    }

    private static @Nullable Message answered(Message message) {
        return message.replyTo() == 0 ? null : message.chat().message(message.replyTo());
    }

    private static boolean commands(Bot bot, Message message, boolean unnamed) {
        var text = message.content().words();
        for (var entity : text.entities()) {
            if (entity.type() != EntityType.BOT_COMMAND) continue;
            var command = text.text().substring(entity.offset(), entity.end());
            int at = command.indexOf('@');
            var username = bot.account().username();
            if (at >= 0 ? command.substring(at + 1).equalsIgnoreCase(username) : unnamed && isForAnyone(bot, message)) {
                return true;
            }
        }
        return false;
    }

    private static boolean mentions(Bot bot, Message message) {
        var text = message.content().words();
        for (var entity : text.entities()) {
            if (bot.account().equals(entity.user())) return true;
            if (entity.type() != EntityType.MENTION) continue;
            var name = text.text().substring(entity.offset() + 1, entity.end());
            if (name.equalsIgnoreCase(bot.account().username())) return true;
        }
        return false;
    }

    /** A command without a name is for the bot that spoke last. */
    private static boolean isForAnyone(Bot bot, Message message) {
        var last = message.chat().lastBotToSend;
        return last == null || last == bot;
    }
}
