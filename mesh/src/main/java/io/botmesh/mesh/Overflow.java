package io.botmesh.mesh;

/** What {@code send} does while more waits in the outbox than it may hold. */
public enum Overflow {
    /** Waits until there is room. */
    BLOCK,
    /** Throws {@link MeshException.Full}; nothing of the message is taken. */
    FAIL,
    /**
     * Takes the message and drops the oldest ones that are in no packet yet; their receipts fail with
     * {@link MeshException.Lost}. For values of which only the latest matter.
     */
    DROP_OLDEST
}
