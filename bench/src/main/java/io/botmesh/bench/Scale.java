package io.botmesh.bench;

/**
 * How much of everything is measured.
 *
 * @param rounds   alternating rounds of either server
 * @param warmUps  rounds before those
 * @param longWarmUps the same where only a process that has been running for long is of interest
 * @param requests of one connection in one round; a fifth of them where each brings 100 updates
 * @param polls    long polls that wait at once
 * @param starts   of an emulator in one JVM
 * @param updates  that wait in the queues of 100 bots, and messages in one chat
 * @param backlog  updates that wait for a runner's handlers
 * @param posts    requests of a webhook
 * @param inFlight handlers at work when a process is killed
 * @param drained  updates that one round of a runner handles
 */
record Scale(
        int rounds,
        int warmUps,
        int longWarmUps,
        int requests,
        int polls,
        int starts,
        int updates,
        long backlog,
        int posts,
        int inFlight,
        long drained) {
    /** What the published figures are measured with; minutes. */
    static final Scale FULL = new Scale(7, 3, 8, 3_000, 5_000, 20, 1_000_000, 1_000_000, 10_000, 500, 200_000);

    /** A first look; less than a minute. */
    static final Scale QUICK = new Scale(3, 2, 2, 1_000, 1_000, 10, 100_000, 100_000, 2_000, 500, 40_000);

    /** Shows that it runs and no more. */
    static final Scale TINY = new Scale(1, 0, 0, 20, 20, 3, 1_000, 22_000, 100, 50, 1_000);
}
