package io.botmesh.world;

/**
 * What went into a chat since the world began, counted by the server.
 *
 * @param texts          text messages that were accepted
 * @param textCodePoints characters in them, as the limit of 4096 counts
 * @param documents      messages with a file that were accepted
 * @param documentBytes  bytes in those files
 * @param refused429     calls to the chat that the limits refused
 */
public record Traffic(long texts, long textCodePoints, long documents, long documentBytes, long refused429) {
    static final Traffic NONE = new Traffic(0, 0, 0, 0, 0);

    Traffic plus(Content content) {
        return switch (content) {
            case Content.Text text ->
                new Traffic(texts + 1, textCodePoints + text.text().codePoints(), documents, documentBytes, refused429);
            case Content.Media media ->
                new Traffic(
                        texts,
                        textCodePoints,
                        documents + 1,
                        documentBytes + media.file().content().size(),
                        refused429);
            default -> this;
        };
    }

    Traffic plusRefusal() {
        return new Traffic(texts, textCodePoints, documents, documentBytes, refused429 + 1);
    }
}
