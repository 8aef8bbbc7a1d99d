package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;

/**
 * A text of blocks.
 *
 * @param partsJson an array of {@code RichBlock}, pure ASCII, cut where the type and the field of a file stand
 * @param shown     the files between those parts
 * @param buttons   those that stand in blocks and texts
 */
record RichContent(List<String> partsJson, List<Shown> shown, List<Button> buttons, boolean rightToLeft)
        implements Content {
    /**
     * A file in a block.
     *
     * @param covered until somebody taps
     */
    record Shown(FileRecord file, boolean covered) {}

    RichContent {
        partsJson = List.copyOf(partsJson);
        shown = List.copyOf(shown);
        buttons = List.copyOf(buttons);
    }

    @Override
    public List<FileRecord> files() {
        return shown.stream().map(Shown::file).toList();
    }

    @Override
    public void writeShown(JsonWriter json, View view) {
        // Words are not shown, and files in them are not either.
    }

    @Override
    public void write(JsonWriter json, View view) {
        var blocks = new StringBuilder(partsJson.getFirst());
        for (int i = 0; i < shown.size(); i++) {
            blocks.append(field(shown.get(i), view)).append(partsJson.get(i + 1));
        }
        json.name("rich_message").object();
        json.name("blocks").raw(blocks.toString().getBytes(ISO_8859_1));
        if (rightToLeft) json.field("is_rtl", true);
        json.endObject();
    }

    /** The value of {@code type} and the fields that follow it. */
    private static String field(Shown shown, View view) {
        var file = shown.file();
        var type = file.type() == FileType.VOICE ? "voice_note" : file.type().field();
        var value = new JsonWriter(256);
        if (file.type() == FileType.PHOTO) view.files().writeSizes(value, file, view.viewer());
        else view.files().write(value, file, view.viewer());
        return '"' + type + "\",\"" + type + "\":" + value + (shown.covered() ? ",\"has_spoiler\":true" : "");
    }
}
