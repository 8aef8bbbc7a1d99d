package io.botmesh.world;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All sticker sets, by their names in which case does not count, and all custom emoji. */
final class StickerSets {
    private final Map<String, StickerSet> sets = new LinkedHashMap<>();

    @Nullable
    StickerSet find(String name) {
        return sets.get(name.strip().toLowerCase(Locale.ROOT));
    }

    void add(StickerSet set) {
        sets.put(set.name.toLowerCase(Locale.ROOT), set);
    }

    void remove(StickerSet set) {
        sets.remove(set.name.toLowerCase(Locale.ROOT));
    }

    /** The set that a sticker belongs to, null if it is in none. */
    @Nullable
    StickerSet of(FileRecord sticker) {
        for (var set : sets.values()) if (set.indexOf(sticker) >= 0) return set;
        return null;
    }

    /** Null if nobody made it. */
    @Nullable
    FileRecord customEmoji(String id) {
        for (var set : sets.values()) {
            for (var sticker : set.stickers) {
                var traits = sticker.traits().sticker();
                if (traits != null && id.equals(traits.customEmojiId())) return sticker;
            }
        }
        return null;
    }
}
