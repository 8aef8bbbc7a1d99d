package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a file beside its name.
 *
 * @param width     in pixels, 0 if it has none or nobody said
 * @param height    in pixels, likewise; of a video note both are its length
 * @param seconds   how long it plays, 0 if it does not or nobody said
 * @param title     of a piece of music, empty if nobody said
 * @param performer of a piece of music, likewise
 * @param thumbnail a small picture of it, null for none
 * @param still     the picture of a live photo or the cover of a video, null for all else
 * @param startsAt  second from which a video plays
 * @param sticker   what only stickers have, null for all else
 */
record FileTraits(
        int width,
        int height,
        int seconds,
        String title,
        String performer,
        @Nullable FileRecord thumbnail,
        @Nullable FileRecord still,
        int startsAt,
        @Nullable StickerTraits sticker) {
    static final FileTraits NONE = new FileTraits(0, 0, 0, "", "", null, null, 0, null);

    static FileTraits of(Probe probe) {
        return NONE.withSize(probe.width(), probe.height()).withSeconds(probe.seconds());
    }

    FileTraits withSize(int newWidth, int newHeight) {
        return new FileTraits(newWidth, newHeight, seconds, title, performer, thumbnail, still, startsAt, sticker);
    }

    FileTraits withSeconds(int newSeconds) {
        return new FileTraits(width, height, newSeconds, title, performer, thumbnail, still, startsAt, sticker);
    }

    FileTraits withMusic(String newTitle, String newPerformer) {
        return new FileTraits(width, height, seconds, newTitle, newPerformer, thumbnail, still, startsAt, sticker);
    }

    FileTraits withThumbnail(@Nullable FileRecord picture) {
        return new FileTraits(width, height, seconds, title, performer, picture, still, startsAt, sticker);
    }

    FileTraits withStill(@Nullable FileRecord picture) {
        return new FileTraits(width, height, seconds, title, performer, thumbnail, picture, startsAt, sticker);
    }

    FileTraits withStart(int second) {
        return new FileTraits(width, height, seconds, title, performer, thumbnail, still, second, sticker);
    }

    FileTraits withSticker(@Nullable StickerTraits other) {
        return new FileTraits(width, height, seconds, title, performer, thumbnail, still, startsAt, other);
    }
}
