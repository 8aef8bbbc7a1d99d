/** The botmesh command: alone reads flags and environment, alone prints. */
module io.botmesh.cli {
    requires static org.jspecify;
    requires io.botmesh.bot;
    requires io.botmesh.emulator;
    requires io.botmesh.mesh;
    requires io.botmesh.metrics;
    requires io.botmesh.sim;
    requires io.botmesh.store;
    requires io.botmesh.webhook;
    requires info.picocli;
    requires java.compiler;
    requires java.sql;
    requires org.slf4j;
    requires tools.jackson.core;

    provides System.LoggerFinder with
            io.botmesh.cli.LogFinder;

    opens io.botmesh.cli to
            info.picocli;
}
