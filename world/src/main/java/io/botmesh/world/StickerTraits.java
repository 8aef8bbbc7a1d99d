package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * What a sticker is.
 *
 * @param type          {@code regular}, {@code mask} or {@code custom_emoji}
 * @param animated      whether it is drawn in vectors
 * @param video         whether it is a video
 * @param emoji         the emoji that it stands for, empty if nobody said
 * @param setName       short name of its set, empty if it is in none
 * @param maskJson      its {@code MaskPosition} as JSON, null for none
 * @param customEmojiId as a custom emoji, null if it is none
 * @param repainted     whether it takes the colour of the text around it
 */
record StickerTraits(
        String type,
        boolean animated,
        boolean video,
        String emoji,
        String setName,
        @Nullable String maskJson,
        @Nullable String customEmojiId,
        boolean repainted) {
    /** A sticker of no set; the name of its file tells what it is drawn in. */
    static StickerTraits loose(String fileName, String emoji) {
        var lower = fileName.toLowerCase(java.util.Locale.ROOT);
        return new StickerTraits(
                "regular", lower.endsWith(".tgs"), lower.endsWith(".webm"), emoji, "", null, null, false);
    }
}
