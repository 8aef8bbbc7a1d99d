/** Measures speed and size. */
module io.botmesh.bench {
    requires io.botmesh.botapi;
    requires io.botmesh.emulator;
    requires io.botmesh.mesh;
    requires io.botmesh.runner;
    requires io.botmesh.seal;
    requires io.botmesh.sim;
    requires io.botmesh.store;
    requires io.botmesh.wire;
    requires io.botmesh.world;
    requires io.botmesh.webhook;
    requires java.management;
    requires java.sql;
    requires jdk.management;
    requires org.eclipse.jetty.http;
    requires org.eclipse.jetty.io;
    requires org.eclipse.jetty.server;
    requires org.eclipse.jetty.util;
    requires org.xerial.sqlitejdbc;
    requires static org.jspecify;
}
