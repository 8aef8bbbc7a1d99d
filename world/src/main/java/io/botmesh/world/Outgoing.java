package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * What a person sends.
 *
 * @param text     the text, or the caption of the file; null for a file without one
 * @param document the file, null for plain text; its field name does not matter
 * @param replyTo  message of the same chat that it answers, null for none
 */
public record Outgoing(
        @Nullable String text,
        @Nullable Upload document,
        @Nullable Integer replyTo) {
    public Outgoing {
        if (text == null && document == null) throw new IllegalArgumentException("neither text nor document");
    }

    public static Outgoing text(String text) {
        return new Outgoing(text, null, null);
    }

    public static Outgoing document(String fileName, String contentType, Blob content, @Nullable String caption) {
        return new Outgoing(caption, new Upload("document", fileName, contentType, content), null);
    }

    public Outgoing withReplyTo(int messageId) {
        return new Outgoing(text, document, messageId);
    }
}
