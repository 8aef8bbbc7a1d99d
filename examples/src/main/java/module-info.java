/** Programs that run as they stand. */
module io.botmesh.examples {
    requires static org.jspecify;
    requires io.botmesh.bot;
    requires io.botmesh.store;
    requires io.botmesh.webhook;
}
