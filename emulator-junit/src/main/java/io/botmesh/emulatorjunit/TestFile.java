package io.botmesh.emulatorjunit;

import io.botmesh.world.Outgoing.FileKind;
import org.jspecify.annotations.Nullable;

/**
 * A file that a person sends.
 *
 * @param kind    what the client makes of it; a photo must be a picture
 * @param name    the file's name; the one of a sticker tells what it is drawn in
 * @param content its bytes, which are not to be changed afterwards
 * @param caption null for none; stickers and round videos have none
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares files, and a copy of each would cost.
public record TestFile(
        FileKind kind,
        String name,
        byte[] content,
        @Nullable String caption) {
    public static TestFile photo(byte[] picture) {
        return new TestFile(FileKind.PHOTO, "photo.jpg", picture, null);
    }

    public static TestFile document(String name, byte[] content) {
        return new TestFile(FileKind.DOCUMENT, name, content, null);
    }

    /** Music. */
    public static TestFile audio(String name, byte[] sound) {
        return new TestFile(FileKind.AUDIO, name, sound, null);
    }

    public static TestFile video(String name, byte[] film) {
        return new TestFile(FileKind.VIDEO, name, film, null);
    }

    /** A video without sound that plays again and again. */
    public static TestFile animation(String name, byte[] film) {
        return new TestFile(FileKind.ANIMATION, name, film, null);
    }

    /** What a person spoke. */
    public static TestFile voice(byte[] sound) {
        return new TestFile(FileKind.VOICE, "voice.ogg", sound, null);
    }

    /** A round video. */
    public static TestFile videoNote(byte[] film) {
        return new TestFile(FileKind.VIDEO_NOTE, "note.mp4", film, null);
    }

    /** A sticker, by its name a still ({@code .webp}), animated ({@code .tgs}) or video ({@code .webm}) one. */
    public static TestFile sticker(String name, byte[] drawing) {
        return new TestFile(FileKind.STICKER, name, drawing, null);
    }

    public TestFile withCaption(String text) {
        return new TestFile(kind, name, content, text);
    }

    public TestFile withName(String other) {
        return new TestFile(kind, other, content, caption);
    }
}
