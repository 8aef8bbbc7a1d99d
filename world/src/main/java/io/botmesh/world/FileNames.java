package io.botmesh.world;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What names of files tell: the media type, and what the server takes a file for. */
final class FileNames {
    private static final Map<String, String> MIME_TYPES = Map.ofEntries(
            Map.entry("bin", "application/octet-stream"),
            Map.entry("bmp", "image/bmp"),
            Map.entry("csv", "text/csv"),
            Map.entry("flac", "audio/flac"),
            Map.entry("gif", "image/gif"),
            Map.entry("gz", "application/gzip"),
            Map.entry("htm", "text/html"),
            Map.entry("html", "text/html"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("js", "text/javascript"),
            Map.entry("json", "application/json"),
            Map.entry("m4a", "audio/mp4"),
            Map.entry("mkv", "video/x-matroska"),
            Map.entry("mov", "video/quicktime"),
            Map.entry("mp3", "audio/mpeg"),
            Map.entry("mp4", "video/mp4"),
            Map.entry("oga", "audio/ogg"),
            Map.entry("ogg", "audio/ogg"),
            Map.entry("opus", "audio/ogg"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("png", "image/png"),
            Map.entry("tar", "application/x-tar"),
            Map.entry("tgs", "application/x-tgsticker"),
            Map.entry("txt", "text/plain"),
            Map.entry("wav", "audio/x-wav"),
            Map.entry("webm", "video/webm"),
            Map.entry("webp", "image/webp"),
            Map.entry("xml", "application/xml"),
            Map.entry("zip", "application/zip"));
    private static final Set<String> MUSIC = Set.of("ogg", "oga", "mp3", "mpeg3", "m4a");
    private static final Set<String> VOICES = Set.of("audio/ogg", "audio/mpeg", "audio/mp4");

    private FileNames() {}

    /** Without folders. */
    static String clean(String name) {
        return name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    }

    /** What a document of that name becomes when the server looks at it. */
    static FileType detect(String name) {
        return switch (suffix(name)) {
            case "gif" -> FileType.ANIMATION;
            case "mp3" -> FileType.AUDIO;
            case "mp4" -> FileType.VIDEO;
            case "webp" -> FileType.STICKER;
            default -> FileType.DOCUMENT;
        };
    }

    /** By the name alone, as far as it fits the type: what the client says of the content does not count. */
    static String mimeType(FileType type, String name) {
        var byName = MIME_TYPES.getOrDefault(suffix(name), "application/octet-stream");
        return switch (type) {
            case PHOTO, THUMBNAIL -> "image/jpeg";
            case VIDEO, LIVE_PHOTO -> byName.startsWith("video/") ? byName : "video/mp4";
            case VIDEO_NOTE -> "video/mp4";
            case ANIMATION -> byName.startsWith("video/") || byName.startsWith("image/") ? byName : "video/mp4";
            case AUDIO -> byName.startsWith("audio/") ? byName : "audio/mpeg";
            case VOICE -> VOICES.contains(byName) ? byName : "audio/ogg";
            case STICKER, DOCUMENT -> byName;
        };
    }

    /** What the path of a download ends in, with its dot; empty if the name has no ending. */
    static String extension(FileType type, String name, String mimeType) {
        var suffix = suffix(name);
        var shown = switch (type) {
            case PHOTO, THUMBNAIL -> "jpg";
            case VOICE -> mimeType.equals("audio/mpeg") ? "mp3" : mimeType.equals("audio/mp4") ? "m4a" : "oga";
            case AUDIO -> MUSIC.contains(suffix) ? suffix : "mp3";
            case VIDEO_NOTE -> "mp4";
            case VIDEO, LIVE_PHOTO, ANIMATION -> suffix.isEmpty() ? "mp4" : suffix;
            case STICKER -> suffix.isEmpty() ? "webp" : suffix;
            case DOCUMENT -> suffix;
        };
        return shown.isEmpty() ? "" : "." + shown;
    }

    private static String suffix(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 || dot + 1 == name.length()
                ? ""
                : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
