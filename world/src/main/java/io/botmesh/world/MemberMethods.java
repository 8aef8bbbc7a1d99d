package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.EnumSet;

/** Methods with which administrators ban, restrict and promote. */
final class MemberMethods {
    private static final int MOST_TITLE = 16;

    private final Core core;
    private final Membership membership;

    MemberMethods(Core core) {
        this.core = core;
        membership = new Membership(core);
    }

    void addTo(MethodTable table) {
        table.faithful("banChatMember", Pace.OTHER, this::banChatMember);
        table.faithful("unbanChatMember", Pace.OTHER, this::unbanChatMember);
        table.faithful("restrictChatMember", Pace.OTHER, this::restrictChatMember);
        table.faithful("promoteChatMember", Pace.OTHER, this::promoteChatMember);
        table.faithful("setChatAdministratorCustomTitle", Pace.OTHER, this::setCustomTitle);
        table.faithful("setChatMemberTag", Pace.OTHER, this::setTag);
        table.faithful("setChatPermissions", Pace.OTHER, this::setChatPermissions);
        table.faithful("banChatSenderChat", Pace.OTHER, this::banChatSenderChat);
        table.faithful("unbanChatSenderChat", Pace.OTHER, this::unbanChatSenderChat);
    }

    Reply banChatMember(Bot bot, Params params) {
        long userId = params.userId("user_id");
        int until = params.integer("until_date", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
        var chat = core.access().writable(bot, params.raw("chat_id"));
        if (chat.kind() == Chat.Kind.PRIVATE) throw Refused.of(400, "Can't ban members in private chats");
        var target = chat.member(known(userId, "Member not found"));
        if (chat.kind() == Chat.Kind.GROUP) {
            if (userId != bot.id()) requireInGroup(bot, chat, target);
        } else {
            requireRestrict(bot, chat, target, true);
        }
        membership.ban(chat, bot.account(), target.account(), until);
        return BotMethods.TRUE;
    }

    /** A member that is not banned is put out, unless only bans are to go. */
    Reply unbanChatMember(Bot bot, Params params) {
        long userId = params.userId("user_id");
        boolean onlyBanned = params.flag("only_if_banned");
        var chat = core.access().writable(bot, params.raw("chat_id"));
        requireBig(chat);
        var target = chat.member(known(userId, onlyBanned ? "user not found" : "Member not found"));
        if (onlyBanned && target.status() != Member.Status.KICKED) return BotMethods.TRUE;
        if (target.status() == Member.Status.LEFT) return BotMethods.TRUE;
        if (userId == bot.id()) {
            membership.leave(chat, bot.account());
            return BotMethods.TRUE;
        }
        requireRestrict(bot, chat, target, false);
        membership.unban(chat, bot.account(), target.account());
        return BotMethods.TRUE;
    }

    Reply restrictChatMember(Bot bot, Params params) {
        long userId = params.userId("user_id");
        int until = params.integer("until_date", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
        var permissions = Permissions.parse(params);
        var chat = core.access().writable(bot, params.raw("chat_id"));
        requireSupergroup(chat);
        var target = chat.member(known(userId, "user not found"));
        requireRestrict(bot, chat, target, true);
        membership.restrict(chat, bot.account(), target.account(), permissions, until);
        return BotMethods.TRUE;
    }

    /** A bot gives at most what it has; nothing at all takes the administrator's rank away. */
    Reply promoteChatMember(Bot bot, Params params) {
        long userId = params.userId("user_id");
        var rights = EnumSet.noneOf(Right.class);
        for (var right : Right.values()) if (params.flag(right.wireName())) rights.add(right);
        if (params.flag("can_manage_voice_chats")) rights.add(Right.MANAGE_VIDEO_CHATS);
        var chat = core.access().writable(bot, params.raw("chat_id"));
        requireBig(chat);
        var target = chat.member(known(userId, "user not found"));
        rights.removeIf(right -> !Member.applies(right, chat.kind()));
        if (target.status() == Member.Status.CREATOR) throw Refused.of(400, "Can't remove chat owner");
        var own = chat.member(bot.account());
        if (userId == bot.id()) {
            if (!rights.isEmpty()) throw Refused.of(400, "Can't promote self");
        } else {
            if (!own.can(Right.PROMOTE_MEMBERS)) throw Refused.of(400, "Not enough rights");
            if (!own.rights().containsAll(rights)) throw Refused.of(400, "RIGHT_FORBIDDEN");
            if (target.isAdmin() && !chat.mayEdit(bot.account(), target)) throw Refused.of(400, "CHAT_ADMIN_REQUIRED");
            if (!rights.isEmpty()) requireHere(target);
        }
        membership.promote(chat, bot.account(), target.account(), rights);
        return BotMethods.TRUE;
    }

    Reply setCustomTitle(Bot bot, Params params) {
        long userId = params.userId("user_id");
        var title = Names.clean(params.text("custom_title"), MOST_TITLE);
        var chat = core.access().writable(bot, params.raw("chat_id"));
        requireSupergroup(chat);
        var target = chat.member(known(userId, "user not found"));
        if (target.status() == Member.Status.CREATOR) throw Refused.of(400, "Only creator can edit their custom title");
        if (!target.isAdmin()) throw Refused.of(400, "User is not an administrator");
        if (!chat.mayEdit(bot.account(), target)) {
            throw Refused.of(400, "Not enough rights to change custom title of the user");
        }
        if (Names.hasEmoji(title)) throw Refused.of(400, "ADMIN_RANK_EMOJI_NOT_ALLOWED");
        change(bot, chat, target, target.withTitle(title.isEmpty() ? null : title));
        return BotMethods.TRUE;
    }

    /** Only plain and restricted members have one; without text it goes away. */
    Reply setTag(Bot bot, Params params) {
        long userId = params.userId("user_id");
        var tag = Names.clean(params.text("tag"), MOST_TITLE);
        var chat = core.access().writable(bot, params.raw("chat_id"));
        if (!chat.isGroup())
            throw Refused.verbatim(400, "Bad Request: method is available only in groups and supergroups");
        var target = chat.member(known(userId, "user not found"));
        if (!chat.member(bot.account()).can(Right.MANAGE_TAGS)) {
            throw Refused.of(400, "Not enough rights to change member tags in the chat");
        }
        if (target.isAdmin()) throw Refused.of(400, "USER_ADMIN_INVALID");
        if (!target.isIn()) throw Refused.of(400, "USER_NOT_PARTICIPANT");
        if (Names.hasEmoji(tag)) throw Refused.of(400, "ADMIN_RANK_EMOJI_NOT_ALLOWED");
        change(bot, chat, target, target.withTag(tag.isEmpty() ? null : tag));
        return BotMethods.TRUE;
    }

    Reply setChatPermissions(Bot bot, Params params) {
        if (!params.has("permissions")) throw Refused.of(400, "Can't parse permissions JSON object");
        var permissions = Permissions.parse(params);
        var chat = core.access().writable(bot, params.raw("chat_id"));
        switch (chat.kind()) {
            case PRIVATE -> throw Refused.of(400, "Can't change private chat permissions");
            case CHANNEL -> throw Refused.of(400, "Can't change channel chat permissions");
            case GROUP, SUPERGROUP -> {}
        }
        if (!chat.member(bot.account()).can(Right.RESTRICT_MEMBERS)) {
            throw Refused.of(400, "Not enough rights to change chat permissions");
        }
        chat.profile().permissions = permissions;
        return BotMethods.TRUE;
    }

    Reply banChatSenderChat(Bot bot, Params params) {
        var chat = senderBan(bot, params);
        chat.profile().bannedSenders.add(senderChat(bot, params).id());
        return BotMethods.TRUE;
    }

    Reply unbanChatSenderChat(Bot bot, Params params) {
        var chat = senderBan(bot, params);
        chat.profile().bannedSenders.remove(senderChat(bot, params).id());
        return BotMethods.TRUE;
    }

    private Chat senderBan(Bot bot, Params params) {
        var chat = core.access().writable(bot, params.raw("chat_id"));
        switch (chat.kind()) {
            case PRIVATE -> throw Refused.of(400, "Can't ban members in private chats");
            case GROUP -> throw Refused.of(400, "Can't ban chats in basic groups");
            case CHANNEL, SUPERGROUP -> {}
        }
        return chat;
    }

    private Chat senderChat(Bot bot, Params params) {
        var sender = core.registry().chat(params.number("sender_chat_id"));
        if (sender == null) throw Refused.of(400, "chat not found");
        if (sender.kind() == Chat.Kind.GROUP) throw Refused.of(400, "Can't restrict the chat");
        var chat = core.access().writable(bot, params.raw("chat_id"));
        if (!chat.member(bot.account()).can(Right.RESTRICT_MEMBERS)) {
            throw Refused.of(400, "Not enough rights to restrict/unrestrict chat member");
        }
        return sender;
    }

    private void change(Bot bot, Chat chat, Member before, Member after) {
        if (!before.equals(after)) core.postman().changeMember(chat, bot.account(), before, after);
    }

    private Account known(long userId, String otherwise) {
        var account = core.registry().account(userId);
        if (account == null) throw Refused.of(400, otherwise);
        return account;
    }

    /** Whoever promotes a person has it in the chat already; a bot comes in by it. */
    private void requireHere(Member target) {
        if (target.status() == Member.Status.KICKED) throw Refused.of(400, "USER_KICKED");
        boolean comesIn = target.account().bot() || !core.assume(Assumption.PROMOTED_ARE_MEMBERS);
        if (!target.isIn() && !comesIn) throw Refused.of(400, "USER_NOT_PARTICIPANT");
    }

    private static void requireRestrict(Bot bot, Chat chat, Member target, boolean tightens) {
        if (target.status() == Member.Status.CREATOR) throw Refused.of(400, "Can't remove chat owner");
        if (target.account().id() == bot.id()) {
            throw Refused.of(400, tightens ? "Can't restrict self" : "Can't unrestrict self");
        }
        if (!chat.member(bot.account()).can(Right.RESTRICT_MEMBERS)) {
            throw Refused.of(400, "Not enough rights to restrict/unrestrict chat member");
        }
        if (target.isAdmin() && !chat.mayEdit(bot.account(), target)) throw Refused.of(400, "USER_ADMIN_INVALID");
    }

    private static void requireInGroup(Bot bot, Chat chat, Member target) {
        if (!chat.member(bot.account()).can(Right.RESTRICT_MEMBERS) || target.status() == Member.Status.CREATOR) {
            throw Refused.of(400, "CHAT_ADMIN_REQUIRED");
        }
        if (!target.isIn()) throw Refused.of(400, "USER_NOT_PARTICIPANT");
        if (target.isAdmin()) throw Refused.of(400, "USER_ADMIN_INVALID");
    }

    private static void requireBig(Chat chat) {
        if (chat.kind() != Chat.Kind.SUPERGROUP && chat.kind() != Chat.Kind.CHANNEL) {
            throw Refused.of(400, "Method is available for supergroup and channel chats only");
        }
    }

    static void requireSupergroup(Chat chat) {
        if (chat.kind() != Chat.Kind.SUPERGROUP) throw Refused.of(400, "Method is available only in supergroups");
    }
}
