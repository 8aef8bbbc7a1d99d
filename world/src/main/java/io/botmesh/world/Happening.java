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

    /**
     * Who wrote a message; a channel's own JSON does not tell.
     *
     * @param name the first name of a person, the username of a bot with its {@code @}
     */
    record Author(long id, boolean isBot, String name) {
        static Author of(Account account) {
            var username = account.username();
            return new Author(
                    account.id(),
                    account.bot(),
                    account.bot() && username != null ? "@" + username : account.firstName());
        }
    }

    /**
     * A message came into a chat.
     *
     * @param isService whether it is news about the chat and no message of somebody
     * @param seenBy    the bot whose file ids are in it
     */
    record Posted(
            Instant at, Place place, int messageId, Author author, boolean isService, long seenBy, String messageJson)
            implements Happening {}

    /**
     * A message changed.
     *
     * @param seenBy the bot whose file ids are in it
     */
    record Edited(Instant at, Place place, int messageId, Author author, long seenBy, String messageJson)
            implements Happening {}

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

    /**
     * Something about the server is no longer what it was; says where to look again, not what is there now.
     *
     * @param id what it is about, 0 if there is only one of it
     */
    record Changed(Instant at, What what, long id) implements Happening {
        /** What is no longer the same. */
        public enum What {
            /** What waits for the bot of that id, or how it fetches it. */
            QUEUE,
            /** Who is in the chat of that id. */
            MEMBERS,
            /** There is a new bot, person or chat of that id, or it shows itself differently. */
            KNOWN,
            /** How much bots may send. */
            LIMITS,
            /** Which faults there are, or how often they struck. */
            FAULTS,
            /** How people voted or reacted somewhere. */
            OPINIONS,
            /** The call recorded under that number has ended. */
            CALL
        }
    }
}
