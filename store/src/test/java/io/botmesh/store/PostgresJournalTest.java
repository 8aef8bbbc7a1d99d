package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.runner.Codec;
import io.botmesh.runner.Journal;
import io.botmesh.runner.JournalException;
import io.botmesh.runner.contract.StoredJournalContract;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The journal in a real PostgreSQL. */
class PostgresJournalTest extends StoredJournalContract {
    /** Those that hold updates. */
    private static final List<String> TABLES = List.of("update_batch", "update_dead");

    private static final String NEWER = "INSERT INTO botmesh_schema_history (installed_rank, version, description,"
            + " type, script, installed_by, execution_time, success) SELECT max(installed_rank) + 1, '999', 'newer',"
            + " 'SQL', 'V999__newer.sql', 'postgres', 1, true FROM botmesh_schema_history";

    private final String url = EmbeddedPostgresServer.newDatabase();
    private @Nullable PostgresDatabase database;

    @Override
    protected Journal<Item> open(long botId) {
        database = EmbeddedPostgresServer.open(url);
        return journal(Objects.requireNonNull(database), botId);
    }

    private JdbcJournal<Item> journal(PostgresDatabase in, long botId) {
        return new JdbcJournal<>(in, botId, Item::id, CODEC, () -> now, () -> nanos);
    }

    @Override
    protected <U> Journal<U> open(ToLongFunction<? super U> updateId, Codec<U> codec) {
        var opened = EmbeddedPostgresServer.open(url);
        database = opened;
        return new JdbcJournal<>(opened, 1, updateId, codec, () -> now, () -> nanos);
    }

    @Override
    protected void end(Journal<?> journal) {
        journal.close();
        Objects.requireNonNull(database).close();
    }

    /** With the words and the code of a server whose disk is full. */
    @Override
    protected void fill() {
        execute("""
                CREATE FUNCTION full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  RAISE EXCEPTION 'could not extend file "base/5/16384": No space left on device' USING ERRCODE = '53100';
                END $$""");
        for (var table : TABLES)
            execute("CREATE TRIGGER full_disk BEFORE INSERT ON " + table
                    + " FOR EACH ROW WHEN (octet_length(NEW.payload) > 100000) EXECUTE FUNCTION full()");
    }

    @Override
    protected void makeRoom() {
        for (var table : TABLES) execute("DROP TRIGGER full_disk ON " + table);
        execute("DROP FUNCTION full()");
    }

    @Test
    void tablesOfANewerVersionAreRefused() {
        end(open(1));
        execute(NEWER);
        assertThatThrownBy(() -> open(1))
                .isInstanceOf(JournalException.Unusable.class)
                .message()
                .contains("a newer version of Botmesh made its tables: update this one")
                .doesNotContain("\n");
    }

