package io.botmesh.world;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stickers under one name, made by one bot for one person. */
final class StickerSet {
    final String name;
    final String type;
    final Bot bot;
    final Account owner;
    final List<FileRecord> stickers = new ArrayList<>();
    String title;

    @Nullable
    FileRecord thumbnail;

    StickerSet(String name, String title, String type, Bot bot, Account owner) {
        this.name = name;
        this.title = title;
        this.type = type;
        this.bot = bot;
        this.owner = owner;
    }

    int indexOf(FileRecord sticker) {
        for (int i = 0; i < stickers.size(); i++) if (stickers.get(i).number() == sticker.number()) return i;
        return -1;
    }

    /** As a {@code StickerSet}. */
    void write(JsonWriter json, FileJson files, Bot viewer) {
        json.object().field("name", name).field("title", title).field("sticker_type", type);
        json.name("stickers").array();
        for (var sticker : stickers) files.write(json, sticker, viewer);
        json.endArray();
        if (thumbnail != null) files.writeSize(json.name("thumbnail"), thumbnail, viewer);
        json.endObject();
    }
}
