package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.runner.JournalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

class SqliteDatabaseTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("test.db");
    }

    @Test
    void keepsWhatWasCommittedOverAReopening() {
        try (var database = SqliteDatabase.open(file())) {
            database.call(handle -> handle.execute("CREATE TABLE t (n INTEGER)"));
            database.call(handle -> handle.execute("INSERT INTO t VALUES (7)"));
        }
        try (var database = SqliteDatabase.open(file())) {
            assertThat(numbers(database)).containsExactly(7);
        }
    }

    /** The driver takes what follows a question mark in a plain name for settings. */
    @Test
    void aFileIsTheOneThatWasNamedWhateverItsName() {
        Path odd = folder.resolve("odd ?synchronous=off#%41 ä.db");
        try (var database = SqliteDatabase.open(odd)) {
            database.call(handle -> handle.execute("CREATE TABLE t (n INTEGER)"));
            database.call(handle -> handle.execute("INSERT INTO t VALUES (7)"));
            assertThat(folder).isDirectoryContaining(file -> file.equals(odd));
            assertThatThrownBy(() -> SqliteDatabase.open(odd, Content.ANY, 0))
                    .isInstanceOf(JournalException.Unusable.class);
        }
        try (var database = SqliteDatabase.open(odd)) {
            assertThat(numbers(database)).containsExactly(7);
        }
        assertThat(folder).isDirectoryNotContaining(file -> !file.equals(odd));
    }

    private static List<Integer> numbers(SqliteDatabase database) {
        return database.call(handle ->
                handle.select("SELECT n FROM t ORDER BY n").mapTo(Integer.class).list());
    }

    @Test
    void workThatArrivesDuringATransactionSharesTheNext() throws InterruptedException {
        try (var database = SqliteDatabase.open(file())) {
            database.call(handle -> handle.execute("CREATE TABLE t (n INTEGER)"));
            var busy = new CountDownLatch(1);
            var go = new CountDownLatch(1);
            var first = database.submit(handle -> {
                busy.countDown();
                go.await();
                return 0;
            });
            busy.await();
            var commits = new ArrayList<CompletableFuture<Integer>>();
            // Within one transaction, each sees what the one before wrote although nothing is committed in between.
            for (int n = 0; n < 100; n++) {
                int number = n;
                commits.add(database.submit(handle -> {
                    handle.execute("INSERT INTO t VALUES (?)", number);
                    return handle.select("PRAGMA data_version")
                            .mapTo(Integer.class)
                            .one();
                }));
            }
            assertThat(first).isNotDone();
            go.countDown();
            commits.forEach(CompletableFuture::join);
            assertThat(numbers(database)).hasSize(100);
            assertThat(database.transactions()).isEqualTo(4); // the table, the busy one, the hundred, the count
        }
    }

    /** Nobody can cut off what it is at, so what ends is written: its thread is waited for anyway. */
    @Test
    void isWaitedForHoweverLongItTakes() {
        var nanos = new AtomicLong();
        try (var database = SqliteDatabase.open(file(), Content.ANY, 0, nanos::get)) {
            assertThat(database.<Boolean>call(handle -> {
                        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
                        return database.isSilent();
                    }))
                    .isFalse();
        }
    }

    @Test
    void oneThatFailsDoesNotHarmItsNeighbours() throws InterruptedException {
        try (var database = SqliteDatabase.open(file())) {
            database.call(handle -> handle.execute("CREATE TABLE t (n INTEGER UNIQUE)"));
            var busy = new CountDownLatch(1);
            var go = new CountDownLatch(1);
            var first = database.submit(handle -> {
                busy.countDown();
                go.await();
                return 0;
            });
            busy.await();
            var good = database.submit(handle -> handle.execute("INSERT INTO t VALUES (1)"));
            var bad = database.submit(handle -> {
                handle.execute("INSERT INTO t VALUES (2)");
                throw new IOException("own trouble");
            });
            var late = database.submit(handle -> handle.execute("INSERT INTO t VALUES (3)"));
            go.countDown();
            first.join();
            good.join();
            late.join();
            assertThatThrownBy(bad::join)
                    .isInstanceOf(CompletionException.class)
                    .hasRootCauseMessage("own trouble");
            assertThat(numbers(database)).containsExactly(1, 3);
        }
    }

    private static final class Hostile extends RuntimeException {
        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("not even this");
        }
    }

    @Test
    @Timeout(300)
    void whateverWorkThrowsItFailsAloneAndTheNextOneRuns() {
        var hen = new IllegalStateException("hen");
        hen.initCause(new IllegalStateException("egg", hen));
        try (var database = SqliteDatabase.open(file())) {
            database.call(handle -> handle.execute("CREATE TABLE t (n INTEGER)"));
            for (var thrown : List.of(hen, new Hostile(), new StackOverflowError())) {
                var failed = database.submit(handle -> {
                    handle.execute("INSERT INTO t VALUES (1)");
                    throw sneaky(thrown);
                });
                assertThatThrownBy(failed::join).isInstanceOf(CompletionException.class);
            }
            database.call(handle -> handle.execute("INSERT INTO t VALUES (2)"));
            assertThat(numbers(database)).containsExactly(2);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as Kotlin does
    private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void aFileThatOnceHeldMuchBecomesSmallAgainAtTheNextOpening() throws IOException {
        int pages = 20_000;
        try (var database = SqliteDatabase.open(file())) {
            database.call(handle -> handle.execute("CREATE TABLE t (n BLOB)"));
            database.call(handle -> handle.execute("INSERT INTO t VALUES (zeroblob(?))", pages * 4096));
            database.call(handle -> handle.execute("DELETE FROM t"));
        }
        assertThat(Files.size(file())).isGreaterThan(pages * 4096L);
        SqliteDatabase.open(file()).close();
        assertThat(Files.size(file())).isLessThan(1 << 20);
    }

    @Test
    void line16CompactGivesFreePagesBackWhileItIsOpen() throws IOException {
        try (var database = SqliteDatabase.open(file())) {
            database.call(handle -> handle.execute("CREATE TABLE t (n BLOB)"));
            database.call(handle -> handle.execute("INSERT INTO t VALUES (zeroblob(10000000))"));
            database.call(handle -> handle.execute("DELETE FROM t"));
            assertThat(database.compact()).isGreaterThan(9_000_000);
            assertThat(Files.size(file())).isLessThan(1 << 20);
            assertThat(database.compact()).isZero();
            database.call(handle -> handle.execute("INSERT INTO t VALUES (1)"));
            assertThat(numbers(database)).containsExactly(1);
        }
    }

    @Test
    void line16AFileThatWasLargeShrinksWhileItIsInUse() throws IOException {
        int pages = 20_000;
        try (var database = SqliteDatabase.open(file())) {
            database.call(handle -> handle.execute("CREATE TABLE t (n BLOB)"));
            database.call(handle -> handle.execute("INSERT INTO t VALUES (zeroblob(?))", pages * 4096));
            database.call(handle -> handle.execute("DELETE FROM t"));
            int before = freePages(database);
            for (int i = 0; i < 10_000 && freePages(database) > 16_384; i++) database.call(handle -> 0);
            assertThat(freePages(database)).isLessThan(before).isLessThanOrEqualTo(16_384);
        }
    }

    private static int freePages(SqliteDatabase database) {
        return database.call(handle ->
                handle.select("PRAGMA freelist_count").mapTo(Integer.class).one());
    }

    @Test
    void refusesWhatAnotherHolds() {
        try (var first = SqliteDatabase.open(file())) {
            assertThatThrownBy(() -> SqliteDatabase.open(first.file(), Content.ANY, 0))
                    .isInstanceOf(JournalException.Unusable.class)
                    .hasMessageContaining("in use by another process");
        }
        SqliteDatabase.open(file()).close();
    }

    @Test
    void saysInOneLineWhatIsWrongWithAFile() throws Exception {
        var text =
                Files.writeString(folder.resolve("text"), "this is no database, but longer than its header would be");
        var foreign = folder.resolve("foreign.db");
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + foreign);
                var sql = connection.createStatement()) {
            sql.execute("CREATE TABLE theirs (n INTEGER)");
        }
        var newer = folder.resolve("newer.db");
        SqliteDatabase.open(newer).close();
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + newer);
                var sql = connection.createStatement()) {
            sql.execute("PRAGMA user_version = 1000");
        }
        refused(text, "damaged or not a journal");
        refused(foreign, "belongs to another program");
        refused(newer, "newer version");
        refused(folder, "not a file");
        var moved = folder.resolve("moved.db");
        Files.writeString(folder.resolve("moved.db-wal"), "what was committed and not yet folded in");
        refused(moved, "its log moved.db-wal is there");
        assertThat(moved).doesNotExist();
        refused(folder.resolve("none").resolve("x.db"), "does not exist");
    }

    private static void refused(Path file, String why) {
        assertThatThrownBy(() -> SqliteDatabase.open(file))
                .isInstanceOf(JournalException.Unusable.class)
                .hasMessageContaining(why)
                .hasMessageContaining(file.toString())
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aFullDiskFailsTheWriteAndNothingElse() {
        try (var database = SqliteDatabase.open(file())) {
            database.call(handle -> handle.execute("CREATE TABLE t (n BLOB)"));
            database.call(handle -> handle.execute("PRAGMA max_page_count = 100"));
            assertThatThrownBy(() -> database.call(
                            handle -> handle.execute("INSERT INTO t VALUES (?)", (Object) new byte[1_000_000])))
                    .isInstanceOf(JournalException.NotStored.class)
                    .hasMessageEndingWith("the disk is full; free some space and start again");
            database.call(handle -> handle.execute("INSERT INTO t VALUES (?)", (Object) new byte[1_000]));
            long rows = database.call(handle ->
                    handle.select("SELECT count(*) FROM t").mapTo(Long.class).one());
            assertThat(rows).isOne();
        }
    }

    /** SQLite calls every failed write an error of the disk but one for want of space. */
    @Test
    void aQuotaThatIsUsedUpIsAFullDisk() {
        var failed = new SQLiteException("disk I/O error", SQLiteErrorCode.SQLITE_IOERR_WRITE);
        try (var database = SqliteDatabase.open(file())) {
            for (String why : List.of("Disk quota exceeded", "No space left on device")) {
                database.disk(folder -> {
                    throw new IOException(why);
                });
                assertThat(database.failure(failed, true))
                        .isInstanceOf(JournalException.NotStored.class)
                        .hasMessageEndingWith("the disk is full; free some space and start again");
            }
            database.call(handle -> handle.execute("CREATE TABLE t (n INTEGER)")); // it goes on
        }
    }

    @Test
    void aWriteThatFailsOnADiskThatHasRoomIsTheDisksFault() {
        var failed = new SQLiteException("disk I/O error", SQLiteErrorCode.SQLITE_IOERR_WRITE);
        try (var database = SqliteDatabase.open(file())) {
            assertThat(database.failure(failed, false)).hasMessageContaining("the disk failed");
            database.disk(folder -> {
                throw new IOException("Input/output error");
            });
            assertThat(database.failure(failed, true))
                    .isInstanceOf(JournalException.Unusable.class)
                    .hasMessageContaining("the disk failed");
            assertThat(folder).isDirectoryNotContaining(left -> left.toString().contains("room"));
        }
    }

    /** What it takes on the disk may be all that is missing. */
    @Test
    void behindAFullDiskTheLogIsFoldedInBeforeTheNextWrite() throws Exception {
        Path log = file().resolveSibling(file().getFileName() + "-wal");
        try (var database = SqliteDatabase.open(file())) {
            database.call(handle -> handle.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB)"));
            for (int i = 0; i < 50; i++)
                database.call(handle -> handle.execute("REPLACE INTO t VALUES (1, ?)", (Object) new byte[20_000]));
            assertThat(Files.size(log)).isGreaterThan(1_000_000);
            database.call(handle -> handle.execute("PRAGMA max_page_count = 100"));
            assertThatThrownBy(() -> database.call(
                            handle -> handle.execute("INSERT INTO t VALUES (2, ?)", (Object) new byte[1_000_000])))
                    .isInstanceOf(JournalException.NotStored.class);
            database.call(handle -> handle.execute("INSERT INTO t VALUES (3, ?)", (Object) new byte[1_000]));
            assertThat(Files.size(log)).isLessThan(100_000);
            List<Integer> kept = database.call(handle -> handle.select("SELECT n FROM t ORDER BY n")
                    .mapTo(Integer.class)
                    .list());
            assertThat(kept).containsExactly(1, 3);
        }
    }

    @Test
    void endsWhatIsQueuedBeforeItCloses() {
        var database = SqliteDatabase.open(file());
        var last = database.submit(handle -> handle.execute("CREATE TABLE t (n INTEGER)"));
        database.close();
        database.close();
        assertThat(last).isCompleted();
        assertThatThrownBy(() -> database.call(handle -> 1)).isInstanceOf(JournalException.Unusable.class);
    }

    @Test
    void everyMigrationInTheFolderIsListed() throws Exception {
        var here = Path.of(
                Migrations.class.getResource("/io/botmesh/store/migration").toURI());
        try (var files = Files.list(here)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Migrations.NAMES);
        }
        var postgres = Path.of(
                Migrations.class.getResource("/io/botmesh/store/postgresql").toURI());
        try (var files = Files.list(postgres)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Migrations.POSTGRES_NAMES);
        }
    }
}
