package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** Puts messages into chats and tells every bot that is to know. */
final class Postman {
    private final Registry registry;
    private final Agenda agenda;
    private final Polls polls;
    private final MessageJson json;
    private final ChannelBotPosts channelBotPosts;
    private final Watchers watchers;

    Postman(
            Registry registry,
            Agenda agenda,
            Polls polls,
            MessageJson json,
            ChannelBotPosts channelBotPosts,
            Watchers watchers) {
        this.registry = registry;
        this.agenda = agenda;
        this.polls = polls;
        this.json = json;
        this.channelBotPosts = channelBotPosts;
        this.watchers = watchers;
    }

    Message post(Chat chat, Posting posting) {
        var message = new Message(chat, chat.nextMessageId(), agenda.seconds(), posting);
        chat.add(message);
        watchers.posted(message);
        announce(message, false);
        if (posting.author().bot() && !posting.content().isService()) {
            chat.lastBotToSend = registry.bot(posting.author().id());
        }
        return message;
    }

    void edit(Message message, Content content, @Nullable ReplyMarkup markup) {
        message.edit(content, markup, agenda.seconds());
        watchers.edited(message);
        announce(message, true);
    }

    /** Takes a message away; no bot is told. */
    void delete(Message message) {
        message.chat().remove(message);
        watchers.deleted(message);
    }

    /** Somebody's standing in a chat has changed. */
    void changeMember(Chat chat, Account actor, Member before, Member after) {
        chat.put(after);
        watchers.changed(Happening.Changed.What.MEMBERS, chat.id());
        var affected = registry.bot(after.account().id());
        if (affected != null) {
            give(
                    affected,
                    UpdateKind.MY_CHAT_MEMBER,
                    chat.id(),
                    memberUpdate(UpdateKind.MY_CHAT_MEMBER, chat, actor, before, after));
        }
        for (var bot : registry.botsIn(chat)) {
            if (bot == affected || !chat.member(bot.account()).isAdmin()) continue;
            var payload = memberUpdate(UpdateKind.CHAT_MEMBER, chat, actor, before, after);
            give(bot, UpdateKind.CHAT_MEMBER, after.account().id(), payload);
        }
    }

    /**
     * Queues an update for a bot that wants its kind.
     *
     * @param subject whose updates of the kind a webhook keeps in order, see {@link UpdateKind#lane}
     */
    void give(Bot bot, UpdateKind kind, long subject, byte[] payload) {
        if (bot.revoked || !bot.allowed.contains(kind)) return;
        long now = agenda.seconds();
        if (!bot.queue.add(payload, kind.lane(subject), now + kind.lifeSeconds(), now)) return;
        watchers.changed(Happening.Changed.What.QUEUE, bot.id());
        polls.nudge(bot);
    }

    private void announce(Message message, boolean edited) {
        var chat = message.chat();
        var kind = chat.kind() == Chat.Kind.CHANNEL
                ? edited ? UpdateKind.EDITED_CHANNEL_POST : UpdateKind.CHANNEL_POST
                : edited ? UpdateKind.EDITED_MESSAGE : UpdateKind.MESSAGE;
        byte[] shared = null;
        for (var bot : registry.botsIn(chat)) {
            if (!reaches(bot, message) || !bot.allowed.contains(kind)) continue;
            byte[] payload;
            if (message.differsByBot()) {
                payload = json.update(kind, message, bot);
            } else {
                if (shared == null) shared = json.update(kind, message, bot);
                payload = shared;
            }
            give(bot, kind, chat.id(), payload);
        }
    }

    private boolean reaches(Bot bot, Message message) {
        var chat = message.chat();
        boolean service = message.content().isService();
        // Its own messages never come back to a bot, but news of the chat that it caused does.
        if (message.isBy(bot)) return service && chat.kind() != Chat.Kind.PRIVATE;
        return switch (chat.kind()) {
            case PRIVATE -> true;
            case CHANNEL -> !message.author().bot() || channelBotPosts == ChannelBotPosts.DELIVER;
            case SUPERGROUP -> service || (!message.author().bot() && seesInGroup(bot, message));
        };
    }

    /** Privacy mode: a plain member only sees what is meant for bots. */
    private static boolean seesInGroup(Bot bot, Message message) {
        var chat = message.chat();
        if (!bot.privacy || chat.member(bot.account()).isAdmin()) return true;
        var answered = message.replyTo() == 0 ? null : chat.message(message.replyTo());
        if (answered != null && answered.isBy(bot)) return true;
        var text = message.content().words();
        for (var entity : text.entities()) {
            if (entity.type() != EntityType.BOT_COMMAND) continue;
            var command = text.text().substring(entity.offset(), entity.end());
            int at = command.indexOf('@');
            var username = bot.account().username();
            if (at >= 0 ? command.substring(at + 1).equalsIgnoreCase(username) : isForAnyone(bot, chat)) return true;
        }
        return false;
    }

    /** A command without a name is for the bot that spoke last. */
    private static boolean isForAnyone(Bot bot, Chat chat) {
        return chat.lastBotToSend == null || chat.lastBotToSend == bot;
    }

    private byte[] memberUpdate(UpdateKind kind, Chat chat, Account actor, Member before, Member after) {
        var update = new JsonWriter(512).object();
        chat.write(update.name("chat"));
        actor.write(update.name("from"));
        update.field("date", agenda.seconds());
        before.write(update.name("old_chat_member"), chat.kind(), false);
        after.write(update.name("new_chat_member"), chat.kind(), false);
        return named(kind, update.endObject());
    }

    /** The bytes {@code "kind":{…}} of an update. */
    static byte[] named(UpdateKind kind, JsonWriter object) {
        return ('"' + kind.wireName() + "\":" + object).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
