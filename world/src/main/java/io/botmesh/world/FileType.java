package io.botmesh.world;

/** What the server takes a file for. */
enum FileType {
    PHOTO("photos", "photo", "Photo", "photo"),
    THUMBNAIL("thumbnails", "", "Thumbnail", "thumbnail"),
    DOCUMENT("documents", "document", "Document", "document"),
    ANIMATION("animations", "animation", "Animation", "animation"),
    AUDIO("music", "audio", "Audio", "audio"),
    STICKER("stickers", "sticker", "Sticker", "sticker"),
    VIDEO("videos", "video", "Video", "video"),
    LIVE_PHOTO("videos", "live_photo", "Video", "live photo"),
    VIDEO_NOTE("video_notes", "video_note", "VideoNote", "video note"),
    VOICE("voice", "voice", "VoiceNote", "voice");

    private final String folder;
    private final String field;
    private final String formalName;
    private final String words;

    FileType(String folder, String field, String formalName, String words) {
        this.folder = folder;
        this.field = field;
        this.formalName = formalName;
        this.words = words;
    }

    /** First part of its download path. */
    String folder() {
        return folder;
    }

    /** Its field in a message. */
    String field() {
        return field;
    }

    /** What errors about ids call it. */
    String formalName() {
        return formalName;
    }

    /** What errors about requests call it. */
    String words() {
        return words;
    }

    boolean isPicture() {
        return this == PHOTO || this == THUMBNAIL;
    }

    /** Whether a message with it may have a caption. */
    boolean isCaptioned() {
        return this != STICKER && this != VIDEO_NOTE;
    }

    /** Whether its caption may stand above it, and it may be covered until somebody taps. */
    boolean isVisual() {
        return this == PHOTO || this == VIDEO || this == ANIMATION || this == LIVE_PHOTO;
    }

    /**
     * Whether an id of a file of this type may be sent where the other is asked for: all that are documents of some sort
     * share one kind of id and stay what they are, pictures are pictures only.
     */
    boolean mayStandFor(FileType asked) {
        return this == asked || (!isPicture() && !asked.isPicture());
    }
}
