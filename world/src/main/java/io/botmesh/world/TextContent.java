package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** Plain text. */
record TextContent(FormattedText text, @Nullable LinkPreview preview) implements Content {
    @Override
    public FormattedText words() {
        return text;
    }

    @Override
    public void writeShown(JsonWriter json, View view) {
        if (preview != null && preview.shows(text)) preview.write(json.name("link_preview_options"));
    }

    @Override
    public void write(JsonWriter json, View view) {
        json.field("text", text.text());
        text.writeEntities(json, "entities");
        if (preview != null && preview.shows(text)) preview.write(json.name("link_preview_options"));
    }
}
