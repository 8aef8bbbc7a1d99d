package io.botmesh.world;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Changes who is in a chat and how, with the news and updates that follow. Whether it may be done is decided before. */
final class Membership {
    private static final long LEAST_SECONDS = 30;
    private static final long MOST_SECONDS = 366L * 86_400;

    private final Core core;

    Membership(Core core) {
        this.core = core;
    }

    /**
     * Lets somebody in.
     *
     * @param by    who let in, which is the one itself if it came alone
     * @param link  by which it came, null for none
     * @param asked whether somebody decided on its request
     */
    void join(Chat chat, Account account, Account by, @Nullable InviteLink link, boolean asked) {
        var before = chat.member(account);
        if (before.isIn()) return;
        var after = before.status() == Member.Status.RESTRICTED
                ? before.withInside(true)
                : Member.plain(account, Member.Status.MEMBER);
        if (link != null && link.subscriptionPeriod() > 0) {
            after = after.until(core.agenda().seconds() + link.subscriptionPeriod());
        }
        if (link != null) chat.invitations().cameBy(account, link);
        core.postman().changeMember(chat, by, before, after, link, asked);
        endLater(chat, after);
        if (chat.isGroup()) {
            var alone = link != null || asked;
            core.postman().post(chat, Posting.of(alone ? account : by, new ServiceContent.Joined(List.of(account))));
        }
    }

    void leave(Chat chat, Account account) {
        var before = chat.member(account);
        if (!before.isIn()) return;
        remove(chat, account, before, out(before, Member.Status.LEFT));
    }

    /**
     * Keeps somebody out, or in a basic group only puts it out.
     *
     * @param until Unix seconds; too near or too far means for ever
     */
    void ban(Chat chat, Account by, Account account, long until) {
        var before = chat.member(account);
        var after = Member.plain(account, Member.Status.KICKED).until(chat.kind() == Chat.Kind.GROUP ? 0 : end(until));
        if (same(before, after)) return;
        remove(chat, by, before, after);
        endLater(chat, after);
    }

    /** Takes permissions from somebody; with all of them it is a member again. */
    void restrict(Chat chat, Account by, Account account, Permissions permissions, long until) {
        var before = chat.member(account);
        boolean free = permissions.equals(Permissions.ALL);
        var after = free
                ? Member.plain(account, before.isIn() ? Member.Status.MEMBER : Member.Status.LEFT)
                : Member.restricted(account, permissions, before.isIn(), end(until));
        after = after.withTag(before.tag());
        if (same(before, after)) return;
        core.postman().changeMember(chat, by, before, after);
        endLater(chat, after);
    }

    /** Takes bans and restrictions away; who is in the chat is put out. */
    void unban(Chat chat, Account by, Account account) {
        var before = chat.member(account);
        if (before.status() == Member.Status.LEFT) return;
        // Nobody is made to leave but by a short ban.
        if (before.isIn()) ban(chat, by, account, core.agenda().seconds() + 2 * LEAST_SECONDS);
        core.postman().changeMember(chat, by, chat.member(account), Member.plain(account, Member.Status.LEFT));
    }

    /** Makes somebody an administrator, who comes in by it; without any right it is one no longer. */
    void promote(Chat chat, Account by, Account account, Set<Right> rights) {
        var before = chat.member(account);
        var fitting = EnumSet.noneOf(Right.class);
        for (var right : rights) if (Member.applies(right, chat.kind())) fitting.add(right);
        Member after;
        if (!fitting.isEmpty()) {
            fitting.add(Right.MANAGE_CHAT);
            after = Member.admin(account, fitting, by.id()).withTitle(before.title());
        } else {
            if (!before.isAdmin()) return;
            // A channel has no bots that are not administrators.
            boolean leaves = account.bot() && chat.kind() == Chat.Kind.CHANNEL;
            after = Member.plain(account, leaves ? Member.Status.LEFT : Member.Status.MEMBER);
        }
        if (same(before, after)) return;
        core.postman().changeMember(chat, by, before, after);
    }

    private void remove(Chat chat, Account by, Member before, Member after) {
        chat.invitations().forget(after.account());
        core.postman().changeMember(chat, by, before, after);
        if (chat.isGroup() && before.isIn()) {
            core.postman().post(chat, Posting.of(by, new ServiceContent.Left(after.account())));
        }
    }

    private static Member out(Member before, Member.Status status) {
        return before.status() == Member.Status.RESTRICTED
                ? before.withInside(false)
                : Member.plain(before.account(), status);
    }

    /** Whether nothing changes but the time of joining, of which nobody is told. */
    private static boolean same(Member before, Member after) {
        return before.equals(after.withJoined(before.joined()));
    }

    private long end(long until) {
        long left = until - core.agenda().seconds();
        return left < LEAST_SECONDS || left > MOST_SECONDS ? 0 : until;
    }

    /** What ends by itself is not told, or as if the one that it is about had done it. */
    private void endLater(Chat chat, Member member) {
        if (member.untilDate() == 0) return;
        if (member.status() == Member.Status.MEMBER && !core.assume(Assumption.PAID_MEMBERS_GO)) return;
        core.agenda().at(Instant.ofEpochSecond(member.untilDate()), () -> {
            var now = chat.member(member.account());
            if (now.status() != member.status() || now.untilDate() != member.untilDate()) return;
            boolean stays = now.status() == Member.Status.RESTRICTED && now.inside();
            var free = Member.plain(member.account(), stays ? Member.Status.MEMBER : Member.Status.LEFT);
            if (core.assume(Assumption.ENDS_ARE_TOLD)) {
                core.postman().changeMember(chat, member.account(), now, free);
            } else {
                chat.put(free.withJoined(now.joined()));
            }
        });
    }
}
