package io.botmesh.mesh;

/**
 * One lane as a sender has known it since it was opened.
 *
 * @param state          what may be done with it
 * @param why            the reason if it is dead or resting, else empty
 * @param posts          posts that went through it, documents among them
 * @param fill           characters used of those that its text posts have, the last of a burst left out; {@code NaN}
 *                       before the first
 * @param refused429     posts that it refused because of a limit
 * @param ambiguous      posts whose outcome it left open
 * @param postsPerSecond what this sender takes as its limit at present
 */
public record LaneStatistics(
        LaneId lane,
        State state,
        String why,
        long posts,
        double fill,
        long refused429,
        long ambiguous,
        double postsPerSecond) {
    /** What may be done with a lane. */
    public enum State {
        /** It takes posts, at its rate. */
        OPEN,
        /** It takes no posts for a while. */
        RESTING,
        /** It does not work; it is tried again now and then. */
        DEAD,
        /** It is others' to use. */
        UNUSED
    }
}
