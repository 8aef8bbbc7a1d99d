/** Bots in ten lines: handlers, filters, sessions and conversations over the runner. */
module io.botmesh.bot {
    exports io.botmesh.bot;

    requires static transitive org.jspecify;
    requires transitive io.botmesh.botapi;
    requires transitive io.botmesh.runner;
    requires org.slf4j;
    requires transitive tools.jackson.databind;
}
