package io.botmesh.world;

import java.util.List;

/** A file with a caption, which may be empty. */
record MediaContent(FileRecord file, FormattedText caption, boolean captionAbove, boolean spoiler)
        implements Content.Captioned {
    @Override
    public MediaContent withCaption(FormattedText other, boolean above) {
        return new MediaContent(file, other, above && file.type().isVisual(), spoiler);
    }

    @Override
    public List<FileRecord> files() {
        return List.of(file);
    }

    @Override
    public void writeShown(JsonWriter json, View view) {
        view.files().writeField(json, file, view.viewer());
        if (spoiler) json.field("has_media_spoiler", true);
    }

    @Override
    public void write(JsonWriter json, View view) {
        view.files().writeField(json, file, view.viewer());
        if (!caption.isEmpty()) {
            json.field("caption", caption.text());
            caption.writeEntities(json, "caption_entities");
            if (captionAbove) json.field("show_caption_above_media", true);
        }
        if (spoiler) json.field("has_media_spoiler", true);
    }
}
