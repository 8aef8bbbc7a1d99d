/** Whole meshes on one thread, from a seed. */
module io.botmesh.sim {
    requires static transitive org.jspecify;
    requires io.botmesh.botapi;
    requires io.botmesh.emulator;
    requires io.botmesh.mesh;
    requires io.botmesh.seal;
    requires io.botmesh.wire;
    requires io.botmesh.world;

    exports io.botmesh.sim;
}
