/** Meters, events and health of runners. */
module io.botmesh.metrics {
    requires static transitive org.jspecify;
    requires transitive io.botmesh.runner;
    requires transitive io.botmesh.botapi;
    requires transitive io.botmesh.bot;
    requires transitive micrometer.core;
    requires micrometer.registry.prometheus;
    requires org.slf4j;

    exports io.botmesh.metrics;
}
