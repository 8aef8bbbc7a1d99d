package io.botmesh.world;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a member of a group may do without being an administrator, in the order in which the server writes it. */
public enum Permission {
    SEND_MESSAGES("can_send_messages", null),
    SEND_AUDIOS("can_send_audios", null),
    SEND_DOCUMENTS("can_send_documents", null),
    SEND_PHOTOS("can_send_photos", null),
    SEND_VIDEOS("can_send_videos", null),
    SEND_VIDEO_NOTES("can_send_video_notes", null),
    SEND_VOICE_NOTES("can_send_voice_notes", null),
    SEND_POLLS("can_send_polls", null),
    SEND_OTHER_MESSAGES("can_send_other_messages", null),
    ADD_WEB_PAGE_PREVIEWS("can_add_web_page_previews", null),
    REACT_TO_MESSAGES("can_react_to_messages", null),
    EDIT_TAG("can_edit_tag", null),
    CHANGE_INFO("can_change_info", Right.CHANGE_INFO),
    INVITE_USERS("can_invite_users", Right.INVITE_USERS),
    PIN_MESSAGES("can_pin_messages", Right.PIN_MESSAGES),
    MANAGE_TOPICS("can_manage_topics", Right.MANAGE_TOPICS);

    private final String wireName;
    private final @Nullable Right right;

    Permission(String wireName, @Nullable Right right) {
        this.wireName = wireName;
        this.right = right;
    }

    /** The field of {@code ChatPermissions}. */
    public String wireName() {
        return wireName;
    }

    /** What an administrator needs for the same, null if every administrator may. */
    @Nullable
    Right right() {
        return right;
    }

    /** Whether it is about sending something. */
    boolean sends() {
        return switch (this) {
            case SEND_MESSAGES, SEND_POLLS, SEND_OTHER_MESSAGES -> true;
            default -> sendsMedia();
        };
    }

    /** Whether it is about sending files. */
    boolean sendsMedia() {
        return switch (this) {
            case SEND_AUDIOS, SEND_DOCUMENTS, SEND_PHOTOS, SEND_VIDEOS, SEND_VIDEO_NOTES, SEND_VOICE_NOTES -> true;
            default -> false;
        };
    }

    /** Empty for a name that is no permission. */
    public static Optional<Permission> ofWireName(String name) {
        for (var permission : values()) if (permission.wireName.equals(name)) return Optional.of(permission);
        return Optional.empty();
    }
}
