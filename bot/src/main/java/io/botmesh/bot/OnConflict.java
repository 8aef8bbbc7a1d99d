package io.botmesh.bot;

/**
 * What a bot does when its poll is refused because of somebody else (409): another program that polls with its token, or
 * a webhook that has been set.
 *
 * <p>The refusal is a hint and no lock. It goes to whichever poll waits, so a newcomer that finds updates disturbs nobody,
 * and then both have them: whoever hands over between programs wants a lease.
 */
public enum OnConflict {
    /** Ends for good. The other one may be a copy that somebody started by mistake: then that ends the wrong one. */
    FAIL,
    /**
     * Polls again after pauses, which leaves the field to whoever is quicker. A webhook ends it for good, because it would
     * be deaf for as long as that is set.
     */
    RETRY,
    /**
     * Polls again soon, which ends the other's poll; deletes the webhook and keeps what is pending. Ends for good when the
     * other does the same.
     */
    TAKE_OVER
}
