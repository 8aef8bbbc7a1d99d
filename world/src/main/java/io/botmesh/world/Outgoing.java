package io.botmesh.world;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a person sends. Start from one of the kinds and add to it.
 *
 * @param text     the text, or the caption of a file; null for none
 * @param item     what is sent beside words, null for a plain text
 * @param replyTo  message of the same chat that it answers, null for none
 * @param quote    the part of that message that it means, null for all
 * @param threadId topic it is for, null for none
 * @param senderId channel in whose name it is, null for the person's own
 */
public record Outgoing(
        @Nullable String text,
        @Nullable Item item,
        @Nullable Integer replyTo,
        @Nullable String quote,
        @Nullable Integer threadId,
        @Nullable Long senderId) {
    /** Kinds of files that people send. */
    public enum FileKind {
        PHOTO,
        AUDIO,
        DOCUMENT,
        VIDEO,
        ANIMATION,
        VOICE,
        VIDEO_NOTE,
        STICKER;

        /** The field of a Message that holds it. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        FileType type() {
            return FileType.valueOf(name());
        }
    }

    /** What can be sent beside words. */
    public sealed interface Item {
        /** A file; a photo must be a picture, and the name of a sticker tells what it is drawn in. */
        record File(FileKind kind, Upload upload) implements Item {}

        /**
         * A place.
         *
         * @param latitude   degrees, -90 to 90
         * @param longitude  degrees, -180 to 180
         * @param livePeriod seconds in which it moves, 0 for a fixed one
         */
        record Location(double latitude, double longitude, int livePeriod) implements Item {}

        /** A place with a name. */
        record Venue(double latitude, double longitude, String title, String address) implements Item {}

        /**
         * Somebody's number.
         *
         * @param userId that somebody, 0 if unknown
         */
        record Contact(String phoneNumber, String firstName, String lastName, long userId) implements Item {}

        /** An emoji that shows a value by chance; empty for a die. */
        record Dice(String emoji) implements Item {}

        /**
         * A question with answers to choose.
         *
         * @param correct   number of the right answer from 0, which makes it a quiz; null for a poll that only asks
         * @param anonymous whether nobody is told who chose what
         * @param multiple  whether more than one answer may be chosen
         */
        record Poll(
                String question,
                List<String> options,
                @Nullable Integer correct,
                boolean anonymous,
                boolean multiple) implements Item {
            public Poll {
                options = List.copyOf(options);
            }
        }

        /** A message of any chat that the person sees, shown again. */
        record Forward(long chatId, int messageId) implements Item {}
    }

    public Outgoing {
        if (text == null && item == null) throw new IllegalArgumentException("neither text nor anything else");
        if (quote != null && replyTo == null) throw new IllegalArgumentException("a quote of no message");
        boolean wordless = item != null && !(item instanceof Item.File);
        if (text != null && wordless) throw new IllegalArgumentException("only files have a caption");
    }

    /** A text, or a document with the text as its caption. */
    public Outgoing(@Nullable String text, @Nullable Upload document, @Nullable Integer replyTo) {
        this(text, document == null ? null : new Item.File(FileKind.DOCUMENT, document), replyTo, null, null, null);
    }

    public static Outgoing text(String text) {
        return new Outgoing(text, null, null, null, null, null);
    }

    public static Outgoing of(Item item) {
        return new Outgoing(null, item, null, null, null, null);
    }

    public static Outgoing document(String fileName, String contentType, Blob content, @Nullable String caption) {
        return file(FileKind.DOCUMENT, new Upload("document", fileName, contentType, content), caption);
    }

    public static Outgoing file(FileKind kind, Upload upload, @Nullable String caption) {
        return new Outgoing(caption, new Item.File(kind, upload), null, null, null, null);
    }

    public static Outgoing location(double latitude, double longitude) {
        return of(new Item.Location(latitude, longitude, 0));
    }

    /** A poll that does not tell who chose what. */
    public static Outgoing poll(String question, String... options) {
        return of(new Item.Poll(question, List.of(options), null, true, false));
    }

    public static Outgoing forward(long chatId, int messageId) {
        return of(new Item.Forward(chatId, messageId));
    }

    public Outgoing withReplyTo(int messageId) {
        return new Outgoing(text, item, messageId, quote, threadId, senderId);
    }

    /** Means only this part of the message that it answers. */
    public Outgoing withQuote(String part) {
        return new Outgoing(text, item, replyTo, part, threadId, senderId);
    }

    /** Into a topic of the chat. */
    public Outgoing withThread(int topicId) {
        return new Outgoing(text, item, replyTo, quote, topicId, senderId);
    }

    /** In a group, in the name of a channel that the person owns. */
    public Outgoing inTheNameOf(long channelId) {
        return new Outgoing(text, item, replyTo, quote, threadId, channelId);
    }
}
