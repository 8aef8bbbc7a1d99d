package io.botmesh.world;

import io.botmesh.world.Method.Pace;

/** Methods that pin messages. */
final class PinMethods {
    private final Core core;

    PinMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("pinChatMessage", Pace.SEND, this::pinChatMessage);
        table.faithful("unpinChatMessage", Pace.OTHER, this::unpinChatMessage);
        table.faithful("unpinAllChatMessages", Pace.OTHER, this::unpinAllChatMessages);
    }

    /** A new pin is news of the chat, which even the bot that pinned gets. */
    Reply pinChatMessage(Bot bot, Params params) {
        var chat = core.interactions().connections.writable(bot, params, core.access());
        var message = core.access().message(bot, chat, params.messageId("message_id"), "message to pin");
        requirePin(bot, chat);
        if (message.content().isService()) throw Refused.of(400, "A service message can't be pinned");
        if (chat.pinned.add(message.id())) {
            var news = Posting.of(bot.account(), new ServiceContent.Pinned(message.id()));
            core.postman().post(chat, news.withByline(Byline.of(bot.account(), chat)));
        }
        return BotMethods.TRUE;
    }

    /** Without an id, the newest one. */
    Reply unpinChatMessage(Bot bot, Params params) {
        var chat = core.interactions().connections.writable(bot, params, core.access());
        int messageId = params.messageId("message_id");
        var message = messageId == 0 ? chat.newestPinned() : chat.message(bot, messageId);
        if (message == null) throw Refused.of(400, "message to unpin not found");
        requirePin(bot, chat);
        chat.pinned.remove(message.id());
        return BotMethods.TRUE;
    }

    Reply unpinAllChatMessages(Bot bot, Params params) {
        var chat = core.access().writable(bot, params.raw("chat_id"));
        requirePin(bot, chat);
        chat.pinned.clear();
        return BotMethods.TRUE;
    }

    private void requirePin(Bot bot, Chat chat) {
        if (!mayPin(chat, chat.member(bot.account()))) {
            throw Refused.of(400, "Not enough rights to manage pinned messages in the chat");
        }
    }

    /** In a supergroup members may, if all may; in a basic group a bot only as an administrator. */
    private static boolean mayPin(Chat chat, Member member) {
        return switch (chat.kind()) {
            case PRIVATE -> true;
            case CHANNEL -> member.can(Right.EDIT_MESSAGES);
            case GROUP -> member.can(Right.PIN_MESSAGES);
            case SUPERGROUP -> chat.permits(member, Permission.PIN_MESSAGES);
        };
    }
}
