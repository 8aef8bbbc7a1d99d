package io.botmesh.cli;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Who speaks with whom in a new mesh. */
enum Topology {
    /** Everybody with everybody. */
    FULL,
    /** Each with the one before and the one behind it. */
    RING,
    /** The first with all others, and these with the first alone. */
    STAR;

    /** With whom one of these speaks, in their order. */
    Set<String> neighbours(List<String> nodes, String node) {
        int at = nodes.indexOf(node);
        var near = new LinkedHashSet<String>();
        for (int i = 0; i < nodes.size(); i++) {
            int apart = Math.floorMod(i - at, nodes.size());
            boolean linked = switch (this) {
                case FULL -> true;
                case RING -> apart == 1 || apart == nodes.size() - 1;
                case STAR -> i == 0 || at == 0;
            };
            if (i != at && linked) near.add(nodes.get(i));
        }
        return near;
    }
}
