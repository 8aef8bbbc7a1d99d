package io.botmesh.bot;

import io.botmesh.botapi.RawUpdate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conversation that an update belongs to; updates of one are handled in order. A chat, in it a topic, each apart for
 * every business account. What names a user and no chat, such as a payment that is to be confirmed or the answer to a poll,
 * belongs to the bot's private chat with that user; inline queries, and buttons of what they have sent, belong to their user, apart from it, for they come from
 * anywhere and must not wait for what that chat is at.
 *
 * @param business the business connection it came through, or null
 * @param chat     the chat, or null if there is none
 * @param thread   the forum topic or topic of direct messages, or null
 * @param user     the user, only of inline queries; or null
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
        Long user = update.userId();
        if (user == null) return null;
        return isInline(update)
                ? new UpdateKey(update.businessConnectionId(), null, null, user)
                : new UpdateKey(update.businessConnectionId(), user, null, null); // a private chat has its user's id
    }

    /** A button without a chat hangs on a message that was sent by an inline query. */
    static boolean isInline(RawUpdate update) {
        return update.chatId() == null && (Kinds.bit(update.kind()) & (Kinds.INLINE | Kinds.CALLBACK_QUERY)) != 0;
    }

    /** The chat of an update, be it the private one to which it belongs; null if there is none. */
    static @Nullable Long chat(RawUpdate update) {
        if (update.chatId() != null) return update.chatId();
        return isInline(update) ? null : update.userId();
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
