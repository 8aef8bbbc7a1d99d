package io.botmesh.world;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The download links of one bot: a file keeps its path, and the path works for a while after each getFile. */
final class FileLinks {
    /** @param since when the path was first given out, which is when the server has fetched the file */
    record Link(FileRecord file, String path, Instant since, Instant until) {}

    private final Map<Long, Link> byFile = new HashMap<>();
    private final Map<String, Link> byPath = new HashMap<>();
    private int count;

    /** The path of a file, good from now on for that long. */
    String open(FileRecord file, Instant now, Duration life) {
        var before = byFile.get(file.number());
        var path = before == null ? file.type().folder() + "/file_" + count++ + file.extension() : before.path;
        var link = new Link(file, path, before == null ? now : before.since, now.plus(life));
        byFile.put(file.number(), link);
        byPath.put(path, link);
        return path;
    }

    @Nullable
    Link find(String path, Instant now) {
        var link = byPath.get(path);
        return link == null || now.isAfter(link.until) ? null : link;
    }
}
