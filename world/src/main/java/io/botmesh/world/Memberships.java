package io.botmesh.world;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How people come and go: by links, on request, with friends; and how they turn from bots. For ids that do not exist and
 * for what could not happen all of it throws {@link IllegalArgumentException}.
 */
public final class Memberships {
    private final Gate gate;
    private final Stage stage;
    private final Core core;
    private final Membership membership;
    private final Doorkeeper doorkeeper;

    Memberships(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
        core = stage.core();
        membership = new Membership(core);
        doorkeeper = new Doorkeeper(core);
    }

    /**
     * The owner makes a link.
     *
     * @param expires     null for never
     * @param memberLimit how many get in by it, 0 for all
     * @param asks        whether administrators decide on each
     * @return what people open
     */
    public String newLink(long chatId, @Nullable Instant expires, int memberLimit, boolean asks) {
        return gate.pass(() -> {
            var chat = stage.chat(chatId);
            long end = expires == null ? 0 : expires.getEpochSecond();
            var link = new InviteLink(
                    doorkeeper.newUrl(), stage.owner(chat), null, end, memberLimit, asks, false, false, 0, 0);
            return chat.invitations().put(link).url();
        });
    }

    /**
     * A person opens a link and is in, or has asked to be let in if the link says so.
     *
     * @param url as a bot or {@link #newLink} made it
     */
    public void join(long userId, String url) {
        gate.pass(() -> {
            var person = stage.person(userId);
            for (var chat : core.registry().chats()) {
                var link = chat.invitations().find(url);
                if (link == null) continue;
                requireOutside(chat, person);
                var closed = doorkeeper.closed(chat, link);
                if (closed != null) throw new IllegalArgumentException("the link is " + closed + ": " + url);
                doorkeeper.come(chat, person, link);
                return chat;
            }
            throw new IllegalArgumentException("no such link: " + url);
        });
    }

    /** A person asks to be let into a public chat. */
    public void ask(long userId, long chatId) {
        gate.pass(() -> {
            var person = stage.person(userId);
            var chat = stage.chat(chatId);
            requireOutside(chat, person);
            if (!chat.profile().joinByRequest) {
                throw new IllegalArgumentException("nobody need ask to join " + chatId);
            }
            doorkeeper.ask(chat, person, null);
            return chat;
        });
    }

    /** The owner decides on somebody who asked. */
    public void decide(long chatId, long userId, boolean approved) {
        gate.pass(() -> {
            var chat = stage.chat(chatId);
            var request = chat.invitations().request(userId);
            if (request == null) throw new IllegalArgumentException(userId + " has not asked to join " + chatId);
            doorkeeper.decide(chat, stage.owner(chat), request, approved);
            return chat;
        });
    }

    /** A person goes. */
    public void leave(long userId, long chatId) {
        gate.pass(() -> {
            var person = stage.person(userId);
            var chat = stage.chat(chatId);
            var member = chat.member(person);
            if (!member.isIn() || member.status() == Member.Status.CREATOR) {
                throw new IllegalArgumentException(userId + " can not leave " + chatId);
            }
            membership.leave(chat, person);
            return chat;
        });
    }

    /** A member of a group brings a person or a bot. */
    public void invite(long userId, long chatId, long guestId) {
        gate.pass(() -> {
            var person = stage.person(userId);
            var chat = stage.chat(chatId);
            var guest = stage.account(guestId);
            if (!chat.isGroup() || !chat.permits(chat.member(person), Permission.INVITE_USERS)) {
                throw new IllegalArgumentException(userId + " may not invite to " + chatId);
            }
            if (chat.member(guest).status() == Member.Status.KICKED) {
                throw new IllegalArgumentException(guestId + " is banned from " + chatId);
            }
            membership.join(chat, guest, person, null, false);
            return chat;
        });
    }

    /** A person wants to hear nothing more from a bot. */
    public void block(long userId, long botId) {
        turn(userId, botId, true);
    }

    /** A person lets a bot write again. */
    public void unblock(long userId, long botId) {
        turn(userId, botId, false);
    }

    /** A person deletes the account, after which no bot can write to it. */
    public void deactivate(long userId) {
        gate.pass(() -> {
            var person = stage.person(userId);
            person.deactivated = true;
            person.rename("", null);
            return person;
        });
    }

    /**
     * A person boosts a channel or supergroup.
     *
     * @param lasts more than zero
     * @return the id of the boost
     */
    public String boost(long userId, long chatId, Duration lasts) {
        return gate.pass(() -> {
            var person = stage.person(userId);
            var chat = stage.chat(chatId);
            if (lasts.isNegative() || lasts.isZero() || chat.kind() == Chat.Kind.GROUP) {
                throw new IllegalArgumentException("no boost of " + lasts + " for " + chatId);
            }
            long now = core.agenda().seconds();
            var boost = new Boosts.Boost(core.registry().secret(16), person, now, now + lasts.toSeconds());
            chat.boosts().add(core, chat, boost);
            if (chat.isGroup()) core.postman().post(chat, Posting.of(person, new ChatNews.Boosted(1)));
            return boost.id();
        });
    }

    /** Ends a boost before its time. */
    public void endBoost(long chatId, String boostId) {
        gate.pass(() -> {
            var chat = stage.chat(chatId);
            if (chat.boosts().find(boostId) == null) throw new IllegalArgumentException("no boost " + boostId);
            chat.boosts().remove(core, chat, boostId);
            return chat;
        });
    }

    private void turn(long userId, long botId, boolean away) {
        gate.pass(() -> {
            var person = stage.person(userId);
            var bot = stage.bot(botId);
            var chat = bot.privateChats.get(userId);
            if (chat == null || !chat.opened) throw new IllegalArgumentException(userId + " never wrote to " + botId);
            if (chat.blocked == away) return chat;
            chat.blocked = away;
            var free = Member.plain(bot.account(), Member.Status.MEMBER);
            var blocked = Member.plain(bot.account(), Member.Status.KICKED);
            var news = new MemberNews(
                    chat,
                    person,
                    away ? free : blocked,
                    away ? blocked : free,
                    null,
                    false,
                    core.agenda().seconds());
            core.postman().give(bot, UpdateKind.MY_CHAT_MEMBER, userId, news.update(UpdateKind.MY_CHAT_MEMBER, bot));
            return chat;
        });
    }

    private static void requireOutside(Chat chat, Account person) {
        var status = chat.member(person).status();
        if (chat.member(person).isIn() || Objects.equals(status, Member.Status.KICKED)) {
            throw new IllegalArgumentException(person.id() + " is in " + chat.id() + " or banned from it");
        }
    }
}
