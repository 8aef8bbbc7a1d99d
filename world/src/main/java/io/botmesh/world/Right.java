package io.botmesh.world;

import java.util.Optional;

/** What an administrator may do, in the order in which the server writes it. */
public enum Right {
    MANAGE_CHAT("can_manage_chat"),
    CHANGE_INFO("can_change_info"),
    POST_MESSAGES("can_post_messages"),
    EDIT_MESSAGES("can_edit_messages"),
    DELETE_MESSAGES("can_delete_messages"),
    INVITE_USERS("can_invite_users"),
    RESTRICT_MEMBERS("can_restrict_members"),
    PIN_MESSAGES("can_pin_messages"),
    MANAGE_TOPICS("can_manage_topics"),
    PROMOTE_MEMBERS("can_promote_members"),
    MANAGE_VIDEO_CHATS("can_manage_video_chats"),
    POST_STORIES("can_post_stories"),
    EDIT_STORIES("can_edit_stories"),
    DELETE_STORIES("can_delete_stories"),
    MANAGE_DIRECT_MESSAGES("can_manage_direct_messages"),
    MANAGE_TAGS("can_manage_tags"),
    SEND_WELCOME_MESSAGES("can_send_welcome_messages"),
    ANONYMOUS("is_anonymous");

    private final String wireName;

    Right(String wireName) {
        this.wireName = wireName;
    }

    /** The field of {@code ChatMemberAdministrator}. */
    public String wireName() {
        return wireName;
    }

    /** Empty for a name that is no right of ours. */
    public static Optional<Right> ofWireName(String name) {
        for (var right : values()) if (right.wireName.equals(name)) return Optional.of(right);
        return Optional.empty();
    }
}
