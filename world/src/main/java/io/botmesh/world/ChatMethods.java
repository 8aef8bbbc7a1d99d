package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.EnumSet;

/** Methods about chats and who is in them. */
final class ChatMethods {
    private static final int MOST_REACTIONS = 11;
    private static final int COLORS = 7;

    private final Core core;

    ChatMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.shallow("getChat", Pace.OTHER, this::getChat);
        table.faithful("getChatMember", Pace.OTHER, this::getChatMember);
        table.faithful("getChatAdministrators", Pace.OTHER, this::getChatAdministrators);
        table.faithful("getChatMemberCount", Pace.OTHER, this::getChatMemberCount);
        table.faithful("leaveChat", Pace.OTHER, this::leaveChat);
        table.faithful("promoteChatMember", Pace.OTHER, this::promoteChatMember);
    }

    Reply getChat(Bot bot, Params params) {
        var chat = core.access().readable(bot, params.text("chat_id"));
        var json = chat.writeOpen(new JsonWriter(512));
        var username = chat.username();
        if (username != null)
            json.name("active_usernames").array().value(username).endArray();
        if (chat.kind() == Chat.Kind.SUPERGROUP) writePermissions(json);
        json.name("accepted_gift_types")
                .object()
                .field("unlimited_gifts", false)
                .field("limited_gifts", false)
                .field("unique_gifts", false)
                .field("premium_subscription", false)
                .field("gifts_from_channels", false)
                .endObject();
        var pinned = core.access().isIn(bot, chat) ? chat.newestPinned() : null;
        if (pinned != null) core.json().write(json.name("pinned_message"), pinned, bot, true);
        json.field("max_reaction_count", MOST_REACTIONS);
        json.field("accent_color_id", Math.floorMod(chat.id(), COLORS));
        return new Reply.Ok(json.endObject().toString());
    }

    /** About itself a bot may always ask. */
    Reply getChatMember(Bot bot, Params params) {
        long userId = params.userId("user_id");
        var chat = core.access().readable(bot, params.text("chat_id"));
        var account = core.registry().account(userId);
        if (account == null) throw Refused.of(400, "user not found");
        if (chat.kind() == Chat.Kind.PRIVATE) {
            if (!account.equals(chat.person()) && userId != bot.id()) throw Refused.of(400, "user not found");
            return member(chat, Member.plain(account, Member.Status.MEMBER));
        }
        if (userId != bot.id()
                && chat.kind() == Chat.Kind.CHANNEL
                && !chat.member(bot.account()).isAdmin()) {
            throw Refused.of(400, "Member list is inaccessible");
        }
        return member(chat, chat.member(account));
    }

    /** Other bots only on request. */
    Reply getChatAdministrators(Bot bot, Params params) {
        boolean bots = params.flag("return_bots");
        var chat = core.access().readable(bot, params.text("chat_id"));
        if (chat.kind() == Chat.Kind.PRIVATE) {
            throw Refused.of(400, "There are no administrators in the private chat");
        }
        if (chat.kind() == Chat.Kind.CHANNEL && !core.access().isIn(bot, chat)) {
            throw Refused.of(400, "Member list is inaccessible");
        }
        var json = new JsonWriter(512).array();
        for (var member : chat.members()) {
            boolean shown = bots || !member.account().bot() || member.account().id() == bot.id();
            if (member.isAdmin() && shown) member.write(json, chat.kind(), false);
        }
        return new Reply.Ok(json.endArray().toString());
    }

    Reply getChatMemberCount(Bot bot, Params params) {
        var chat = core.access().readable(bot, params.text("chat_id"));
        int count = chat.kind() == Chat.Kind.PRIVATE ? 2 : 0;
        for (var member : chat.members()) if (member.isIn()) count++;
        return new Reply.Ok(Integer.toString(count));
    }

    Reply leaveChat(Bot bot, Params params) {
        var chat = core.access().writable(bot, params.text("chat_id"));
        if (chat.kind() == Chat.Kind.PRIVATE) throw Refused.of(400, "Chat can't be left");
        var before = chat.member(bot.account());
        core.postman().changeMember(chat, bot.account(), before, Member.plain(bot.account(), Member.Status.LEFT));
        return BotMethods.TRUE;
    }

    /** A bot gives at most what it has; nothing at all takes the administrator's rank away. */
    Reply promoteChatMember(Bot bot, Params params) {
        long userId = params.userId("user_id");
        var rights = EnumSet.noneOf(Right.class);
        for (var right : Right.values()) if (params.flag(right.wireName())) rights.add(right);
        if (params.flag("can_manage_voice_chats")) rights.add(Right.MANAGE_VIDEO_CHATS);
        var chat = core.access().writable(bot, params.text("chat_id"));
        var account = core.registry().account(userId);
        if (account == null) throw Refused.of(400, "user not found");
        if (chat.kind() == Chat.Kind.PRIVATE) throw Refused.of(400, "Can't promote members in private chats");
        var own = chat.member(bot.account());
        var before = chat.member(account);
        if (!own.can(Right.PROMOTE_MEMBERS)) throw Refused.of(400, "Not enough rights");
        if (before.status() == Member.Status.CREATOR) throw Refused.of(400, "Can't remove chat owner");
        rights.removeIf(right -> !Member.applies(right, chat.kind()));
        if (!own.rights().containsAll(rights)) throw Refused.of(400, "RIGHT_FORBIDDEN");
        core.postman().changeMember(chat, bot.account(), before, ranked(chat, account, rights));
        return BotMethods.TRUE;
    }

    private static Member ranked(Chat chat, Account account, EnumSet<Right> rights) {
        if (!rights.isEmpty()) {
            return new Member(account, Member.Status.ADMINISTRATOR, new Admin(account.id(), rights).rights());
        }
        // A channel has no bots that are not administrators.
        boolean leaves = account.bot() && chat.kind() == Chat.Kind.CHANNEL;
        return Member.plain(account, leaves ? Member.Status.LEFT : Member.Status.MEMBER);
    }

    private static Reply member(Chat chat, Member member) {
        return new Reply.Ok(member.write(new JsonWriter(), chat.kind(), false).toString());
    }

    private static void writePermissions(JsonWriter json) {
        json.name("permissions").object();
        for (var name : new String[] {
            "can_send_messages",
            "can_send_media_messages",
            "can_send_audios",
            "can_send_documents",
            "can_send_photos",
            "can_send_videos",
            "can_send_video_notes",
            "can_send_voice_notes",
            "can_send_polls",
            "can_send_other_messages",
            "can_add_web_page_previews",
            "can_change_info",
            "can_invite_users",
            "can_pin_messages",
            "can_manage_topics"
        }) {
            json.field(
                    name,
                    !name.equals("can_change_info")
                            && !name.equals("can_pin_messages")
                            && !name.equals("can_manage_topics"));
        }
        json.endObject();
    }
}
