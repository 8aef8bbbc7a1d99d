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
        if (content instanceof TextContent plain) {
            return new Traffic(
                    texts + 1, textCodePoints + plain.text().codePoints(), documents, documentBytes, refused429);
        }
        long bytes = 0;
        for (var file : content.files()) bytes += file.content().size();
        return content.files().isEmpty()
                ? this
                : new Traffic(texts, textCodePoints, documents + 1, documentBytes + bytes, refused429);
    }

    Traffic plusRefusal() {
        return new Traffic(texts, textCodePoints, documents, documentBytes, refused429 + 1);
    }
}
