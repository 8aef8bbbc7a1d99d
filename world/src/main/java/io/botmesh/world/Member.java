package io.botmesh.world;

import java.util.Locale;
import java.util.Set;

/**
 * How somebody stands to a chat.
 *
 * @param rights empty for all but administrators
 */
record Member(Account account, Status status, Set<Right> rights) {
    enum Status {
        CREATOR,
        ADMINISTRATOR,
        MEMBER,
        LEFT,
        KICKED;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Member plain(Account account, Status status) {
        return new Member(account, status, Set.of());
    }

    boolean isIn() {
        return status == Status.CREATOR || status == Status.ADMINISTRATOR || status == Status.MEMBER;
    }

    boolean isAdmin() {
        return status == Status.CREATOR || status == Status.ADMINISTRATOR;
    }

    boolean can(Right right) {
        return (status == Status.CREATOR && right != Right.ANONYMOUS)
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
        switch (status) {
            case CREATOR -> json.field("is_anonymous", false);
            case ADMINISTRATOR -> {
                json.field("can_be_edited", editable);
                for (var right : Right.values()) {
                    if (applies(right, kind)) json.field(right.wireName(), rights.contains(right));
                }
                json.field("can_manage_voice_chats", rights.contains(Right.MANAGE_VIDEO_CHATS));
            }
            case KICKED -> json.field("until_date", 0);
            case MEMBER, LEFT -> {}
        }
        return json.endObject();
    }

    static boolean applies(Right right, Chat.Kind kind) {
        return switch (right) {
            case POST_MESSAGES, EDIT_MESSAGES, MANAGE_DIRECT_MESSAGES -> kind == Chat.Kind.CHANNEL;
            case PIN_MESSAGES, MANAGE_TOPICS -> kind == Chat.Kind.SUPERGROUP;
            default -> true;
        };
    }
}
