package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.Codec;
import io.botmesh.runner.DeadLetters;
import io.botmesh.store.JdbcJournal;
import io.botmesh.store.JdbcNodeStore;
import io.botmesh.store.LeaseOptions;
import io.botmesh.store.PostgresDatabase;
import io.botmesh.store.PostgresLease;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The journal of a bot that may run on any of several machines. */
@Timeout(300)
@SuppressWarnings("NullAway.Init") // set before the test
class JournalCommandPostgresTest {
    private static final String UPDATE = "{\"update_id\":7,\"message\":{\"message_id\":1,\"date\":1,"
            + "\"chat\":{\"id\":-7,\"type\":\"group\"},\"text\":\"hello\"}}";

    private EmbeddedPostgres server;
    private String url;
    private String out = "";
    private String err = "";

    @BeforeEach
    void start() throws IOException {
        server = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(3))
                .start();
        url = "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private int run(String command, String... more) {
        return runIn("postgres", command, more);
    }

    private int runIn(String name, String command, String... more) {
        var place = "postgresql://postgres@localhost:" + server.getPort() + "/" + name;
        var line = new ArrayList<>(List.of("journal", command, "--journal", place));
        line.addAll(List.of(more));
        return runLine(line);
    }

    private int runLine(List<String> line) {
        var said = new ByteArrayOutputStream();
        var complained = new ByteArrayOutputStream();
        int code =
                Botmesh.run(new Terminal(InputStream.nullInputStream(), said, complained), line.toArray(String[]::new));
        out = said.toString(StandardCharsets.UTF_8);
        err = complained.toString(StandardCharsets.UTF_8);
        return code;
    }

    @Test
    void aStoreOfANodeIsLookedIntoOnlyIfThereIsOne() {
        assertThat(aside("reader")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err).hasLineCount(1).contains("no node has a store in");
        try (var database = PostgresDatabase.open(url, "postgres", "")) {
            assertThat(aside("reader")).isEqualTo(ExitCodes.WRONG_USE);
            assertThat(err).hasLineCount(1).contains("no node has a store in");
            JdbcNodeStore.open(database, "reader").close();
            assertThat(aside("raeder")).isEqualTo(ExitCodes.WRONG_USE);
            assertThat(err).hasLineCount(1).contains("node raeder has no store in", "these have: [reader]");
            assertThat(JdbcNodeStore.nodes(database)).as("a look makes none").containsExactly("reader");
        }
        assertThat(aside("reader")).isZero();
        assertThat(out).isEqualTo("0 aside\n");
    }

    private int aside(String node) {
        return runLine(List.of(
                "aside", "ls", "--store", "postgresql://postgres@localhost:" + server.getPort() + "/postgres", node));
    }

    private int tables() throws SQLException {
        try (var connection = DriverManager.getConnection(url, "postgres", "");
                var sql = connection.createStatement();
                var rows = sql.executeQuery("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void aJournalIsLookedIntoWhileNobodyHasItsLeaseAndLeftAloneWhileSomebodyHas() throws Exception {
        assertThat(run("ls")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err).hasLineCount(1).contains("no bot has a journal");
        assertThat(tables()).as("a look makes none").isZero();
        try (var database = PostgresDatabase.open(url, "postgres", "");
                var lease = PostgresLease.open(url, "postgres", "", LeaseOptions.ofBot(42));
                var journal = new JdbcJournal<>(database, 42, Arrays::hashCode, Codec.bytes())) {
            lease.acquire();
            long dead = journal.append(List.of(UPDATE.getBytes(StandardCharsets.UTF_8)))
                    .getFirst()
                    .sequence();
            journal.dead(dead, 8, new DeadLetters.Cause("x.Poison", "no luck", ""));
            journal.flush();
            assertThat(run("dead")).isEqualTo(ExitCodes.FAILED);
            assertThat(err).hasLineCount(1).contains("of bot 42", "in use by a program that has its lease");
            assertThat(journal.append(List.of(new byte[] {1}))).hasSize(1); // still the program's own
        }
        assertThat(run("dead")).isZero();
        assertThat(out).contains("update 7", "x.Poison: no luck").endsWith("1 dead\n");
        assertThat(run("replay", "--all")).isZero();
        assertThat(run("ls")).isZero();
        assertThat(out).contains("update 7").endsWith("2 waiting\n");
        assertThat(run("compact")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err).contains("PostgreSQL keeps its own files small");
        assertThat(run("ls", "--bot", "43")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err).hasLineCount(1).contains("no journal of bot 43", "it has [42]");
        assertThat(runIn("none", "ls")).isEqualTo(ExitCodes.FAILED);
        assertThat(err).hasLineCount(1).contains("/none", "does not exist");
    }
}
