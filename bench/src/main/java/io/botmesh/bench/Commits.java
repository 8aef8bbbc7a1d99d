package io.botmesh.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;

/**
 * The least that keeping updates in SQLite can cost: batches are written and deleted in a bare loop, with the settings of the
 * journal's file but with nothing that makes a journal of it. A process of its own that obeys {@code run UPDATES} and answers
 * the nanoseconds of processor time that this took.
 */
final class Commits implements AutoCloseable {
    private static final int BATCH = 100;
    /** So many batches later a batch is deleted, in the transaction of the newest: its updates have ended by then. */
    private static final int LATER = 3;

    private final Connection connection;
    private final PreparedStatement begin;
    private final PreparedStatement insert;
    private final PreparedStatement delete;
    private final PreparedStatement commit;
    private long last;

    private Commits(Path file) throws SQLException {
        var config = new SQLiteConfig();
        config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
        connection = config.createConnection("jdbc:sqlite:" + file);
        try (var sql = connection.createStatement()) {
            sql.execute("PRAGMA auto_vacuum = INCREMENTAL");
            sql.execute("PRAGMA journal_mode = WAL");
            sql.execute("PRAGMA synchronous = FULL");
            sql.execute("PRAGMA wal_autocheckpoint = 4000");
            sql.execute("CREATE TABLE batch (id INTEGER PRIMARY KEY, payload BLOB NOT NULL)");
        }
        begin = connection.prepareStatement("BEGIN IMMEDIATE");
        insert = connection.prepareStatement("INSERT INTO batch (id, payload) VALUES (?, ?)");
        delete = connection.prepareStatement("DELETE FROM batch WHERE id = ?");
        commit = connection.prepareStatement("COMMIT");
    }

    public static void main(String[] args) throws Exception {
        var out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        System.setOut(System.err); // whatever logs must not answer
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (var folder = new Folder();
                var commits = new Commits(folder.file("batches.db"))) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                var words = line.split(" ", -1);
                if (!words[0].equals("run")) throw new IllegalArgumentException(line);
                out.println(commits.run(Long.parseLong(words[1])));
            }
        }
    }

    private long run(long updates) throws SQLException {
        var batch = Updates.batch(Updates.FIRST_ID, BATCH);
        long cpu = Vitals.cpuNanos();
        for (long i = 0; i < updates; i += BATCH) {
            begin.executeUpdate();
            last++;
            delete.setLong(1, last - LATER);
            delete.executeUpdate();
            insert.setLong(1, last);
            insert.setBytes(2, batch);
            insert.executeUpdate();
            commit.executeUpdate();
        }
        return Vitals.cpuNanos() - cpu;
    }

    @Override
    public void close() throws IOException {
        try (begin;
                insert;
                delete;
                commit;
                connection) {
            // That is all.
        } catch (SQLException late) {
            throw new IOException(late);
        }
    }
}
