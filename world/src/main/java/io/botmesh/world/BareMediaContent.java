package io.botmesh.world;

import java.util.List;

/** A file without words: a sticker or a video note. */
record BareMediaContent(FileRecord file) implements Content {
    @Override
    public List<FileRecord> files() {
        return List.of(file);
    }

    @Override
    public void write(JsonWriter json, View view) {
        view.files().writeField(json, file, view.viewer());
    }
}
