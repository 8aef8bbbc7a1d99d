package io.botmesh.world;

import java.util.ArrayList;

/** Changes chats as a whole, with the news that follow. Whether it may be done is decided before. */
final class ChatDesk {
    private final Core core;

    ChatDesk(Core core) {
        this.core = core;
    }

    void rename(Chat chat, Account by, String title) {
        if (title.equals(chat.title())) return;
        chat.profile().title = title;
        core.postman().post(chat, Posting.of(by, new ChatNews.Renamed(title)));
    }

    void photo(Chat chat, Account by, FileRecord photo) {
        chat.profile().photo = photo;
        core.postman().post(chat, Posting.of(by, new ChatNews.PhotoChanged(photo)));
    }

    void deletePhoto(Chat chat, Account by) {
        chat.profile().photo = null;
        core.postman().post(chat, Posting.of(by, new ChatNews.PhotoDeleted()));
    }

    /** Turns a basic group into a supergroup with the same members; nothing can be done with the old one any more. */
    Chat upgrade(Chat group, Account by) {
        var supergroup = core.registry().addSupergroup(group.title(), null);
        var profile = supergroup.profile();
        profile.description = group.profile().description;
        profile.permissions = group.profile().permissions;
        profile.photo = group.profile().photo;
        for (var member : group.members()) {
            if (member.isIn()) supergroup.put(member.withJoined(core.agenda().seconds()));
        }
        core.postman().post(group, Posting.of(by, new ChatNews.MigratedTo(supergroup.id())));
        group.migratedTo = supergroup.id();
        core.postman().post(supergroup, Posting.of(by, new ChatNews.MigratedFrom(group.id())));
        return supergroup;
    }

    /** Joins a channel with the group in which its posts are discussed, or parts both from what they had. */
    static void link(Chat channel, Chat group) {
        unlink(channel);
        unlink(group);
        channel.profile().linked = group;
        group.profile().linked = channel;
    }

    static void unlink(Chat chat) {
        var other = chat.profile().linked;
        if (other != null) other.profile().linked = null;
        chat.profile().linked = null;
    }

    /** The administrators among the bots of a chat with some right. */
    Iterable<Bot> administrators(Chat chat, Right right) {
        var found = new ArrayList<Bot>();
        for (var bot : core.registry().botsIn(chat)) {
            if (chat.member(bot.account()).can(right)) found.add(bot);
        }
        return found;
    }
}
