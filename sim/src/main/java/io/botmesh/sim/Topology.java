package io.botmesh.sim;

import io.botmesh.sim.SimOptions.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Who knows whom. */
final class Topology {
    private static final int ACQUAINTANCES = 4;

    private final List<TreeSet<Integer>> posts = new ArrayList<>();
    private final Shape shape;

    private Topology(Shape shape, int nodes) {
        this.shape = shape;
        for (int i = 0; i < nodes; i++) posts.add(new TreeSet<>());
    }

    static Topology of(Shape shape, int nodes, SplittableRandom random) {
        var topology = new Topology(shape, nodes);
        for (int i = 0; i < nodes; i++) {
            switch (shape) {
                case RING -> topology.join(i, (i + 1) % nodes);
                case STAR, GATHER -> topology.join(0, i);
                case FULL -> {
                    for (int other = 0; other < i; other++) topology.join(i, other);
                }
                case RANDOM -> {
                    if (i > 0) topology.join(i, random.nextInt(i)); // all hang together
                    for (int k = 0; k < ACQUAINTANCES / 2 - 1; k++) topology.join(i, random.nextInt(nodes));
                }
                case QUASI -> {
                    if (i > 0) topology.posts.get(i).add(0);
                }
            }
        }
        return topology;
    }

    private void join(int one, int other) {
        if (one == other) return;
        posts.get(one).add(other);
        posts.get(other).add(one);
    }

    /** Whom a node can post to, ascending. */
    List<Integer> posts(int node) {
        return List.copyOf(posts.get(node));
    }

    /** Whom a node has messages for. */
    List<Integer> targets(int node) {
        return shape == Shape.GATHER && node == 0 ? List.of() : posts(node);
    }

    /** How many nodes post to this one. */
    int posters(int node) {
        return Math.toIntExact(posts.stream().filter(of -> of.contains(node)).count());
    }

    /** Whether nobody shares a channel's writers with others. */
    boolean alone() {
        for (int i = 0; i < posts.size(); i++) if (posters(i) > 1) return false;
        return true;
    }

    /** Whether nodes can answer those that post to them. */
    boolean answers() {
        return shape != Shape.QUASI;
    }
}
