/** A webhook server in front of the runner: many bots on one port. */
module io.botmesh.webhook {
    requires static transitive org.jspecify;
    requires transitive io.botmesh.botapi;
    requires transitive io.botmesh.runner;
    requires org.eclipse.jetty.server;
    requires org.slf4j;

    exports io.botmesh.webhook;
}
