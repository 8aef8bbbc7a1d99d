package io.botmesh.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who has to do with a topic that the first node owns.
 *
 * @param members    who read it, ascending; the owner among them
 * @param publishers of them, known to all of them
 */
record Subscription(List<Integer> members, List<Integer> publishers) {
    private static final int MOST_MEMBERS = 12;
    private static final int MOST_PUBLISHERS = 3;

    static Subscription of(Topology topology, SplittableRandom random) {
        var members = new TreeSet<Integer>();
        members.add(0);
        var reached = new ArrayList<>(topology.posts(0)); // the owner tells them of keys
        while (!reached.isEmpty() && members.size() < MOST_MEMBERS)
            members.add(reached.remove(/* index */ random.nextInt(reached.size())));
        var known = new ArrayList<Integer>();
        for (int one : members) {
            boolean toAll = members.stream()
                    .allMatch(other -> other == one || topology.posts(other).contains(one));
            if (toAll) known.add(one);
        }
        var publishers = new TreeSet<Integer>();
        while (!known.isEmpty() && publishers.size() < MOST_PUBLISHERS)
            publishers.add(known.remove(/* index */ random.nextInt(known.size())));
        return new Subscription(List.copyOf(members), List.copyOf(publishers));
    }

    Set<String> names(List<Integer> nodes) {
        return nodes.stream().map(Scenery::name).collect(Collectors.toSet());
    }
}
