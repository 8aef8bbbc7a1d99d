package io.botmesh.sim;

import io.botmesh.mesh.NodeEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What processes have told of as missed since their last commit. If one dies now, its next one tells all of that again: so it counts
 * as not told.
 */
final class FreshMisses {
    private final Map<String, List<NodeEvent>> byNode = new HashMap<>();

    /** One of pieces, or of packets. */
    void onTold(String node, NodeEvent missed) {
        byNode.computeIfAbsent(node, any -> new ArrayList<>()).add(missed);
    }

    void onCommitted(String node) {
        byNode.remove(node);
    }

    /** Takes back what counts as not told. */
    void onKilled(String node, Consumer<NodeEvent> back) {
        List<NodeEvent> fresh = byNode.remove(node);
        if (fresh != null) fresh.forEach(back);
    }
}
