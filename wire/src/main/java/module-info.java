/** The mesh protocol as values and state machines: armour, packets, frames, streams. */
module io.botmesh.wire {
    requires static transitive org.jspecify;

    exports io.botmesh.wire;
}
