/** Programs that run as they stand. */
module io.botmesh.examples {
    requires static org.jspecify;
    requires io.botmesh.bot;
    requires io.botmesh.mesh;
    requires io.botmesh.metrics;
    requires io.botmesh.store;
    requires io.botmesh.webhook;
    requires java.sql;
}
