/** A Bot API server that runs offline. */
module io.botmesh.emulator {
    exports io.botmesh.emulator;

    requires static transitive org.jspecify;
}
