package io.botmesh.world;

import io.botmesh.world.Method.Pace;

/** Methods about the topics of a forum or of a private chat. */
final class TopicMethods {
    private static final int MOST_NAME = 128;
    private static final int MOST_COLOR = 0xFFFFFF;

    private final Core core;
    private final TopicDesk desk;

    TopicMethods(Core core) {
        this.core = core;
        desk = new TopicDesk(core);
    }

    void addTo(MethodTable table) {
        table.faithful("createForumTopic", Pace.OTHER, this::create);
        table.faithful("editForumTopic", Pace.OTHER, this::edit);
        table.faithful("closeForumTopic", Pace.OTHER, (bot, params) -> close(bot, params, false, true));
        table.faithful("reopenForumTopic", Pace.OTHER, (bot, params) -> close(bot, params, false, false));
        table.faithful("deleteForumTopic", Pace.OTHER, this::delete);
        table.faithful("unpinAllForumTopicMessages", Pace.OTHER, (bot, params) -> unpinAll(bot, params, false));
        table.faithful("editGeneralForumTopic", Pace.OTHER, this::editGeneral);
        table.faithful("closeGeneralForumTopic", Pace.OTHER, (bot, params) -> close(bot, params, true, true));
        table.faithful("reopenGeneralForumTopic", Pace.OTHER, (bot, params) -> close(bot, params, true, false));
        table.faithful("hideGeneralForumTopic", Pace.OTHER, (bot, params) -> hide(bot, params, true));
        table.faithful("unhideGeneralForumTopic", Pace.OTHER, (bot, params) -> hide(bot, params, false));
        table.faithful("unpinAllGeneralForumTopicMessages", Pace.OTHER, (bot, params) -> unpinAll(bot, params, true));
        table.shallow("getForumTopicIconStickers", Pace.OTHER, (bot, params) -> new Reply.Ok("[]"));
    }

    Reply create(Bot bot, Params params) {
        var raw = params.text("name");
        int color = params.integer("icon_color", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
        var emoji = emoji(params);
        var chat = forum(bot, params);
        var name = name(raw);
        if (color < 0 || color > MOST_COLOR) throw Refused.of(400, "Invalid icon color specified");
        if (!chat.permits(bot, Permission.MANAGE_TOPICS)) throw Refused.of(400, "Not enough rights to create a topic");
        var icon = emoji.isEmpty() ? null : emoji;
        var topic = desk.create(chat, bot.account(), name, color == 0 ? Topics.BLUE : color, icon);
        return new Reply.Ok(topic.write(new JsonWriter()).toString());
    }

    /** An empty name changes nothing, an empty icon takes the icon away. */
    Reply edit(Bot bot, Params params) {
        var raw = params.text("name");
        boolean withEmoji = params.arguments().text("icon_custom_emoji_id") != null;
        var emoji = emoji(params);
        var chat = forum(bot, params);
        var topic = topic(chat, params);
        var name = raw.isEmpty() ? null : name(raw);
        requireEdit(bot, chat, topic, "edit the topic");
        if (name == null && !withEmoji) return BotMethods.TRUE;
        desk.edit(chat, bot.account(), topic, name, withEmoji ? emoji : null);
        return BotMethods.TRUE;
    }

    Reply editGeneral(Bot bot, Params params) {
        var raw = params.text("name");
        var chat = forum(bot, params);
        var general = general(chat);
        var name = name(raw);
        requireEdit(bot, chat, general, "edit the topic");
        desk.edit(chat, bot.account(), general, name, null);
        return BotMethods.TRUE;
    }

    private Reply close(Bot bot, Params params, boolean general, boolean closed) {
        var chat = forum(bot, params);
        var topic = general ? general(chat) : topic(chat, params);
        requireEdit(bot, chat, topic, "close or open the topic");
        desk.close(chat, bot.account(), topic, closed);
        return BotMethods.TRUE;
    }

    private Reply hide(Bot bot, Params params, boolean hidden) {
        var chat = forum(bot, params);
        var general = general(chat);
        requireEdit(bot, chat, general, "close or open the topic");
        desk.hide(chat, bot.account(), general, hidden);
        return BotMethods.TRUE;
    }

    Reply delete(Bot bot, Params params) {
        var chat = forum(bot, params);
        var topic = topic(chat, params);
        boolean may = core.access().can(bot, chat, Right.DELETE_MESSAGES) || topic.creator.equals(bot.account());
        if (!may) throw Refused.of(400, "Not enough rights to delete the topic");
        desk.delete(chat, topic);
        return BotMethods.TRUE;
    }

    private Reply unpinAll(Bot bot, Params params, boolean general) {
        var chat = forum(bot, params);
        var topic = general ? general(chat) : topic(chat, params);
        if (!chat.permits(bot, Permission.PIN_MESSAGES)) {
            throw Refused.of(400, "Not enough rights to manage pinned messages in the chat");
        }
        desk.unpinAll(chat, topic);
        return BotMethods.TRUE;
    }

    private Chat forum(Bot bot, Params params) {
        var chat = core.access().writable(bot, params.raw("chat_id"));
        if (!Topics.isForum(chat)) throw Refused.of(400, "The chat is not a forum");
        return chat;
    }

    private static Topics.Topic topic(Chat chat, Params params) {
        int id = params.messageId("message_thread_id");
        if (id <= 0) throw Refused.of(400, "Invalid message thread identifier specified");
        var topic = chat.topics().find(id);
        if (topic == null || topic.isGeneral()) throw Refused.of(400, "TOPIC_ID_INVALID");
        return topic;
    }

    /** Private chats have none. */
    private static Topics.Topic general(Chat chat) {
        var general = chat.kind() == Chat.Kind.PRIVATE ? null : chat.topics().find(Topics.GENERAL);
        if (general == null) throw Refused.of(400, "TOPIC_ID_INVALID");
        return general;
    }

    private static void requireEdit(Bot bot, Chat chat, Topics.Topic topic, String what) {
        if (!Topics.mayEdit(chat, bot.account(), topic)) throw Refused.of(400, "Not enough rights to " + what);
    }

    private static String name(String raw) {
        var name = Names.clean(raw, MOST_NAME);
        if (name.isEmpty()) throw Refused.of(400, "Title must be non-empty");
        return name;
    }

    private static String emoji(Params params) {
        long id = params.number("icon_custom_emoji_id");
        return id == 0 ? "" : Long.toString(id);
    }
}
