package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.Journal;
import io.botmesh.runner.JournalException;
import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * All processes of a PostgreSQL server are killed while a journal writes, and with them all that the server had in memory alone:
 * commits that do not wait for their log, for one, which is what server, database and role are set to here. What the machine's own
 * memory loses with its power is up to the server's fsync, and not shown.
 */
class PostgresKillTest {
    @TempDir
    Path folder;

    /** What the journal has promised, and what it may have done besides. */
    private static final class Promises {
        final Set<Long> stored = new TreeSet<>();
        final Set<Long> tried = new HashSet<>();
        final Set<Long> ended = new HashSet<>();
        final Set<Long> flushed = new HashSet<>();
    }

    private EmbeddedPostgres server() throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .setServerConfig("synchronous_commit", "off")
                .setServerConfig("wal_writer_delay", "10s") // so that nothing but a commit writes the log soon
                .setPGStartupWait(Duration.ofMinutes(3))
                .start();
    }

    /** The postmaster first, so that it ends nobody in order. */
    private void kill() throws IOException {
        long postmaster =
                Long.parseLong(Files.readAllLines(folder.resolve("data").resolve("postmaster.pid"))
                        .getFirst());
        var all = Stream.concat(
                        ProcessHandle.of(postmaster).stream(),
                        ProcessHandle.of(postmaster).stream().flatMap(ProcessHandle::descendants))
                .toList();
        assertThat(all).hasSizeGreaterThan(3);
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }

    private static JdbcJournal<Item> journal(PostgresDatabase database) {
        return new JdbcJournal<>(database, 1, Item::id, JournalContract.CODEC);
    }

    private static List<Item> items(Random random, long from) {
        return LongStream.rangeClosed(from, from + random.nextInt(20))
                .mapToObj(id -> new Item(id, "x".repeat(random.nextInt(2_000))))
                .toList();
    }

    /** Appends and marks until the server is gone. */
    private static void write(
            JdbcJournal<Item> journal, Random random, long from, Promises promises, CountDownLatch told) {
        long next = from;
        var open = new ArrayList<Journal.Entry<Item>>();
        var ended = new ArrayList<Long>(); // of this life
        try {
            while (true) {
                var items = items(random, next);
                next += items.size();
                items.forEach(item -> promises.tried.add(item.id()));
                var entries = journal.append(items);
                items.forEach(item -> promises.stored.add(item.id()));
                open.addAll(entries);
                told.countDown();
                for (int i = random.nextInt(1 + open.size() / 2); i > 0; i--) {
                    var entry = open.remove(random.nextInt(open.size()));
                    promises.ended.add(entry.update().id());
                    ended.add(entry.update().id());
                    journal.done(entry.sequence());
                }
                if (random.nextInt(8) > 0) continue;
                journal.flush();
                promises.flushed.addAll(ended);
            }
        } catch (JournalException killed) {
            // Which is the point.
        }
    }

    private static void check(JdbcJournal<Item> journal, Promises promises) {
        var found = journal.undone(0, Integer.MAX_VALUE).stream()
                .map(entry -> entry.update().id())
                .toList();
        assertThat(found).as("in order, each once").isSorted().doesNotHaveDuplicates();
        var owed = new TreeSet<>(promises.stored);
        owed.removeAll(promises.ended);
        assertThat(found).as("nothing is lost").containsAll(owed);
        assertThat(found).as("nothing was made up").allMatch(promises.tried::contains);
        assertThat(found).as("no end that was flushed").noneMatch(promises.flushed::contains);
    }

    private void killAgainAndAgain(int kills) throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("PostgresKillTest seed " + seed);
        var random = new Random(seed);
        var promises = new Promises();
        for (int life = 0; life <= kills; life++) {
            try (var server = server()) {
                var url = server.getJdbcUrl("postgres", "postgres");
                if (life == 0) doNotWaitForTheLog(url);
                try (var database = PostgresDatabase.open(url, "postgres", "", Duration.ZERO)) {
                    var journal = journal(database);
                    check(journal, promises);
                    if (life == kills) return;
                    long from = 1 + life * 1_000_000L;
                    var own = new Random(random.nextLong());
                    var told = new CountDownLatch(1 + random.nextInt(60));
                    var writer = Thread.ofPlatform().start(() -> write(journal, own, from, promises, told));
                    told.await();
                    kill();
                    writer.join();
                }
            }
        }
    }

    private static void doNotWaitForTheLog(String url) throws SQLException {
        try (var connection = DriverManager.getConnection(url, "postgres", "");
                var sql = connection.createStatement()) {
            sql.execute("ALTER DATABASE postgres SET synchronous_commit = off");
            sql.execute("ALTER ROLE postgres SET synchronous_commit = off");
            sql.execute("ALTER ROLE postgres IN DATABASE postgres SET synchronous_commit = off");
        }
    }

    @Test
    @Timeout(600)
    void line15AServerThatIsKilledWithAllItsProcessesHasWhateverTheJournalSaidWasStored() throws Exception {
        killAgainAndAgain(1);
    }

    @Test
    @Tag("slow")
    @Timeout(1800)
    void line15SoItHasAfterTwentyKills() throws Exception {
        killAgainAndAgain(20);
    }

    @Test
    @Timeout(300)
    void line15CommitsWaitForTheirLogWhateverServerDatabaseAndRoleSay() throws SQLException {
        var url = EmbeddedPostgresServer.newDatabase();
        try (var connection = DriverManager.getConnection(url, "postgres", "");
                var sql = connection.createStatement();
                var name = sql.executeQuery("SELECT current_database()")) {
            name.next();
            var database = name.getString(1);
            sql.execute("ALTER DATABASE " + database + " SET synchronous_commit = off");
            sql.execute("ALTER ROLE postgres IN DATABASE " + database + " SET synchronous_commit = off");
        }
        var theirs = new PGSimpleDataSource();
        theirs.setUrl(url);
        theirs.setUser("postgres");
        assertThat(setting(theirs)).isEqualTo("off");
        try (var own = EmbeddedPostgresServer.open(url);
                var lent = PostgresDatabase.open(theirs)) {
            for (var database : List.of(own, lent))
                assertThat(database.<String>call(handle -> handle.select("SHOW synchronous_commit")
                                .mapTo(String.class)
                                .one()))
                        .isEqualTo("on");
        }
    }

    private static String setting(PGSimpleDataSource pool) throws SQLException {
        try (var connection = pool.getConnection();
                var sql = connection.createStatement();
                var rows = sql.executeQuery("SHOW synchronous_commit")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
