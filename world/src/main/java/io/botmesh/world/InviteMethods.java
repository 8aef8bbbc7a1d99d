package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import org.jspecify.annotations.Nullable;

/** Methods about the links that lead into a chat. */
final class InviteMethods {
    private static final int MOST_NAME = 32;
    private static final int MOST_MEMBERS = 99_999;
    private static final int MOST_PRICE = 10_000;
    private static final int PERIOD = 2_592_000;

    private final Core core;
    private final Doorkeeper doorkeeper;

    InviteMethods(Core core) {
        this.core = core;
        doorkeeper = new Doorkeeper(core);
    }

    void addTo(MethodTable table) {
        table.faithful("exportChatInviteLink", Pace.OTHER, this::export);
        table.faithful("createChatInviteLink", Pace.OTHER, (bot, params) -> create(bot, params, false));
        table.faithful("editChatInviteLink", Pace.OTHER, (bot, params) -> edit(bot, params, false));
        table.faithful("revokeChatInviteLink", Pace.OTHER, this::revoke);
        table.shallow("createChatSubscriptionInviteLink", Pace.OTHER, (bot, params) -> create(bot, params, true));
        table.shallow("editChatSubscriptionInviteLink", Pace.OTHER, (bot, params) -> edit(bot, params, true));
    }

    Reply export(Bot bot, Params params) {
        var chat = chat(bot, params);
        var link = doorkeeper.replacePrimary(chat, bot.account());
        return new Reply.Ok(new JsonWriter().value(link.url()).toString());
    }

    private Reply create(Bot bot, Params params, boolean paid) {
        int period = paid ? params.integer("subscription_period", 0, 0, Integer.MAX_VALUE) : 0;
        int price = paid ? params.integer("subscription_price", 0, 0, Integer.MAX_VALUE) : 0;
        var wish = new InviteLink(
                doorkeeper.newUrl(),
                bot.account(),
                name(params),
                paid ? 0 : params.integer("expire_date", 0, 0, Integer.MAX_VALUE),
                paid ? 0 : params.integer("member_limit", 0, 0, MOST_MEMBERS + 1),
                !paid && params.flag("creates_join_request"),
                false,
                false,
                period,
                price);
        var chat = core.access().writable(bot, params.raw("chat_id"));
        if (paid && (period == 0 || price == 0)) throw Refused.of(400, "Invalid subscription pricing specified");
        require(bot, chat);
        check(wish);
        if (paid) {
            if (chat.kind() != Chat.Kind.CHANNEL) throw Refused.of(400, "CHAT_INVALID");
            if (period != PERIOD) throw Refused.of(400, "SUBSCRIPTION_PERIOD_INVALID");
            if (price > MOST_PRICE) throw Refused.of(400, "STARS_AMOUNT_INVALID");
        }
        return link(chat, chat.invitations().put(wish), bot);
    }

    /** What is not named falls back to nothing. */
    private Reply edit(Bot bot, Params params, boolean paid) {
        var url = params.text("invite_link");
        var name = name(params);
        int expires = params.integer("expire_date", 0, 0, Integer.MAX_VALUE);
        int limit = params.integer("member_limit", 0, 0, MOST_MEMBERS + 1);
        boolean asks = params.flag("creates_join_request");
        var chat = chat(bot, params);
        var old = own(bot, chat, url);
        if (old.primary()) throw Refused.of(400, "CHAT_INVITE_PERMANENT");
        if (old.revoked()) throw Refused.of(400, "INVITE_HASH_EXPIRED");
        boolean subscription = paid || old.subscriptionPeriod() != 0;
        var changed = new InviteLink(
                url,
                old.creator(),
                name,
                subscription ? 0 : expires,
                subscription ? 0 : limit,
                !subscription && asks,
                false,
                false,
                old.subscriptionPeriod(),
                old.subscriptionPrice());
        check(changed);
        return link(chat, chat.invitations().put(changed), bot);
    }

    /** Whoever revokes the link that it always has gets another. */
    Reply revoke(Bot bot, Params params) {
        var url = params.text("invite_link");
        var chat = chat(bot, params);
        var old = own(bot, chat, url);
        if (old.revoked()) throw Refused.of(400, "INVITE_HASH_EXPIRED");
        var revoked = chat.invitations().put(old.revoke());
        if (old.primary()) doorkeeper.replacePrimary(chat, bot.account());
        return link(chat, revoked, bot);
    }

    private void check(InviteLink link) {
        if (link.asks() && link.memberLimit() > 0) {
            throw Refused.of(400, "Member limit can't be specified for links requiring administrator approval");
        }
        if (link.memberLimit() > MOST_MEMBERS) throw Refused.of(400, "USAGE_LIMIT_INVALID");
        if (link.expireDate() != 0 && link.expireDate() <= core.agenda().seconds()) {
            throw Refused.of(400, "EXPIRE_DATE_INVALID");
        }
    }

    private static InviteLink own(Bot bot, Chat chat, String url) {
        if (url.isEmpty()) throw Refused.of(400, "Invite link must be non-empty");
        var link = chat.invitations().find(url);
        if (link == null) throw Refused.of(400, "INVITE_HASH_EXPIRED");
        if (link.creator().id() != bot.id()) throw Refused.of(400, "CHAT_ADMIN_REQUIRED");
        return link;
    }

    private Chat chat(Bot bot, Params params) {
        var chat = core.access().writable(bot, params.raw("chat_id"));
        require(bot, chat);
        return chat;
    }

    private static void require(Bot bot, Chat chat) {
        if (chat.kind() == Chat.Kind.PRIVATE) throw Refused.of(400, "Can't invite members to a private chat");
        if (!chat.member(bot.account()).can(Right.INVITE_USERS)) {
            throw Refused.of(400, "Not enough rights to manage chat invite link");
        }
    }

    private static @Nullable String name(Params params) {
        var name = Names.clean(params.text("name"), MOST_NAME);
        return name.isEmpty() ? null : name;
    }

    private static Reply link(Chat chat, InviteLink link, Bot bot) {
        return new Reply.Ok(
                chat.invitations().write(new JsonWriter(), link, bot.account()).toString());
    }
}
