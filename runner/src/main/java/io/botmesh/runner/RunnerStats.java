package io.botmesh.runner;

/**
 * Counters since the runner was made, and its state at the moment of asking.
 *
 * @param polls      polls that came back, empty or not
 * @param updates    updates that these brought, repeated ones included
 * @param duplicates those of them that the journal knew already
 * @param succeeded  attempts that ended well
 * @param failed     attempts that threw
 * @param cancelled  attempts that were interrupted by a stop and did not succeed
 * @param retried    attempts that failed and after which the update is tried again
 * @param givenUp    updates that failed on their last attempt and are kept nowhere
 * @param dead       updates that became dead letters
 * @param timedOut   attempts that ran too long
 * @param dropped    updates that ended without a handler
 * @param waiting    updates in memory that are not running, those that wait for one of {@link Workers} included
 * @param running    slots in use: handlers at work
 * @param parked     handlers that wait for an update, in {@link Delivery#next}; they are not among those running
 * @param abandoned  handlers that did not end when their time was over and still run, {@code stuck} ones included
 * @param stuck      those of them that keep their slot, because there are too many: the runner is short of so many slots,
 *                   and not healthy
 * @param spilled    updates in the journal that are not in memory
 */
public record RunnerStats(
        long polls,
        long updates,
        long duplicates,
        long succeeded,
        long failed,
        long cancelled,
        long retried,
        long givenUp,
        long dead,
        long timedOut,
        long dropped,
        int waiting,
        int running,
        int parked,
        int abandoned,
        int stuck,
        long spilled) {}
