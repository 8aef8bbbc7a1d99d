package io.botmesh.world;

import io.botmesh.world.Method.Pace;

/** Methods about posts that people suggest to a channel. */
final class SuggestionMethods {
    static final int MOST_COMMENT = 128;

    private final Core core;

    SuggestionMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("approveSuggestedPost", Pace.OTHER, this::approve);
        table.faithful("declineSuggestedPost", Pace.OTHER, this::decline);
    }

    /** The post appears now or when it was asked for. */
    Reply approve(Bot bot, Params params) {
        long sendDate = params.integer("send_date", 0, 0, Integer.MAX_VALUE);
        var message = message(bot, params, "message to approve");
        requireRight(bot, message, Right.POST_MESSAGES, "Not enough rights to approve suggested posts");
        core.interactions().suggestions.approve(message, bot.account(), bot.account(), sendDate);
        return BotMethods.TRUE;
    }

    Reply decline(Bot bot, Params params) {
        var comment = Names.clean(params.text("comment"), MOST_COMMENT);
        var message = message(bot, params, "message to decline");
        requireRight(bot, message, Right.MANAGE_DIRECT_MESSAGES, "Not enough rights to decline suggested posts");
        core.interactions().suggestions.decline(message, bot.account(), comment);
        return BotMethods.TRUE;
    }

    private Message message(Bot bot, Params params, String what) {
        var chat = core.access().writable(bot, params.raw("chat_id"));
        return core.access().message(bot, chat, params.messageId("message_id"), what);
    }

    /** Nobody decides on what it suggests itself. */
    private static void requireRight(Bot bot, Message message, Right right, String otherwise) {
        var channel = Suggestions.channel(message);
        var unused = Suggestions.pending(message);
        if (message.isBy(bot)) throw Refused.of(400, "MESSAGE_ID_INVALID");
        if (!channel.member(bot.account()).can(right)) throw Refused.of(400, otherwise);
    }
}
