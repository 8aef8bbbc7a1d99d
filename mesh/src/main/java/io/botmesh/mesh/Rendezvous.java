package io.botmesh.mesh;

/** Highest random weight: each node ranks the same things in its own order, and keeps it when others come or go. */
final class Rendezvous {
    private Rendezvous() {}

    /** How much a node is drawn to a thing; the same on every machine and at every start. */
    static long weight(String node, long thing) {
        long hash = 0xcbf29ce484222325L; // FNV-1a
        for (int i = 0; i < node.length(); i++) hash = (hash ^ node.charAt(i)) * 0x100000001b3L;
        return mix(hash ^ mix(thing));
    }

    private static long mix(long z) { // SplittableRandom's
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
