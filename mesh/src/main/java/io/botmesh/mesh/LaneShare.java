package io.botmesh.mesh;

/**
 * This process's share of lanes that it uses together with others. The holders do not talk to each other:
 * each keeps to its part of the rate, and their first posts are spread out by position.
 *
 * @param holders  processes that post through the same lanes, at least 1
 * @param position which of them this is, from 0
 */
public record LaneShare(int holders, int position) {
    /** Nobody else posts through these lanes. */
    public static final LaneShare WHOLE = new LaneShare(1, 0);

    public LaneShare {
        if (holders < 1) throw new IllegalArgumentException("holders: " + holders);
        if (position < 0 || position >= holders) {
            throw new IllegalArgumentException("position " + position + " of " + holders);
        }
    }
}
