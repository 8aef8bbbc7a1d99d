/** Programs that run as they stand. */
module io.botmesh.examples {
    requires static org.jspecify;
    requires transitive io.botmesh.bot;
    requires io.botmesh.store;
    requires io.botmesh.webhook;

    exports io.botmesh.examples;
}
