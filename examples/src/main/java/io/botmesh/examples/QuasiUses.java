package io.botmesh.examples;

import io.botmesh.mesh.Aggregate;
import io.botmesh.mesh.Mesh;
import io.botmesh.mesh.Message;
import io.botmesh.mesh.Node;
import io.botmesh.mesh.NodeStore;
import io.botmesh.mesh.Quasi;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Flow;

/** What quasi-servers are for. Each server is given back before it is started. */
public final class QuasiUses {
    private QuasiUses() {}

    /** Results that become one: each counts once, whatever dies. */
    public static Aggregate sum(Quasi server) {
        return server.aggregate("sum", "result.*", (state, message) -> {
            long so = state.length == 0 ? 0 : Long.parseLong(new String(state, StandardCharsets.UTF_8));
            return Long.toString(so + Long.parseLong(message.text())).getBytes(StandardCharsets.UTF_8);
        });
    }

    /** Readings of any number of sensors, as fast as they can be taken. */
    public static void readings(Quasi server, Flow.Subscriber<Message> into) {
        server.readings("sensor.>").subscribe(into);
    }

    /** A sensor: each reading is on its disk when {@code send} returns, and arrives in order. */
    public static void measure(Node sensor, String what, double value) throws InterruptedException {
        sensor.link("server").stream(what).send("sensor." + what, Double.toString(value));
    }

    /** Work whose result goes into a database, once: the message's id is written in the same transaction. */
    public static Quasi orders(Quasi server, String database) {
        return server.handle("order", message -> {
            try (var connection = DriverManager.getConnection(database)) {
                connection.setAutoCommit(false);
                if (change(connection, "INSERT INTO handled VALUES (?) ON CONFLICT DO NOTHING", message.id()) == 1) {
                    change(connection, "INSERT INTO orders(item) VALUES (?)", message.text());
                }
                connection.commit();
            }
        });
    }

    private static int change(Connection connection, String sql, String value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, value);
            return statement.executeUpdate();
        }
    }

    /** A gateway: hands on what comes, ten at once or after two seconds, so that nobody behind it learns who sent it. */
    public static Quasi gateway(Mesh mesh, NodeStore store) {
        return Quasi.gateway(mesh.setup(store), 10, Duration.ofSeconds(2));
    }

    /** Sends through it. */
    public static void tell(Node whistleblower, String text) throws Exception {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        whistleblower.link("gateway").sendHidden("press", "tip", body).get();
    }
}
