package io.botmesh.world;

/** A chat with everything that getChat tells about it. */
final class FullChatJson {
    private static final int MOST_REACTIONS = 11;
    private static final int COLORS = 7;

    private final Core core;

    FullChatJson(Core core) {
        this.core = core;
    }

    JsonWriter write(Chat chat, Bot viewer) {
        var json = chat.writeOpen(new JsonWriter(512));
        var profile = chat.profile();
        boolean inside = core.access().isIn(viewer, chat);
        var username = chat.username();
        if (username != null)
            json.name("active_usernames").array().value(username).endArray();
        if (!profile.description.isEmpty()) json.field("description", profile.description);
        var own = chat.kind() == Chat.Kind.PRIVATE ? null : chat.invitations().primaryOf(viewer.account());
        if (own != null && inside) json.field("invite_link", own.url());
        if (chat.isGroup())
            profile.permissions.writeFields(json.name("permissions").object()).endObject();
        if (profile.joinByRequest) json.field("join_by_request", true);
        if (profile.guard != null) profile.guard.account().write(json.name("guard_bot"));
        if (profile.slowModeSeconds > 0) json.field("slow_mode_delay", profile.slowModeSeconds);
        if (profile.stickerSet != null) json.field("sticker_set_name", profile.stickerSet);
        if (chat.kind() == Chat.Kind.SUPERGROUP && chat.member(viewer.account()).can(Right.CHANGE_INFO)) {
            json.field("can_set_sticker_set", true);
        }
        // Whoever comes here may read what was written before.
        if (chat.kind() == Chat.Kind.CHANNEL || chat.kind() == Chat.Kind.SUPERGROUP) {
            json.field("has_visible_history", true);
        }
        if (profile.linked != null) json.field("linked_chat_id", profile.linked.id());
        if (chat.kind() == Chat.Kind.CHANNEL) json.field("can_send_paid_media", true);
        if (profile.directMessagesOf != null) profile.directMessagesOf.write(json.name("parent_chat"));
        writeGifts(json);
        var photo = profile.photo;
        if (photo != null) writePhoto(json.name("photo"), photo, viewer);
        var pinned = inside ? chat.newestPinned() : null;
        if (pinned != null) core.json().write(json.name("pinned_message"), pinned, viewer, true);
        json.field("max_reaction_count", MOST_REACTIONS).field("accent_color_id", Math.floorMod(chat.id(), COLORS));
        if (profile.isProtected) json.field("has_protected_content", true);
        return json.endObject();
    }

    private void writePhoto(JsonWriter json, FileRecord photo, Bot viewer) {
        var files = core.files();
        var small = files.sizes(photo).getFirst();
        json.object()
                .field("small_file_id", files.idFor(small, viewer))
                .field("small_file_unique_id", small.uniqueId())
                .field("big_file_id", files.idFor(photo, viewer))
                .field("big_file_unique_id", photo.uniqueId())
                .endObject();
    }

    private static void writeGifts(JsonWriter json) {
        json.name("accepted_gift_types").object();
        for (var name : new String[] {
            "unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"
        }) {
            json.field(name, false);
        }
        json.endObject();
    }
}
