package io.botmesh.world;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the owner and the administrators of a chat may change about it. */
final class ChatProfile {
    String title;
    String description = "";
    Permissions permissions = Permissions.BY_DEFAULT;

    @Nullable
    FileRecord photo;

    @Nullable
    String stickerSet;

    /** Whether posts of a channel carry their author's name. */
    boolean signed;

    boolean forum;
    boolean isProtected;
    boolean joinByRequest;
    int slowModeSeconds;

    /** The discussion group of a channel, or the channel of a discussion group. */
    @Nullable
    Chat linked;

    /** The channel to which people write here, null for all other chats. */
    @Nullable
    Chat directMessagesOf;

    /** The bot that is asked about everybody who wants to join. */
    @Nullable
    Bot guard;

    /** Channels that may not speak in the group. */
    final Set<Long> bannedSenders = new HashSet<>();

    ChatProfile(String title) {
        this.title = title;
    }
}