    /** As where programs of two versions start at once on an empty database. */
    @Test
    void tablesThatANewerVersionMakesMeanwhileAreRefused() throws Exception {
        end(open(1));
        try (var connection = DriverManager.getConnection(url, "postgres", "");
                var sql = connection.createStatement()) {
            sql.execute("CREATE TABLE kept AS SELECT * FROM botmesh_schema_history");
            sql.execute("DELETE FROM botmesh_schema_history");
            sql.execute("SELECT pg_advisory_lock(" + Migrations.LOCK + ")"); // whoever makes tables has it
            var opening = CompletableFuture.supplyAsync(() -> open(1));
            while (number(sql, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 0)
                Thread.onSpinWait();
            sql.execute("INSERT INTO botmesh_schema_history SELECT * FROM kept");
            sql.execute(NEWER);
            sql.execute("SELECT pg_advisory_unlock(" + Migrations.LOCK + ")");
            assertThatThrownBy(opening::join)
                    .cause()
                    .isInstanceOf(JournalException.Unusable.class)
                    .hasMessageContaining("a newer version of Botmesh made its tables: update this one");
        }
    }

    private static int number(Statement sql, String query) throws SQLException {
        try (var rows = sql.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** What the pool or Flyway say around it tells nobody what to do. */
    @Test
    void whyTablesCannotBeMadeIsSaidInTheServersWords() {
        execute("CREATE ROLE ann LOGIN");
        execute("CREATE ROLE one LOGIN CONNECTION LIMIT 1");
        try {
            refusedTo("ann", "permission denied for schema public");
            execute("GRANT ALL ON SCHEMA public TO one");
            refusedTo("one", "too many connections for role");
        } finally {
            execute("REVOKE ALL ON SCHEMA public FROM one");
            execute("DROP ROLE ann");
            execute("DROP ROLE one");
        }
    }

    private void refusedTo(String user, String words) {
        assertThatThrownBy(() -> PostgresDatabase.open(url.replaceAll("\\?.*", ""), user, ""))
                .isInstanceOf(JournalException.Unusable.class)
                .message()
                .contains("its tables cannot be brought up to date: ", words)
                .doesNotContain("\n", "botmesh -");
    }

    private void execute(String statement) {
        try (var connection = DriverManager.getConnection(url, "postgres", "");
                var sql = connection.createStatement()) {
            sql.execute(statement);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void durabilityCostsPerBatchAndNotPerUpdate() {
        var journal = open(1);
        var opened = Objects.requireNonNull(database);
        long before = opened.transactions();
        for (int i = 0; i < 20; i++) {
            var entries = journal.append(items(i * 100L, i * 100L + 99));
            opened.call(handle -> {
                entries.forEach(entry -> journal.done(entry.sequence())); // while the writer is busy
                return 0;
            });
        }
        journal.flush();
        assertThat(opened.transactions() - before).isLessThanOrEqualTo(20 * 3 + 1);
        end(journal);
    }

    /** Line 27: two processes may both have fetched the same updates; only one of them may have them. */
    @Test
    void whoeverOpensItTakesItOverAndTheEarlierOneWritesNothingMore() {
        var first = open(1);
        var entries = first.append(items(1, 10));
        first.done(entries.getFirst().sequence());
        first.flush();
        try (var other = EmbeddedPostgresServer.open(url)) {
            var second = journal(other, 1);
            assertThat(second.undone(0, 100)).hasSize(9).allMatch(Journal.Entry::repeated);
            assertThatThrownBy(() -> first.append(items(11, 12)))
                    .isInstanceOf(JournalException.TakenOver.class)
                    .hasMessageContaining("taken over by another process")
                    .message()
                    .doesNotContain("\n");
            assertThatThrownBy(() -> first.began(entries.get(1).sequence(), 2))
                    .isInstanceOf(JournalException.TakenOver.class);
            first.done(entries.get(1).sequence());
            assertThatThrownBy(first::flush).isInstanceOf(JournalException.TakenOver.class);
            assertThat(second.append(items(11, 12))).hasSize(2);
            second.undone(0, 100).forEach(entry -> second.done(entry.sequence()));
            second.close();
            assertThat(second.size()).isZero();
        }
        Objects.requireNonNull(database).close();
        try (var last = EmbeddedPostgresServer.open(url)) {
            assertThat(journal(last, 1).size()).isZero();
        }
    }

    @Test
    void aBrokenConnectionIsReplacedAndWhatWasUnderWayIsDoneAgain() throws Exception {
        var journal = open(1);
        journal.append(items(1, 2));
        var broken = new AtomicInteger();
        try (var admin = DriverManager.getConnection(url, "postgres", "");
                var sql = admin.createStatement()) {
            var opened = Objects.requireNonNull(database);
            int updated = opened.call(handle -> {
                if (broken.getAndIncrement() == 0)
                    sql.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                            + "WHERE pid <> pg_backend_pid() AND datname = current_database()");
                return handle.execute("UPDATE update_batch SET id = id");
            });
            assertThat(updated).isOne();
        }
        assertThat(broken).hasValue(2);
        assertThat(journal.append(items(2, 3))).hasSize(1);
        assertThat(journal.size()).isEqualTo(3);
        end(journal);
    }

    /** Another server's trouble is not ours: nobody waits for that one. */
    @Test
    void workThatFailsAtAnotherServerFailsAtOnce() {
        var journal = open(1);
        var tries = new AtomicInteger();
        assertThatThrownBy(() -> Objects.requireNonNull(database).call(handle -> {
                    tries.incrementAndGet();
                    throw new SQLException("connection refused", "08001");
                }))
                .isInstanceOf(JournalException.NotStored.class);
        assertThat(tries).hasValue(1);
        assertThat(journal.append(items(1, 3))).hasSize(3);
        end(journal);
    }

    @Test
    void sharesADatabaseWithTablesOfTheUsersAndIsOpenedByManyAtOnce() throws Exception {
        try (var connection = DriverManager.getConnection(url, "postgres", "");
                var sql = connection.createStatement()) {
            sql.execute("CREATE TABLE theirs (n INTEGER)");
        }
        var threads = LongStream.rangeClosed(1, 4)
                .mapToObj(bot -> {
                    var failed = new Throwable[1];
                    var thread = Thread.ofPlatform().start(() -> {
                        try (var opened = EmbeddedPostgresServer.open(url)) {
                            assertThat(journal(opened, bot).append(items(1, 5))).hasSize(5);
                        } catch (Throwable thrown) {
                            failed[0] = thrown;
                        }
                    });
                    return new Object() {
                        void join() throws InterruptedException {
                            thread.join();
                            assertThat(failed[0]).isNull();
                        }
                    };
                })
                .toList();
        for (var thread : threads) thread.join();
        assertThat(open(3).size()).isEqualTo(5);
        Objects.requireNonNull(database).close();
    }

    @Test
    void saysInOneLineThatItCannotConnectAndNotThePassword() {
        assertThatThrownBy(() -> PostgresDatabase.open(
                        url.substring(0, url.indexOf('?')) + "?password=se-cret", "nobody", "se-cret"))
                .isInstanceOf(JournalException.Unusable.class)
                .hasMessageContaining("jdbc:postgresql://localhost")
                .message()
                .doesNotContain("se-cret", "\n");
    }

    /** Frozen, or on a machine that is gone: the server waits for hours for what it says next. */
    @Test
    @Tag("slow")
    void whoIsFrozenInATransactionKeepsTheJournalFromNobodyForLong() throws Exception {
        try (var first = EmbeddedPostgresServer.open(url);
                var second = EmbeddedPostgresServer.open(url)) {
            var journal = journal(first, 1);
            var inside = new CountDownLatch(1);
            var thaws = new CountDownLatch(1);
            var frozen = first.submit(handle -> {
                handle.execute("UPDATE update_journal SET incarnation = incarnation WHERE bot_id = 1");
                inside.countDown();
                thaws.await();
                return handle.execute("UPDATE update_journal SET incarnation = incarnation WHERE bot_id = 1");
            });
            inside.await();
            journal(second, 1).close(); // which waits for what the frozen one has locked
            thaws.countDown();
            assertThat(frozen.join())
                    .as("done again, as its connection was gone")
                    .isOne();
            assertThatThrownBy(() -> journal.append(List.of(new Item(1, "x"))))
                    .isInstanceOf(JournalException.TakenOver.class);
        }
    }
}
