package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * What a {@code ChatMemberUpdated} tells.
 *
 * @param link  by which somebody came, null for none
 * @param asked whether somebody let it in that had asked
 */
record MemberNews(
        Chat chat,
        Account actor,
        Member before,
        Member after,
        @Nullable InviteLink link,
        boolean asked,
        long date) {
    byte[] update(UpdateKind kind, Bot viewer) {
        var json = new JsonWriter(512).object();
        chat.write(json.name("chat"));
        actor.write(json.name("from"));
        json.field("date", date);
        before.write(json.name("old_chat_member"), chat.kind(), chat.mayEdit(viewer.account(), before));
        after.write(json.name("new_chat_member"), chat.kind(), chat.mayEdit(viewer.account(), after));
        if (link != null) chat.invitations().write(json.name("invite_link"), link, viewer.account());
        if (asked) json.field("via_join_request", true);
        return Postman.named(kind, json.endObject());
    }
}
