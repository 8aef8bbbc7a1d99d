/** The mesh protocol as values and state machines: armour, packets, frames. */
module io.botmesh.wire {
    requires static transitive org.jspecify;

}
