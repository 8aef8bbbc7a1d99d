/** A Bot API server as a state machine: no socket, no thread, no clock of its own. */
module io.botmesh.world {
    exports io.botmesh.world;

    requires java.desktop;
    requires static transitive org.jspecify;
    requires tools.jackson.core;
    requires tools.jackson.databind;
}
