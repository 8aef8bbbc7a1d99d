package io.botmesh.runner;

/** Why an update ended without a handler. */
public enum DropReason {
    /** It was too old when its turn came: {@link AgeLimit}. */
    EXPIRED,
    /** The queue of its key was full. */
    REJECTED,
    /** It was the oldest in the full queue of its key. */
    OVERTAKEN,
    /** A newer one of its key took its place. */
    SUPERSEDED
}
