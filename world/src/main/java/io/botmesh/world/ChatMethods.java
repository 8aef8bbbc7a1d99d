package io.botmesh.world;

import io.botmesh.world.Method.Pace;

/** Methods about chats and who is in them. */
final class ChatMethods {
    private final Core core;

    ChatMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.shallow("getChat", Pace.OTHER, this::getChat);
        table.faithful("getChatMember", Pace.OTHER, this::getChatMember);
        table.faithful("getChatAdministrators", Pace.OTHER, this::getChatAdministrators);
        table.faithful("getChatMemberCount", Pace.OTHER, this::getChatMemberCount);
        table.faithful("getUserChatBoosts", Pace.OTHER, this::getUserChatBoosts);
        table.faithful("leaveChat", Pace.OTHER, this::leaveChat);
    }

    Reply getChat(Bot bot, Params params) {
        var chat = core.access().readable(bot, params.raw("chat_id"));
        return new Reply.Ok(new FullChatJson(core).write(chat, bot).toString());
    }

    /** About itself a bot may always ask. */
    Reply getChatMember(Bot bot, Params params) {
        long userId = params.userId("user_id");
        var chat = core.access().readable(bot, params.raw("chat_id"));
        var account = core.registry().account(userId);
        if (account == null) throw Refused.of(400, "user not found");
        if (chat.kind() == Chat.Kind.PRIVATE) {
            if (!account.equals(chat.person()) && userId != bot.id()) throw Refused.of(400, "user not found");
            return member(chat, Member.plain(account, Member.Status.MEMBER), bot);
        }
        if (userId != bot.id()
                && chat.kind() == Chat.Kind.CHANNEL
                && !chat.member(bot.account()).isAdmin()) {
            throw Refused.of(400, "Member list is inaccessible");
        }
        return member(chat, chat.member(account), bot);
    }

    /** Other bots only on request. */
    Reply getChatAdministrators(Bot bot, Params params) {
        boolean bots = params.flag("return_bots");
        var chat = core.access().readable(bot, params.raw("chat_id"));
        if (chat.kind() == Chat.Kind.PRIVATE) {
            throw Refused.of(400, "There are no administrators in the private chat");
        }
        if (chat.kind() == Chat.Kind.CHANNEL && !core.access().isIn(bot, chat)) {
            throw Refused.of(400, "Member list is inaccessible");
        }
        var json = new JsonWriter(512).array();
        for (var member : chat.members()) {
            boolean shown = bots || !member.account().bot() || member.account().id() == bot.id();
            if (member.isAdmin() && shown) member.write(json, chat.kind(), chat.mayEdit(bot.account(), member));
        }
        return new Reply.Ok(json.endArray().toString());
    }

    Reply getChatMemberCount(Bot bot, Params params) {
        var chat = core.access().readable(bot, params.raw("chat_id"));
        int count = chat.kind() == Chat.Kind.PRIVATE ? 2 : 0;
        for (var member : chat.members()) if (member.isIn()) count++;
        return new Reply.Ok(Integer.toString(count));
    }

    Reply getUserChatBoosts(Bot bot, Params params) {
        long userId = params.userId("user_id");
        var chat = core.access().writable(bot, params.raw("chat_id"));
        var account = core.registry().account(userId);
        if (account == null) throw Refused.of(400, "user not found");
        if (!chat.member(bot.account()).isAdmin()) throw Refused.of(400, "CHAT_ADMIN_REQUIRED");
        var json = new JsonWriter().object().name("boosts").array();
        for (var boost : chat.boosts().all()) if (boost.by().equals(account)) boost.write(json);
        return new Reply.Ok(json.endArray().endObject().toString());
    }

    Reply leaveChat(Bot bot, Params params) {
        var chat = core.access().readable(bot, params.raw("chat_id"));
        if (chat.kind() == Chat.Kind.PRIVATE) throw Refused.of(400, "Chat can't be left");
        new Membership(core).leave(chat, bot.account());
        return BotMethods.TRUE;
    }

    private static Reply member(Chat chat, Member member, Bot viewer) {
        boolean editable = chat.mayEdit(viewer.account(), member);
        return new Reply.Ok(
                member.write(new JsonWriter(), chat.kind(), editable).toString());
    }
}
