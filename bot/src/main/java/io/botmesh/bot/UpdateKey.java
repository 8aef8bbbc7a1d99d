package io.botmesh.bot;

import io.botmesh.botapi.RawUpdate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conversation that an update belongs to; updates of one are handled in order. A chat, in it a topic, each apart for
 * every business account; an update that happened in no chat belongs to its user.
 *
 * @param business the business connection it came through, or null
 * @param chat     the chat, or null if there is none
 * @param thread   the forum topic or topic of direct messages, or null
 * @param user     the user, only where there is no chat; or null
 */
public record UpdateKey(
        @Nullable String business,
        @Nullable Long chat,
        @Nullable Long thread,
        @Nullable Long user) {
    /** The key of an update, or null for one that has neither chat nor user, such as a poll's. */
    public static @Nullable UpdateKey of(RawUpdate update) {
        if (update.chatId() != null)
            return new UpdateKey(update.businessConnectionId(), update.chatId(), update.threadId(), null);
        if (update.userId() != null) return new UpdateKey(update.businessConnectionId(), null, null, update.userId());
        return null;
    }

    /** As the runner takes it. */
    public static List<UpdateKey> keys(RawUpdate update) {
        UpdateKey key = of(update);
        return key == null ? List.of() : List.of(key);
    }

    /** Short, for logs: {@code -100123/7}, {@code user 42}. */
    @Override
    public String toString() {
        String place = chat == null ? "user " + user : thread == null ? "" + chat : chat + "/" + thread;
        return business == null ? place : place + " of " + business;
    }
}
