package io.botmesh.world;

import java.nio.charset.StandardCharsets;

/** Writes files as one bot sees them, with its own file ids. */
final class FileJson {
    private final FileStore files;

    FileJson(FileStore files) {
        this.files = files;
    }

    /** The field of a Message that holds the file, under old names too. */
    void writeField(JsonWriter json, FileRecord file, Bot viewer) {
        json.name(file.type().field());
        if (file.type() == FileType.PHOTO) {
            writeSizes(json, file, viewer);
            return;
        }
        write(json, file, file.type(), viewer);
        // Old clients know an animation as a document only.
        if (file.type() == FileType.ANIMATION) write(json.name("document"), file, FileType.DOCUMENT, viewer);
    }

    /** As an array of {@code PhotoSize}, the smallest first. */
    void writeSizes(JsonWriter json, FileRecord photo, Bot viewer) {
        json.array();
        for (var size : files.sizes(photo)) writeSize(json, size, viewer);
        json.endArray();
    }

    /** As a {@code PhotoSize}. */
    void writeSize(JsonWriter json, FileRecord picture, Bot viewer) {
        writeIds(json.object(), picture, viewer);
        json.field("width", picture.traits().width())
                .field("height", picture.traits().height())
                .endObject();
    }

    /** As the type that the Bot API has for such a file. */
    void write(JsonWriter json, FileRecord file, Bot viewer) {
        write(json, file, file.type(), viewer);
    }

    private void write(JsonWriter json, FileRecord file, FileType shownAs, Bot viewer) {
        var traits = file.traits();
        json.object();
        switch (shownAs) {
            case PHOTO, THUMBNAIL -> writePixels(json, traits);
            case DOCUMENT -> writeName(json, file);
            case ANIMATION -> {
                writeName(json, file);
                writePixels(json.field("duration", traits.seconds()), traits);
            }
            case VIDEO -> {
                writePixels(json.field("duration", traits.seconds()), traits);
                if (traits.still() != null) writeSizes(json.name("cover"), traits.still(), viewer);
                if (traits.startsAt() > 0) json.field("start_timestamp", traits.startsAt());
                writeName(json, file);
            }
            case LIVE_PHOTO -> {
                if (traits.still() != null) writeSizes(json.name("photo"), traits.still(), viewer);
                writePixels(json.field("duration", traits.seconds()), traits);
                json.field("mime_type", file.mimeType());
            }
            case AUDIO -> {
                writeName(json.field("duration", traits.seconds()), file);
                if (!traits.title().isEmpty()) json.field("title", traits.title());
                if (!traits.performer().isEmpty()) json.field("performer", traits.performer());
            }
            case VOICE -> json.field("duration", traits.seconds()).field("mime_type", file.mimeType());
            case VIDEO_NOTE -> json.field("duration", traits.seconds()).field("length", traits.width());
            case STICKER -> writeSticker(json, file);
        }
        var thumbnail = traits.thumbnail();
        if (thumbnail != null) {
            writeSize(json.name("thumbnail"), thumbnail, viewer);
            writeSize(json.name("thumb"), thumbnail, viewer);
        }
        writeIds(json, file, viewer);
        json.endObject();
    }

    private static void writePixels(JsonWriter json, FileTraits traits) {
        json.field("width", traits.width()).field("height", traits.height());
    }

    private static void writeSticker(JsonWriter json, FileRecord file) {
        writePixels(json, file.traits());
        var known = file.traits().sticker();
        var sticker = known != null ? known : StickerTraits.loose(file.name(), "");
        if (!sticker.emoji().isEmpty()) json.field("emoji", sticker.emoji());
        if (!sticker.setName().isEmpty()) json.field("set_name", sticker.setName());
        json.field("is_animated", sticker.animated())
                .field("is_video", sticker.video())
                .field("type", sticker.type());
        var mask = sticker.maskJson();
        if (mask != null) json.name("mask_position").raw(mask.getBytes(StandardCharsets.ISO_8859_1));
        if (sticker.customEmojiId() != null) json.field("custom_emoji_id", sticker.customEmojiId());
        if (sticker.repainted()) json.field("needs_repainting", true);
    }

    private static void writeName(JsonWriter json, FileRecord file) {
        if (!file.name().isEmpty()) json.field("file_name", file.name());
        json.field("mime_type", file.mimeType());
    }

    /** The fields that every file has. */
    void writeIds(JsonWriter json, FileRecord file, Bot viewer) {
        json.field("file_id", files.idFor(file, viewer)).field("file_unique_id", file.uniqueId());
        if (file.content().size() > 0) json.field("file_size", file.content().size());
    }
}
