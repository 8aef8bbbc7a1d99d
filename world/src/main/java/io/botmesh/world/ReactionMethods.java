package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.List;

/** Methods about reactions to messages. */
final class ReactionMethods {
    private final Core core;

    ReactionMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("setMessageReaction", Pace.OTHER, this::setMessageReaction);
        table.faithful("deleteMessageReaction", Pace.OTHER, this::deleteMessageReaction);
        table.faithful("deleteAllMessageReactions", Pace.OTHER, this::deleteAllMessageReactions);
    }

    /** A bot has one reaction to a message, and none that costs. */
    Reply setMessageReaction(Bot bot, Params params) {
        var reactions = Reaction.parse(params);
        var message = message(bot, params);
        for (var reaction : reactions) {
            if (!reaction.exists() || reaction.type().equals("paid")) throw Refused.of(400, "REACTION_INVALID");
        }
        if (reactions.size() > 1) throw Refused.of(400, "REACTIONS_TOO_MANY");
        if (message.content().isService()) throw Refused.of(400, "MESSAGE_ID_INVALID");
        core.interactions().reactions.react(message, bot.account(), reactions);
        return BotMethods.TRUE;
    }

    Reply deleteMessageReaction(Bot bot, Params params) {
        var message = message(bot, params);
        var actor = actor(params);
        requireRight(bot, message.chat());
        core.interactions().reactions.react(message, actor, List.of());
        return BotMethods.TRUE;
    }

    Reply deleteAllMessageReactions(Bot bot, Params params) {
        var chat = core.access().writable(bot, params.raw("chat_id"));
        var actor = actor(params);
        requireRight(bot, chat);
        for (var message : chat.messages()) {
            if (!core.interactions().reactions.of(message, actor).isEmpty())
                core.interactions().reactions.react(message, actor, List.of());
        }
        return BotMethods.TRUE;
    }

    private Message message(Bot bot, Params params) {
        var chat = core.access().readable(bot, params.raw("chat_id"));
        return core.access().message(bot, chat, params.messageId("message_id"), "message to react");
    }

    private void requireRight(Bot bot, Chat chat) {
        if (chat.kind() == Chat.Kind.PRIVATE || !chat.member(bot.account()).can(Right.DELETE_MESSAGES)) {
            throw Refused.of(400, "Not enough rights to delete reactions");
        }
    }

    /** Nobody reacts in the name of a chat here, so a chat has never reacted. */
    private Account actor(Params params) {
        if (params.has("actor_chat_id")) throw Refused.of(400, "chat not found");
        var account = core.registry().account(params.userId("user_id"));
        if (account == null) throw Refused.of(400, "user not found");
        return account;
    }
}
