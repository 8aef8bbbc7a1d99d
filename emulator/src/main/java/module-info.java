/** A Bot API server that runs offline. */
module io.botmesh.emulator {
    exports io.botmesh.emulator;

    requires transitive io.botmesh.world;
    requires java.sql;
    requires org.eclipse.jetty.http;
    requires org.eclipse.jetty.io;
    requires org.eclipse.jetty.server;
    requires org.eclipse.jetty.util;
    requires org.slf4j;
    requires static transitive org.jspecify;
    requires tools.jackson.core;
    requires tools.jackson.databind;
}
