package io.botmesh.mesh;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What became of a post. The question that matters first, whether it happened, is answered by the type. */
public sealed interface Outcome {
    /**
     * It stands there.
     *
     * @param post where
     * @param date by the carrier's clock, in whole seconds
     */
    record Posted(PostId post, Instant date) implements Outcome {}

    /**
     * It did not happen, and this lane has to rest.
     *
     * @param retryAfter as the server said, more than zero
     */
    record FloodWait(Duration retryAfter) implements Outcome {}

    /**
     * It did not happen, and would not with any other packet.
     *
     * @param scope what is closed
     * @param why   one line that says what a human must do
     */
    record Barred(Scope scope, String why) implements Outcome {}

    /** It did not happen and never will, on any lane: the packet is at fault. */
    record Refused(String why) implements Outcome {}

    /** It did not happen for a reason that is not known: packet or lane is at fault. Another lane can tell. */
    record Doubtful(String why) implements Outcome {}

    /** It did not happen: the server cannot be reached. */
    record Unreachable(String why, @Nullable Throwable cause) implements Outcome {}

    /** It may have happened. The same bytes have to go again, on another lane if there is one. */
    record Unknown(String why, @Nullable Throwable cause) implements Outcome {}

    /** How far a bar reaches. */
    enum Scope {
        /** This writer in this channel. */
        LANE,
        /** This writer everywhere. */
        WRITER
    }
}
