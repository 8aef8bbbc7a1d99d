package io.botmesh.world;

import java.util.List;

/**
 * What a message says. Each kind is a record of its own that knows its fields of a {@code Message}, so that a new kind
 * touches no other; equal records are the same content, which is how an edit that changes nothing is told.
 */
interface Content {
    /** Writes its fields of the Message, in the server's order. */
    void write(JsonWriter json, View view);

    /** What is shown of it where somebody answers it from another chat: no words. */
    default void writeShown(JsonWriter json, View view) {
        write(json, view);
    }

    /** Whether it is news about the chat and no message of somebody. */
    default boolean isService() {
        return false;
    }

    /** Its text or caption, which is where privacy mode looks for commands; empty if it has none. */
    default FormattedText words() {
        return FormattedText.EMPTY;
    }

    /** The files that it shows. */
    default List<FileRecord> files() {
        return List.of();
    }

    /** Whether two bots see it differently, which is so where file ids are shown. */
    default boolean differsByBot(Message in) {
        return !files().isEmpty();
    }

    /** What it says where it is forwarded to. */
    default Content forwarded() {
        return this;
    }

    /** What a copy of it says, which a bot makes its own; a copied poll begins anew. */
    default Content copied(Bot bot, long freshId) {
        return this;
    }

    /** The kind of button that has to stand first under it, if it has buttons at all; empty for none. */
    default String firstButton() {
        return "";
    }

    /** Whether it may be shown again elsewhere, under its author's name or as a copy. */
    default boolean canBeForwarded() {
        return !isService();
    }

    /** Whether a copy of it may be made. */
    default boolean canBeCopied() {
        return canBeForwarded();
    }

    /** A content with a caption, which may be empty and may be changed. */
    interface Captioned extends Content {
        FormattedText caption();

        Content withCaption(FormattedText other, boolean above);

        @Override
        default FormattedText words() {
            return caption();
        }
    }

    /** Whose eyes see it, and what is needed to show it: file ids are those of that bot. */
    record View(Message message, Bot viewer, MessageJson messages, FileJson files) {}
}
