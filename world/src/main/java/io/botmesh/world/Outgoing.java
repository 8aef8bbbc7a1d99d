package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * What a person sends.
 *
 * @param text     the text, or the caption of the file; null for a file without one
 * @param document the file, null for plain text; its field name does not matter
 * @param replyTo  message of the same chat that it answers, null for none
 * @param threadId topic it is for, null for none
 * @param senderId channel in whose name it is, null for the person's own
 */
public record Outgoing(
        @Nullable String text,
        @Nullable Upload document,
        @Nullable Integer replyTo,
        @Nullable Integer threadId,
        @Nullable Long senderId) {
    public Outgoing {
        if (text == null && document == null) throw new IllegalArgumentException("neither text nor document");
    }

    public Outgoing(@Nullable String text, @Nullable Upload document, @Nullable Integer replyTo) {
        this(text, document, replyTo, null, null);
    }

    public static Outgoing text(String text) {
        return new Outgoing(text, null, null, null, null);
    }

    public static Outgoing document(String fileName, String contentType, Blob content, @Nullable String caption) {
        return new Outgoing(caption, new Upload("document", fileName, contentType, content), null, null, null);
    }

    public Outgoing withReplyTo(int messageId) {
        return new Outgoing(text, document, messageId, threadId, senderId);
    }

    /** Into a topic of the chat. */
    public Outgoing withThread(int topicId) {
        return new Outgoing(text, document, replyTo, topicId, senderId);
    }

    /** In a group, in the name of a channel that the person owns. */
    public Outgoing inTheNameOf(long channelId) {
        return new Outgoing(text, document, replyTo, threadId, channelId);
    }
}
