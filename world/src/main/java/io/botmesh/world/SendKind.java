package io.botmesh.world;

import java.util.List;
import java.util.Locale;

/** What is sent, as far as members of groups need a permission for it. */
enum SendKind {
    TEXT(Permission.SEND_MESSAGES, "text messages"),
    PHOTO(Permission.SEND_PHOTOS, "photos"),
    LIVE_PHOTO(Permission.SEND_PHOTOS, "live photos"),
    VIDEO(Permission.SEND_VIDEOS, "videos"),
    AUDIO(Permission.SEND_AUDIOS, "music"),
    DOCUMENT(Permission.SEND_DOCUMENTS, "documents"),
    VOICE(Permission.SEND_VOICE_NOTES, "voice notes"),
    VIDEO_NOTE(Permission.SEND_VIDEO_NOTES, "video notes"),
    POLL(Permission.SEND_POLLS, "polls"),
    ANIMATION(Permission.SEND_OTHER_MESSAGES, "animations"),
    STICKER(Permission.SEND_OTHER_MESSAGES, "stickers"),
    GAME(Permission.SEND_OTHER_MESSAGES, "games"),
    DICE(Permission.SEND_MESSAGES, "dice"),
    CONTACT(Permission.SEND_MESSAGES, "contacts"),
    LOCATION(Permission.SEND_MESSAGES, "locations"),
    VENUE(Permission.SEND_MESSAGES, "venues"),
    INVOICE(Permission.SEND_MESSAGES, "invoice messages"),
    PAID_MEDIA(Permission.SEND_PHOTOS, "paid media"),
    CHECKLIST(Permission.SEND_POLLS, "checklists");

    private final Permission permission;
    private final String plural;

    SendKind(Permission permission, String plural) {
        this.permission = permission;
        this.plural = plural;
    }

    Permission permission() {
        return permission;
    }

    /** What a member without the permission is told. */
    Refused refusal() {
        return Refused.of(400, "Not enough rights to send " + plural + " to the chat");
    }

    /** What a method like sendPhoto sends; what is not listed counts as text. */
    static SendKind ofMethod(String method) {
        var name = method.startsWith("send") ? method.substring(4) : "";
        for (var kind : values()) {
            if (kind.name().replace("_", "").toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
                return kind;
            }
        }
        return TEXT;
    }

    /** What a message is that is sent on. */
    static SendKind of(Content content) {
        var files = content instanceof RichContent ? List.<FileRecord>of() : content.files();
        if (!files.isEmpty()) return of(files.getFirst().type());
        var name = content.getClass().getSimpleName();
        for (var kind : values()) {
            if (name.toUpperCase(Locale.ROOT).startsWith(kind.name().replace("_", ""))) return kind;
        }
        return TEXT;
    }

    static SendKind of(FileType type) {
        for (var kind : values()) if (kind.name().equals(type.name())) return kind;
        return DOCUMENT;
    }
}
