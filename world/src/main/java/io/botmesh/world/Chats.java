package io.botmesh.world;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

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

    /** Whether a bot or person is in a chat. */
    public boolean has(long chatId, long userId) {
        return gate.read(() -> stage.chat(chatId).member(stage.account(userId)).isIn());
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

    /**
     * Keeps somebody out, in a supergroup or channel until a time.
     *
     * @param until null for ever
     */
    public void ban(long chatId, long userId, @Nullable Instant until) {
        act(chatId, userId, (chat, account) -> membership.ban(chat, stage.owner(chat), account, seconds(until)));
    }

    /** Ends a ban or a restriction; who is in the chat is put out. */
    public void unban(long chatId, long userId) {
        act(chatId, userId, (chat, account) -> membership.unban(chat, stage.owner(chat), account));
    }

    /**
     * Leaves a member of a supergroup only some permissions.
     *
     * @param until null for ever
     */
    public void restrict(long chatId, long userId, Permissions permissions, @Nullable Instant until) {
        act(chatId, userId, (chat, account) -> {
            if (chat.kind() != Chat.Kind.SUPERGROUP) {
                throw new IllegalArgumentException("only a supergroup restricts its members: " + chatId);
            }
            membership.restrict(chat, stage.owner(chat), account, permissions, seconds(until));
        });
    }

    /** Makes a basic group a supergroup, which has another id. */
    public Group upgrade(long chatId) {
        return gate.pass(() -> {
            var chat = stage.chat(chatId);
            if (chat.kind() != Chat.Kind.GROUP || chat.migratedTo != 0) {
                throw new IllegalArgumentException("no basic group, or one no longer: " + chatId);
            }
            var supergroup = new ChatDesk(core).upgrade(chat, stage.owner(chat));
            return new Group(supergroup.id(), supergroup.title(), null);
        });
    }

    void found(Chat chat, List<Admin> admins) {
        var owner = core.registry().addPerson("Owner", null);
        chat.put(Member.plain(owner, Member.Status.CREATOR)
                .withJoined(core.agenda().seconds()));
        core.watchers().changed(Happening.Changed.What.KNOWN, chat.id());
        if (chat.kind() != Chat.Kind.GROUP) {
            core.postman().post(chat, Posting.of(owner, new ServiceContent.Created(chat.kind())));
            for (var admin : admins) promote(chat, admin);
            return;
        }
        // Whoever is in a basic group at its beginning hears of that.
        for (var admin : admins) {
            var account = stage.account(admin.userId());
            var before = chat.member(account);
            core.postman().changeMember(chat, owner, before, Member.plain(account, Member.Status.MEMBER));
        }
        core.postman().post(chat, Posting.of(owner, new ServiceContent.Created(chat.kind())));
        for (var admin : admins) promote(chat, admin);
    }

    /** In a basic group all administrators are alike. */
    private void promote(Chat chat, Admin admin) {
        var rights = chat.kind() == Chat.Kind.GROUP ? Member.IN_GROUPS : admin.rights();
        membership.promote(chat, stage.owner(chat), stage.account(admin.userId()), rights);
    }

    private void act(long chatId, long userId, BiConsumer<Chat, Account> action) {
        gate.pass(() -> {
            var chat = stage.chat(chatId);
            var account = stage.account(userId);
            requireNoOwner(chat, account);
            action.accept(chat, account);
            return chat;
        });
    }

    private static long seconds(@Nullable Instant until) {
        return until == null ? 0 : until.getEpochSecond();
    }

    private static void requireNoOwner(Chat chat, Account account) {
        if (chat.member(account).status() == Member.Status.CREATOR) {
            throw new IllegalArgumentException("the owner stays");
        }
    }
}
