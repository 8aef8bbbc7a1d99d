/** Calls and types of the Telegram Bot API, and a blocking client. */
module io.botmesh.botapi {
    requires static transitive org.jspecify;
    requires org.eclipse.jetty.client;
    requires tools.jackson.core;

    exports io.botmesh.botapi;
}
