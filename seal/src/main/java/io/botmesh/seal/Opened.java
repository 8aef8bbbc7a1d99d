package io.botmesh.seal;

import io.botmesh.wire.Content;
import io.botmesh.wire.PacketHeader;
import org.jspecify.annotations.Nullable;

/**
 * A packet that was let in.
 *
 * @param header     in the clear
 * @param sender     who signed it, or null for a plain packet, whose content names somebody without proof
 * @param admittedAs name of the enrolment by which it came in, or null for a stranger's
 * @param content    frames
 * @param late       whether it was too old for the replay window: use nothing but pieces of streams, which know what
 *                   they have, and the names of streams
 * @param generation of the reader's newest key when it was opened
 */
public record Opened(
        PacketHeader header,
        @Nullable NodeKey sender,
        @Nullable String admittedAs,
        Content content,
        boolean late,
        long generation) {}
