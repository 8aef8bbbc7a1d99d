package io.botmesh.world;

/** Markup that cannot be read; the message is the server's, byte offsets count UTF-8. */
final class MarkupException extends RuntimeException {
    MarkupException(String message) {
        super(message, null, false, false);
    }

    static String at(String text, int index) {
        return " at byte offset " + TextCleaner.utf8Length(text.substring(0, Math.min(index, text.length())));
    }
}
