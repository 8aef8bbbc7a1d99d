package io.botmesh.world;

/** Writes files as one bot sees them, with its own file ids. */
final class FileJson {
    private final FileStore files;

    FileJson(FileStore files) {
        this.files = files;
    }

    /** The field of a Message that holds the file, under old names too. */
    void writeField(JsonWriter json, FileRecord file, Bot viewer) {
        if (file.type() == FileRecord.Type.ANIMATION) {
            write(json.name("animation"), file, FileRecord.Type.ANIMATION, viewer);
            // Old clients know an animation as a document only.
            write(json.name("document"), file, FileRecord.Type.DOCUMENT, viewer);
        } else {
            write(json.name(file.type().field()), file, file.type(), viewer);
        }
    }

    private void write(JsonWriter json, FileRecord file, FileRecord.Type shownAs, Bot viewer) {
        json.object();
        // Nothing looks into the bytes, so all sizes and durations are 0.
        switch (shownAs) {
            case DOCUMENT -> writeName(json, file);
            case ANIMATION -> {
                writeName(json, file);
                json.field("duration", 0).field("width", 0).field("height", 0);
            }
            case VIDEO -> {
                json.field("duration", 0).field("width", 0).field("height", 0);
                writeName(json, file);
            }
            case AUDIO -> writeName(json.field("duration", 0), file);
            case STICKER ->
                json.field("width", 0)
                        .field("height", 0)
                        .field("is_animated", false)
                        .field("is_video", false)
                        .field("type", "regular");
        }
        writeIds(json, file, viewer);
        json.endObject();
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
