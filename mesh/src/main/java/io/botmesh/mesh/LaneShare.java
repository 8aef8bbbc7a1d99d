package io.botmesh.mesh;

/** How a process shares its lanes with others that post through them. */
public sealed interface LaneShare {
    /** Nobody else posts through these lanes. */
    LaneShare WHOLE = new Part(1, 0);

    /**
     * Each holder keeps to an equal part of the rate of every lane, and their first posts are spread out by position.
     *
     * @param holders  processes that post through the same lanes, at least 1
     * @param position which of them this is, from 0
     */
    record Part(int holders, int position) implements LaneShare {
        public Part {
            if (holders < 1) throw new IllegalArgumentException("holders: " + holders);
            if (position < 0 || position >= holders) {
                throw new IllegalArgumentException("position " + position + " of " + holders);
            }
        }
    }

    /**
     * Nobody knows who else posts. A node is at home on a few writers that follow from its name, and goes to others as a
     * guest while it has more to post than those take.
     *
     * @param node the node's name, the same at every start; not empty
     */
    record Sticky(String node) implements LaneShare {
        public Sticky {
            if (node.isEmpty()) throw new IllegalArgumentException("the node has no name");
        }
    }

    /**
     * The reader says which node posts how often through which lane. Without its word, or two minutes after the last one,
     * a node keeps to an eighth of the rate of its home lanes.
     *
     * @param node the node's name, the same at every start; not empty
     */
    record Granted(String node) implements LaneShare {
        public Granted {
            if (node.isEmpty()) throw new IllegalArgumentException("the node has no name");
        }
    }
}
