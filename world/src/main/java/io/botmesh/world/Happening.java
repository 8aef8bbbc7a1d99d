package io.botmesh.world;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a {@link World}, as a {@link Watch} tells it. Messages are {@code Message} JSON as the bot
 * that wrote it sees it, else the first bot of the chat.
 */
public sealed interface Happening {
    /** On the world's clock. */
    Instant at();

    /**
     * A chat, named as in {@link People}.
     *
     * @param chatId   a channel or group, or the bot's user id for a private chat
     * @param personId the person of a private chat, 0 for others
     */
    record Place(long chatId, long personId) {
        static Place of(Chat chat) {
            var bot = chat.bot();
            return bot == null ? new Place(chat.id(), 0) : new Place(bot.id(), chat.id());
        }

        public boolean isPrivate() {
            return personId != 0;
        }
    }

    /** A message came into a chat. */
    record Posted(Instant at, Place place, int messageId, long authorId, String messageJson) implements Happening {}

    /** A message changed. */
    record Edited(Instant at, Place place, int messageId, long authorId, String messageJson) implements Happening {}

    /** A message is gone. */
    record Deleted(Instant at, Place place, int messageId) implements Happening {}

    /** A person pressed a button that sends {@code data} to the bot. */
    record Pressed(Instant at, Place place, int messageId, long personId, String queryId, String data)
            implements Happening {}

    /**
     * A bot answered a pressed button.
     *
     * @param text      what the person is shown, empty for nothing
     * @param showAlert whether it is shown in a dialogue of its own
     * @param url       what is opened, null for nothing
     */
    record Answered(
            Instant at,
            long botId,
            String queryId,
            String text,
            boolean showAlert,
            @Nullable String url) implements Happening {}
}
