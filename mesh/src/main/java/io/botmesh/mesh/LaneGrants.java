package io.botmesh.mesh;

import io.botmesh.mesh.Lanes.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A reader's division of its lanes among the nodes that post to it: what a node does not want is the others' (max-min
 * fairness), and a node gets neighbouring lanes, most of them whole, so that few are shared. Holds no clock or thread;
 * {@code now} is a {@link System#nanoTime()}. Not thread-safe.
 */
final class LaneGrants {
    /** A node that was not heard for so long wants nothing. Longer than a grant lives, so no lane has two owners. */
    private static final long FORGET = 2 * Lanes.GRANT_LIFE.toNanos();

    /** What a node wants beyond what it posts now, so that it can begin to ask for more. */
    private static final double FOOT = 1.0 / 60;

    private static final class Want {
        double postsPerSecond;
        long heard;
    }

    private final int lanes;
    private final double postsPerSecond;
    private final Map<Long, Want> wants = new TreeMap<>(); // a fixed order keeps nodes on their lanes

    LaneGrants(int lanes, double postsPerSecond) {
        if (lanes < 1) throw new IllegalArgumentException("lanes: " + lanes);
        this.lanes = lanes;
        this.postsPerSecond = postsPerSecond;
    }

    /**
     * A node says, or is seen to need, so much.
     *
     * @param node           its outbox's incarnation
     * @param postsPerSecond of its backlog, which it should be rid of in a moment
     */
    void onWant(long node, double postsPerSecond, long now) {
        Want want = wants.computeIfAbsent(node, any -> new Want());
        want.postsPerSecond = Math.max(FOOT, postsPerSecond);
        want.heard = now;
    }

    /** What a node may post, to be sent to it; none if it was not heard lately. */
    List<Grant> of(long node, long now) {
        wants.values().removeIf(want -> now - want.heard > FORGET);
        Map<Long, Double> shares = shares();
        List<Grant> grants = new ArrayList<>();
        double from = 0; // all lanes laid end to end, all nodes along them
        for (var share : shares.entrySet()) {
            double to = from + share.getValue();
            if (share.getKey() == node) cut(from, to, grants);
            from = to;
        }
        return grants;
    }

    private void cut(double from, double to, List<Grant> into) {
        for (int lane = (int) (from / postsPerSecond); lane < lanes; lane++) {
            double begin = lane * postsPerSecond;
            double part = Math.min(to, begin + postsPerSecond) - Math.max(from, begin);
            if (begin >= to) return;
            if (part > FOOT * postsPerSecond / 2) into.add(new Grant(lane, part));
        }
    }

    /** Nobody gets more than it wants, and nobody who wants more than it gets has less than another. */
    private Map<Long, Double> shares() {
        double left = lanes * postsPerSecond;
        var open = new TreeMap<Long, Double>();
        wants.forEach((node, want) -> open.put(node, want.postsPerSecond));
        var shares = new TreeMap<Long, Double>();
        while (!open.isEmpty()) {
            double fair = left / open.size();
            boolean modest = false;
            for (var entry : List.copyOf(open.entrySet())) {
                if (entry.getValue() > fair) continue;
                shares.put(entry.getKey(), entry.getValue());
                left -= entry.getValue();
                open.remove(entry.getKey());
                modest = true;
            }
            if (modest) continue;
            open.keySet().forEach(node -> shares.put(node, fair));
            break;
        }
        return shares;
    }
}
