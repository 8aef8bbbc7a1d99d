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
 * @param givenUp    updates that failed on their last attempt and are kept nowhere
 * @param dead       updates that became dead letters
 * @param waiting    updates in memory that are not running
 * @param running    slots in use: handlers at work
 * @param parked     handlers that wait for an update, in {@link Delivery#next}; they are not among those running
 * @param spilled    updates in the journal that are not in memory
 */
public record RunnerStats(
        long polls,
        long updates,
        long duplicates,
        long succeeded,
        long failed,
        long cancelled,
        long givenUp,
        long dead,
        int waiting,
        int running,
        int parked,
        long spilled) {}
