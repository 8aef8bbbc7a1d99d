package io.botmesh.world;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How somebody stands to a chat. Start from {@link #plain}, {@link #admin} or {@link #restricted}.
 *
 * @param rights      empty for all but administrators
 * @param permissions what is left to somebody restricted
 * @param inside      whether somebody restricted is in the chat
 * @param untilDate   when a restriction, a ban or a paid membership ends, Unix seconds; 0 for never
 * @param title       what an administrator or owner is called, null for nothing special
 * @param tag         what stands behind a member's name, null for nothing
 * @param promotedBy  who made the administrator one
 * @param joined      Unix seconds since when it is in the chat
 */
record Member(
        Account account,
        Status status,
        Set<Right> rights,
        Permissions permissions,
        boolean inside,
        long untilDate,
        @Nullable String title,
        @Nullable String tag,
        long promotedBy,
        long joined) {
    enum Status {
        CREATOR,
        ADMINISTRATOR,
        MEMBER,
        RESTRICTED,
        LEFT,
        KICKED;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What every administrator of a basic group may do. */
    static final Set<Right> IN_GROUPS = Set.of(
            Right.MANAGE_CHAT,
            Right.CHANGE_INFO,
            Right.DELETE_MESSAGES,
            Right.INVITE_USERS,
            Right.RESTRICT_MEMBERS,
            Right.PIN_MESSAGES,
            Right.MANAGE_VIDEO_CHATS);

    Member {
        rights = Set.copyOf(rights);
    }

    static Member plain(Account account, Status status) {
        return new Member(account, status, Set.of(), Permissions.ALL, false, 0, null, null, 0, 0);
    }

    static Member admin(Account account, Set<Right> rights, long promotedBy) {
        return new Member(account, Status.ADMINISTRATOR, rights, Permissions.ALL, false, 0, null, null, promotedBy, 0);
    }

    static Member restricted(Account account, Permissions permissions, boolean inside, long untilDate) {
        return new Member(account, Status.RESTRICTED, Set.of(), permissions, inside, untilDate, null, null, 0, 0);
    }

    Member until(long date) {
        return new Member(account, status, rights, permissions, inside, date, title, tag, promotedBy, joined);
    }

    Member withInside(boolean in) {
        return new Member(account, status, rights, permissions, in, untilDate, title, tag, promotedBy, joined);
    }

    Member withTitle(@Nullable String name) {
        return new Member(account, status, rights, permissions, inside, untilDate, name, tag, promotedBy, joined);
    }

    Member withTag(@Nullable String name) {
        return new Member(account, status, rights, permissions, inside, untilDate, title, name, promotedBy, joined);
    }

    Member withJoined(long date) {
        return new Member(account, status, rights, permissions, inside, untilDate, title, tag, promotedBy, date);
    }

    /** What stands behind its name in the chat: a title or a tag, null for neither. */
    @Nullable
    String label() {
        return isAdmin() ? title : tag;
    }

    boolean isIn() {
        return switch (status) {
            case CREATOR, ADMINISTRATOR, MEMBER -> true;
            case RESTRICTED -> inside;
            case LEFT, KICKED -> false;
        };
    }

    boolean isAdmin() {
        return status == Status.CREATOR || status == Status.ADMINISTRATOR;
    }

    boolean can(Right right) {
        return (status == Status.CREATOR && (right != Right.ANONYMOUS || rights.contains(right)))
                || (status == Status.ADMINISTRATOR && rights.contains(right));
    }

    /**
     * As a {@code ChatMember}.
     *
     * @param editable whether whoever asks may change it
     */
    JsonWriter write(JsonWriter json, Chat.Kind kind, boolean editable) {
        json.object();
        account.write(json.name("user"));
        json.field("status", status.wireName());
        if (tag != null && (status == Status.MEMBER || status == Status.RESTRICTED)) json.field("tag", tag);
        switch (status) {
            case CREATOR -> {
                if (title != null) json.field("custom_title", title);
                json.field("is_anonymous", can(Right.ANONYMOUS));
            }
            case ADMINISTRATOR -> {
                json.field("can_be_edited", editable);
                for (var right : Right.values()) {
                    if (applies(right, kind)) json.field(right.wireName(), rights.contains(right));
                }
                json.field("can_manage_voice_chats", rights.contains(Right.MANAGE_VIDEO_CHATS));
                if (title != null) json.field("custom_title", title);
            }
            case RESTRICTED ->
                permissions.writeFields(json.field("until_date", untilDate).field("is_member", inside));
            case KICKED -> json.field("until_date", untilDate);
            case MEMBER -> {
                if (untilDate > 0) json.field("until_date", untilDate);
            }
            case LEFT -> {}
        }
        return json.endObject();
    }

    static boolean applies(Right right, Chat.Kind kind) {
        return switch (right) {
            case POST_MESSAGES, EDIT_MESSAGES, MANAGE_DIRECT_MESSAGES -> kind == Chat.Kind.CHANNEL;
            case PIN_MESSAGES -> kind == Chat.Kind.GROUP || kind == Chat.Kind.SUPERGROUP;
            case MANAGE_TOPICS, MANAGE_TAGS -> kind == Chat.Kind.SUPERGROUP;
            default -> true;
        };
    }
}
