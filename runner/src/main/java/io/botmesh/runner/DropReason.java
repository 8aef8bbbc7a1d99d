package io.botmesh.runner;

/** Why an update ended without a handler. */
public enum DropReason {
    /** It was too old when its turn came: {@link AgeLimit}. */
    EXPIRED
}
