package io.botmesh.runner;

/**
 * What {@link Runner#stop} left behind.
 *
 * @param finished      handlers that were running when the stop began, or were still started by it, and have ended
 * @param cancelled     handlers that were interrupted at the deadline, or asked for an update during the stop, and did not
 *                      succeed, or have not returned yet
 * @param leftInJournal entries of the journal that have not ended, cancelled ones included; 0 without a journal
 * @param unstarted     updates in memory that no handler saw and no journal holds: the server sends them again, unless
 *                      the guarantee is {@link Guarantee.AtMostOnce}, then they are lost
 * @param parked        handlers that waited for an update, in {@link Delivery#next}; with a journal their updates are left
 *                      in it, else the conversation is lost
 */
public record StopReport(long finished, long cancelled, long leftInJournal, long unstarted, long parked) {
    /** Nothing ran, nothing is left. */
    public static final StopReport NOTHING = new StopReport(0, 0, 0, 0, 0);
}
