package io.botmesh.world;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a download link serves.
 *
 * @param path        path of the link, such as {@code documents/file_0.pdf}
 * @param contentType its media type, {@code application/octet-stream} if unknown
 * @param content     the bytes
 * @param since       when the file came to lie at that path, null if it lies at none
 */
public record StoredFile(
        String path,
        String contentType,
        Blob content,
        @Nullable Instant since) {}
