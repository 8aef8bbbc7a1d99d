/** Runs updates from a source through keyed lanes into a sink. */
module io.botmesh.runner {
    requires static transitive org.jspecify;
    requires java.management;
    requires jdk.jfr;

    exports io.botmesh.runner;
}
