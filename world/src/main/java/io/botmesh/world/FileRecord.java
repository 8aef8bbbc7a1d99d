package io.botmesh.world;

import java.util.Locale;
import java.util.Map;

/**
 * A file that was uploaded once.
 *
 * @param number   counts all files of the world
 * @param uniqueId the same for every bot
 * @param name     as it was uploaded, without folders
 */
record FileRecord(long number, String uniqueId, Type type, String name, String mimeType, Blob content) {
    private static final Map<String, String> MIME_TYPES = Map.ofEntries(
            Map.entry("bin", "application/octet-stream"),
            Map.entry("csv", "text/csv"),
            Map.entry("gif", "image/gif"),
            Map.entry("gz", "application/gzip"),
            Map.entry("htm", "text/html"),
            Map.entry("html", "text/html"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("js", "text/javascript"),
            Map.entry("json", "application/json"),
            Map.entry("mp3", "audio/mpeg"),
            Map.entry("mp4", "video/mp4"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("png", "image/png"),
            Map.entry("tar", "application/x-tar"),
            Map.entry("txt", "text/plain"),
            Map.entry("webp", "image/webp"),
            Map.entry("xml", "application/xml"),
            Map.entry("zip", "application/zip"));

    /** What the server takes a file for. */
    enum Type {
        DOCUMENT("documents", "document"),
        ANIMATION("animations", "animation"),
        AUDIO("music", "audio"),
        STICKER("stickers", "sticker"),
        VIDEO("videos", "video");

        private final String folder;
        private final String field;

        Type(String folder, String field) {
            this.folder = folder;
            this.field = field;
        }

        /** First part of its download path. */
        String folder() {
            return folder;
        }

        /** Its field in a message. */
        String field() {
            return field;
        }
    }

    /** What a file of that name becomes when the server looks at it. */
    static Type detect(String name) {
        return switch (suffix(name)) {
            case "gif" -> Type.ANIMATION;
            case "mp3" -> Type.AUDIO;
            case "mp4" -> Type.VIDEO;
            case "webp" -> Type.STICKER;
            default -> Type.DOCUMENT;
        };
    }

    /** By the name alone: what the client says of the content does not count. */
    static String mimeTypeOf(String name) {
        return MIME_TYPES.getOrDefault(suffix(name), "application/octet-stream");
    }

    /** With its dot; empty if the name has none. */
    String extension() {
        var suffix = suffix(name);
        return suffix.isEmpty() ? "" : "." + suffix;
    }

    private static String suffix(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 || dot + 1 == name.length()
                ? ""
                : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
