package io.botmesh.world;

import java.util.EnumSet;
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

    Chats(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
        core = stage.core();
    }

    /** Adds a person or bot to a group as a plain member; a person also to a channel, as a subscriber. */
    public void join(long chatId, long userId) {
        gate.pass(() -> {
            var chat = stage.chat(chatId);
            var account = stage.account(userId);
            if (account.bot() && chat.kind() == Chat.Kind.CHANNEL) {
                throw new IllegalArgumentException("a bot can only be an administrator of a channel");
            }
            enter(chat, account);
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
            boolean leaves = account.bot() && chat.kind() == Chat.Kind.CHANNEL;
            change(chat, account, leaves ? Member.Status.LEFT : Member.Status.MEMBER);
            return chat;
        });
    }

    /** Removes a bot or person and keeps it out. */
    public void kick(long chatId, long userId) {
        gate.pass(() -> {
            var chat = stage.chat(chatId);
            var account = stage.account(userId);
            change(chat, account, Member.Status.KICKED);
            if (chat.kind() == Chat.Kind.SUPERGROUP) {
                core.postman().post(chat, Posting.of(stage.owner(chat), new ServiceContent.Left(account)));
            }
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
        var account = stage.account(admin.userId());
        var rights = EnumSet.noneOf(Right.class);
        for (var right : admin.rights()) if (Member.applies(right, chat.kind())) rights.add(right);
        var before = chat.member(account);
        core.postman()
                .changeMember(
                        chat,
                        stage.owner(chat),
                        before,
                        new Member(account, Member.Status.ADMINISTRATOR, Set.copyOf(rights)));
    }

    private void change(Chat chat, Account account, Member.Status status) {
        var before = chat.member(account);
        if (before.status() == Member.Status.CREATOR) throw new IllegalArgumentException("the owner stays");
        if (before.status() == status) return;
        core.postman().changeMember(chat, stage.owner(chat), before, Member.plain(account, status));
    }

    private void enter(Chat chat, Account account) {
        var before = chat.member(account);
        if (before.isIn()) return;
        core.postman().changeMember(chat, stage.owner(chat), before, Member.plain(account, Member.Status.MEMBER));
        if (chat.kind() == Chat.Kind.SUPERGROUP) {
            core.postman().post(chat, Posting.of(account, new ServiceContent.Joined(List.of(account))));
        }
    }
}
