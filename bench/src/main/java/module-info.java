/** Measures speed and size. */
module io.botmesh.bench {
    requires io.botmesh.emulator;
    requires java.management;
    requires jdk.management;
    requires org.eclipse.jetty.http;
    requires org.eclipse.jetty.io;
    requires org.eclipse.jetty.server;
    requires org.eclipse.jetty.util;
    requires static org.jspecify;
}
