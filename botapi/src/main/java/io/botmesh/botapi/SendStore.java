package io.botmesh.botapi;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@link SendQueue} keeps its calls. One queue uses it at a time, from many threads. What a method has done is on
 * stable storage when it returns.
 */
public interface SendStore {
    /** How far a call has come. A call that was sent is removed. */
    enum State {
        /** Not sent. */
        QUEUED,
        /** On its way; after a crash nobody knows. */
        SENDING,
        /** It was on its way, and what became of it is unknown. */
        MAYBE_SENT,
        /** The server refused it for good. */
        REFUSED
    }

    /**
     * A call without its content.
     *
     * @param number in the order of adding, unique for ever
     * @param lane   calls of the same lane keep their order
     */
    record Slot(long number, String lane, State state) {}

    /**
     * A call as it is kept.
     *
     * @param parameters a JSON object
     * @param why        what is known of a failure, or null
     */
    record Kept(
            long number,
            String lane,
            State state,
            String method,
            String parameters,
            @Nullable String why) {}

    /** Adds a call as {@link State#QUEUED}; numbers ascend. */
    long add(String lane, String method, String parameters);

    /** All calls, ascending. */
    List<Slot> slots();

    /** Empty if there is none of this number. */
    Optional<Kept> load(long number);

    /** Without effect if there is none of this number. */
    void mark(long number, State state, @Nullable String why);

    /** Without effect if there is none of this number. */
    void remove(long number);
}
