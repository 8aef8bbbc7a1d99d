package io.botmesh.world;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Lets people in who come by a link or ask. */
final class Doorkeeper {
    private static final Duration OPEN = Duration.ofMinutes(5);

    private final Core core;
    private final Membership membership;

    Doorkeeper(Core core) {
        this.core = core;
        membership = new Membership(core);
    }

    String newUrl() {
        return "https://t.me/+" + core.registry().secret(16);
    }

    /** The one link that an administrator always has; an earlier one stops to work. */
    InviteLink replacePrimary(Chat chat, Account creator) {
        var old = chat.invitations().primaryOf(creator);
        if (old != null) chat.invitations().put(old.revoke());
        return chat.invitations().put(InviteLink.primary(newUrl(), creator));
    }

    /** Why a link lets nobody in, null if it does. */
    @Nullable
    String closed(Chat chat, InviteLink link) {
        if (link.revoked()) return "revoked";
        if (link.expireDate() != 0 && link.expireDate() <= core.agenda().seconds()) return "expired";
        boolean full = link.memberLimit() != 0 && chat.invitations().used(link) >= link.memberLimit();
        return full ? "used up" : null;
    }

    /** Lets somebody in by a link, or asks for it. */
    void come(Chat chat, Account account, InviteLink link) {
        if (link.asks()) ask(chat, account, link);
        else membership.join(chat, account, account, link, false);
    }

    /** The chat's own bot is asked alone; without one all that may invite are. */
    void ask(Chat chat, Account account, @Nullable InviteLink link) {
        var guard = chat.profile().guard;
        long query = guard == null ? 0 : core.registry().number();
        var url = link == null ? null : link.url();
        var request = new Invitations.Request(account, url, core.agenda().seconds(), query);
        chat.invitations().ask(request);
        if (guard != null) tell(guard, chat, request);
        if (guard == null || !core.assume(Assumption.GUARD_IS_FIRST)) tellAll(chat, request);
    }

    /** The guard leaves it to the administrators. */
    void queue(Chat chat, Invitations.Request request) {
        var open = new Invitations.Request(request.account(), request.linkUrl(), request.date(), 0);
        chat.invitations().ask(open);
        if (core.assume(Assumption.GUARD_IS_FIRST)) tellAll(chat, open);
    }

    void decide(Chat chat, Account by, Invitations.Request request, boolean approved) {
        chat.invitations().close(request);
        for (var bot : core.registry().bots()) {
            var asked = bot.privateChats.get(request.account().id());
            if (asked != null && asked.onApproval) asked.opened = false;
        }
        if (!approved) return;
        var url = request.linkUrl();
        membership.join(
                chat,
                request.account(),
                by,
                url == null ? null : chat.invitations().find(url),
                true);
    }

    private void tellAll(Chat chat, Invitations.Request request) {
        for (var bot : new ChatDesk(core).administrators(chat, Right.INVITE_USERS)) {
            if (bot != chat.profile().guard || request.queryId() == 0) tell(bot, chat, request);
        }
    }

    private void tell(Bot bot, Chat chat, Invitations.Request request) {
        var account = request.account();
        var json = new JsonWriter(512).object();
        chat.write(json.name("chat"));
        account.write(json.name("from"));
        json.field("user_chat_id", account.id()).field("date", request.date());
        var link = request.linkUrl() == null ? null : chat.invitations().find(request.linkUrl());
        if (link != null) chat.invitations().write(json.name("invite_link"), link, bot.account());
        if (request.queryId() != 0) json.field("query_id", Long.toString(request.queryId()));
        open(bot, account);
        core.postman()
                .give(
                        bot,
                        UpdateKind.CHAT_JOIN_REQUEST,
                        account.id(),
                        Postman.named(UpdateKind.CHAT_JOIN_REQUEST, json.endObject()));
    }

    /** For a while a bot may write to somebody who only asked, as long as the person begins no chat with it. */
    private void open(Bot bot, Account person) {
        if (bot.privateChats.containsKey(person.id())) return;
        var chat = Chat.between(bot, person);
        bot.privateChats.put(person.id(), chat);
        chat.onApproval = true;
        core.agenda().at(core.agenda().now().plus(OPEN), () -> {
            if (chat.onApproval) chat.opened = false;
        });
    }
}
