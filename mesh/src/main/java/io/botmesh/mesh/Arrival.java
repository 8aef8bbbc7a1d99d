package io.botmesh.mesh;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A post as a reader gets it.
 *
 * @param post       where it stands
 * @param origin     where it was forwarded from, null if it was not or nobody says
 * @param date       when it was posted, in whole seconds
 * @param text       its text, or the caption of its document; null if it has neither
 * @param attachment its document, null if it is only text
 */
public record Arrival(
        PostId post,
        @Nullable PostId origin,
        Instant date,
        @Nullable String text,
        @Nullable Attachment attachment) {
    /**
     * A document, not fetched yet.
     *
     * @param fileId as the reader knows it
     * @param bytes  its size, null if it is not known
     */
    public record Attachment(String fileId, @Nullable Long bytes) {}
}
