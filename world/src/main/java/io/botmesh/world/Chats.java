package io.botmesh.world;

import java.util.List;
import java.util.Set;

/**
 * What the owners of chats do: they let people and bots in, promote and remove them. For ids that do not exist and for
 * what could not happen all of it throws {@link IllegalArgumentException}.
 */
public final class Chats {
    private final Gate gate;
    private final Stage stage;
    private final Core core;
    private final Membership membership;

    Chats(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
        core = stage.core();
        membership = new Membership(core);
    }

    /** Adds a person or bot to a group as a plain member; a person also to a channel, as a subscriber. */
    public void join(long chatId, long userId) {
        gate.pass(() -> {
            var chat = stage.chat(chatId);
            var account = stage.account(userId);
            if (account.bot() && chat.kind() == Chat.Kind.CHANNEL) {
                throw new IllegalArgumentException("a bot can only be an administrator of a channel");
            }
            if (chat.member(account).status() == Member.Status.KICKED)
                chat.put(Member.plain(account, Member.Status.LEFT));
            membership.join(chat, account, account.bot() ? stage.owner(chat) : account, null, false);
            return chat;
        });
    }

    /** Makes a bot or person an administrator, or changes its rights. */
    public void promote(long chatId, Admin admin) {
        gate.pass(() -> {
            promote(stage.chat(chatId), admin);
            return admin;
        });
    }

    /** Takes all rights away; in a channel a bot leaves with them. */
    public void demote(long chatId, long userId) {
        gate.pass(() -> {
            var chat = stage.chat(chatId);
            var account = stage.account(userId);
            requireNoOwner(chat, account);
            membership.promote(chat, stage.owner(chat), account, Set.of());
            return chat;
        });
    }

    /** Removes a bot or person and keeps it out. */
    public void kick(long chatId, long userId) {
        gate.pass(() -> {
            var chat = stage.chat(chatId);
            var account = stage.account(userId);
            requireNoOwner(chat, account);
            membership.ban(chat, stage.owner(chat), account, 0);
            return chat;
        });
    }

    void found(Chat chat, List<Admin> admins) {
        var owner = core.registry().addPerson("Owner", null);
        chat.put(Member.plain(owner, Member.Status.CREATOR));
        core.watchers().changed(Happening.Changed.What.KNOWN, chat.id());
        core.postman().post(chat, Posting.of(owner, new ServiceContent.Created(chat.kind())));
        for (var admin : admins) promote(chat, admin);
    }

    private void promote(Chat chat, Admin admin) {
        membership.promote(chat, stage.owner(chat), stage.account(admin.userId()), admin.rights());
    }

    private static void requireNoOwner(Chat chat, Account account) {
        if (chat.member(account).status() == Member.Status.CREATOR)
            throw new IllegalArgumentException("the owner stays");
    }
}
