package io.botmesh.world;

import java.util.List;

/**
 * Files that are seen by whoever pays for them; bots see them all.
 *
 * @param payload what the bot gets back when somebody buys, nobody else sees it
 */
record PaidMediaContent(
        int starCount, List<FileRecord> files, String payload, FormattedText caption, boolean captionAbove)
        implements Content.Captioned {
    PaidMediaContent {
        files = List.copyOf(files);
    }

    @Override
    public PaidMediaContent withCaption(FormattedText other, boolean above) {
        return new PaidMediaContent(starCount, files, payload, other, above);
    }

    @Override
    public boolean canBeCopied() {
        return false;
    }

    @Override
    public void write(JsonWriter json, View view) {
        writeShown(json, view);
        if (caption.isEmpty()) return;
        json.field("caption", caption.text());
        caption.writeEntities(json, "caption_entities");
        if (captionAbove) json.field("show_caption_above_media", true);
    }

    @Override
    public void writeShown(JsonWriter json, View view) {
        json.name("paid_media").object().field("star_count", starCount);
        json.name("paid_media").array();
        for (var file : files) {
            json.object().field("type", file.type().field());
            view.files().writeField(json, file, view.viewer());
            json.endObject();
        }
        json.endArray().endObject();
    }
}
