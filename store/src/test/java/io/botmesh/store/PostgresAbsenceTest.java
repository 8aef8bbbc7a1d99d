package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.botmesh.runner.Journal;
import io.botmesh.runner.JournalException;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Source;
import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL that is away for a while, and connections that break where it hurts most. */
@Timeout(300)
class PostgresAbsenceTest {
    /** A server of its own, which can go and come back at the same place. */
    private static final class OwnServer implements AutoCloseable {
        private final Path data;
        private final int port;
        private int databases;
        private @Nullable EmbeddedPostgres running;

        OwnServer(Path data) throws IOException {
            this.data = data;
            try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                this.port = free.getLocalPort();
            }
            start();
        }

        void start() throws IOException {
            running = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .setPGStartupWait(Duration.ofMinutes(3))
                    .start();
        }

        void stop() throws IOException {
            var server = running;
            running = null;
            if (server != null) server.close();
        }

        /** The URL of a new, empty database. */
        String newDatabase() throws SQLException {
            var url = "jdbc:postgresql://localhost:" + port + "/";
            var name = "own" + ++databases;
            try (var connection = DriverManager.getConnection(url + "postgres", "postgres", "");
                    var sql = connection.createStatement()) {
                sql.execute("CREATE DATABASE " + name);
            }
            return url + name;
        }

        @Override
        public void close() throws IOException {
            stop();
        }
    }

    @TempDir
    static Path folder;

    private static OwnServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new OwnServer(folder.resolve("data"));
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static JdbcJournal<Item> journal(Database database) {
        return new JdbcJournal<>(database, 1, Item::id, JournalContract.CODEC);
    }

    private static List<Item> items(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(id -> new Item(id, "text"))
                .toList();
    }

    private static void awaitAbsence(Database database) {
        while (database.absence().isEmpty() && !Thread.currentThread().isInterrupted()) Thread.onSpinWait();
    }

    @Test
    void line15ARestartOfTheDatabaseIsWaitedForAndNothingIsLostOrTwice() throws Exception {
        try (var database = EmbeddedPostgresServer.open(server.newDatabase())) {
            var journal = journal(database);
            var first = journal.append(items(1, 10));
            server.stop();
            first.subList(0, 5).forEach(entry -> journal.done(entry.sequence()));
            var second = CompletableFuture.supplyAsync(() -> journal.append(items(8, 20)));
            awaitAbsence(database);
            assertThat(database.absence().orElseThrow())
                    .contains("does not answer")
                    .doesNotContain("\n");
            assertThat(second).isNotDone();
            server.start();
            assertThat(second.join()).extracting(entry -> entry.update().id()).containsExactlyElementsOf(ids(11, 20));
            journal.flush();
            assertThat(database.absence()).isEmpty();
            journal.close();
            assertThat(journal(database).undone(0, 100))
                    .extracting(entry -> entry.update().id())
                    .containsExactlyElementsOf(ids(6, 20));
        }
    }

    private static List<Long> ids(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    /** Hands out numbers, ten at a time. */
    private static final class Numbers implements Source<Item> {
        private final long last;
        private final CountDownLatch further;
        private long next = 1;

        /** @param further when the second half may come */
        Numbers(long last, CountDownLatch further) {
            this.last = last;
            this.further = further;
        }

        @Override
        public List<Item> next(int limit) throws InterruptedException {
            if (next > last) new CountDownLatch(1).await();
            if (next > last / 2) further.await();
            long from = next;
            next = Math.min(last, from + 9) + 1;
            return items(from, next - 1);
        }

        @Override
        public void confirm(Item through) {}

        @Override
        public void flush() {}
    }

    @Test
    void aRunnerGoesOnAfterARestartOfItsDatabase() throws Exception {
        try (var database = EmbeddedPostgresServer.open(server.newDatabase())) {
            var journal = journal(database);
            var handled = new LinkedBlockingQueue<Long>();
            var half = new CountDownLatch(500);
            var stopped = new CountDownLatch(1);
            var all = new CountDownLatch(5_000);
            try (var runner = new Runner<Item>(
                    new Numbers(5_000, stopped),
                    delivery -> {
                        handled.add(delivery.update().id());
                        half.countDown();
                        all.countDown();
                    },
                    RunnerOptions.<Item>defaults().withJournal(journal))) {
                runner.start();
                half.await();
                server.stop();
                stopped.countDown();
                awaitAbsence(database);
                server.start();
                all.await();
                assertThat(runner.isRunning()).isTrue();
                runner.stop(Duration.ofMinutes(1));
            }
            assertThat(handled).hasSize(5_000).doesNotHaveDuplicates();
            assertThat(journal.size()).isZero();
        }
    }

    @Test
    void line20AnUpdateArrivesWhenItIsHandedOverHoweverLongTheDatabaseIsAway() throws Exception {
        var arrived = Instant.parse("2030-01-01T00:00:00Z");
        var clock = new AtomicReference<>(arrived);
        try (var database = EmbeddedPostgresServer.open(server.newDatabase())) {
            var journal = new JdbcJournal<>(database, 1, Item::id, JournalContract.CODEC, clock::get, System::nanoTime);
            server.stop();
            var stored = CompletableFuture.supplyAsync(() -> journal.append(items(1, 2)));
            awaitAbsence(database);
            clock.set(arrived.plusSeconds(100));
            server.start();
            assertThat(stored.join()).extracting(Journal.Entry::arrived).containsExactly(arrived, arrived);
            assertThat(journal.undone(0, 10)).extracting(Journal.Entry::arrived).containsExactly(arrived, arrived);
        }
    }

    @Test
    void aCloseEndsTheWaitAndFailsWhatWaits() throws Exception {
        var database = EmbeddedPostgresServer.open(server.newDatabase());
        var journal = journal(database);
        server.stop();
        var stuck = CompletableFuture.supplyAsync(() -> journal.append(items(1, 3)));
        awaitAbsence(database);
        database.close();
        assertThatThrownBy(stuck::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(JournalException.NotStored.class);
        server.start();
    }

    /** Its connections are closed under what is still queued, which says nothing of the server. */
    @Test
    void whatIsQueuedWhenADatabaseThatIsAwayIsClosedIsToldSoAndNobodyTakesItForAnAnswer() throws Exception {
        var lines = new LinkedBlockingQueue<String>();
        var log = Logger.getLogger("io.botmesh.store");
        var noted = new Handler() {
            @Override
            public void publish(LogRecord told) {
                lines.add(new SimpleFormatter().formatMessage(told));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        log.addHandler(noted);
        try {
            var database = EmbeddedPostgresServer.open(server.newDatabase());
            server.stop();
            var waits = database.submit(handle -> handle.execute("SELECT 1"));
            assertThat(lines.take()).contains("does not answer");
            var queued = IntStream.range(0, 1_500) // more than one transaction takes
                    .mapToObj(i -> database.submit(handle -> handle.execute("SELECT 1")))
                    .toList();
            database.close();
            assertThatThrownBy(waits::join).hasCauseInstanceOf(JournalException.NotStored.class);
            for (var one : queued) assertThatThrownBy(one::join).hasCauseInstanceOf(JournalException.NotStored.class);
            assertThatThrownBy(queued.getLast()::join).cause().hasMessageEndingWith(": it is being closed");
            assertThat(lines).isEmpty();
        } finally {
            log.removeHandler(noted);
            server.start();
        }
    }

    /** The end of a bot whose lease is lost, for one: it must not wait for the marks of a database that is away. */
    @Test
    void aJournalIsClosedAtOnceWhileItsDatabaseIsAway() throws Exception {
        try (var database = EmbeddedPostgresServer.open(server.newDatabase())) {
            var journal = journal(database);
            var entries = journal.append(items(1, 3));
            server.stop();
            entries.forEach(entry -> journal.done(entry.sequence()));
            var stuck = CompletableFuture.supplyAsync(() -> journal.append(items(4, 5)));
            awaitAbsence(database);
            journal.close();
            assertThat(stuck).isNotDone();
            server.start();
            assertThat(stuck.join()).hasSize(2);
        }
    }

    /** As of a server that is frozen, or whose network is gone: its connection stands, and nothing comes. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aJournalIsClosedSoonThoughItsDatabaseSaysNothing() throws Exception {
        var url = EmbeddedPostgresServer.newDatabase();
        try (var detour = detour(url)) {
            var database = EmbeddedPostgresServer.open(through(detour, url));
            var journal = journal(database);
            var entries = journal.append(items(1, 3));
            detour.swallow();
            entries.forEach(entry -> journal.done(entry.sequence()));
            var stuck = CompletableFuture.supplyAsync(() -> journal.append(items(4, 5)));
            journal.close();
            assertThat(database.absence()).as("nobody knows why").isEmpty();
            assertThat(stuck).isNotDone();
            database.close();
            assertThatThrownBy(stuck::join).hasCauseInstanceOf(JournalException.NotStored.class);
        }
    }

    /** Its pool has no end of its own for a statement that nobody answers. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aCloseCutsOffTheConnectionOfALentPoolThatSaysNothing() throws Exception {
        var url = EmbeddedPostgresServer.newDatabase();
        try (var detour = detour(url)) {
            var their = new HikariConfig();
            their.setJdbcUrl(through(detour, url));
            their.setUsername("postgres");
            their.setMaximumPoolSize(3);
            try (var lent = new HikariDataSource(their)) {
                var database = PostgresDatabase.open(lent);
                var stuck = database.submit(handle -> {
                    detour.swallow();
                    return handle.execute("SELECT 1");
                });
                database.close();
                assertThatThrownBy(stuck::join).hasCauseInstanceOf(JournalException.NotStored.class);
            }
        }
    }

    /** Work that shares a transaction takes as long as all of it. */
    @Test
    void aDatabaseThatAnswersOneAfterTheOtherIsNotSilent() throws Exception {
        var nanos = new AtomicLong();
        try (var database = PostgresDatabase.open(
                EmbeddedPostgresServer.newDatabase(), "postgres", "", PostgresDatabase.PATIENCE, nanos::get)) {
            var silent = new ArrayList<Boolean>();
            var group = group(database, 3, (handle, number) -> {
                silent.add(database.isSilent());
                nanos.addAndGet(Duration.ofSeconds(3).toNanos());
                return 0;
            });
            group.forEach(CompletableFuture::join);
            assertThat(silent).containsExactly(false, false, false);
            assertThat(database.<Boolean>call(handle -> {
                        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
                        database.statements().first(handle, row -> row.getInt(1), "SELECT 1");
                        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
                        return database.isSilent();
                    }))
                    .isFalse();
            assertThat(database.<Boolean>call(handle -> {
                        nanos.addAndGet(Duration.ofSeconds(6).toNanos());
                        return database.isSilent();
                    }))
                    .isTrue();
            assertThat(database.isSilent()).isFalse();
        }
    }

    private interface Numbered {
        int run(Handle handle, int number) throws Exception;
    }

    /** All in one transaction. */
    private static List<CompletableFuture<Integer>> group(Database database, int size, Numbered work)
            throws InterruptedException {
        var inside = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var before = database.submit(handle -> {
            inside.countDown();
            go.await();
            return 0;
        });
        inside.await();
        var group = IntStream.range(0, size)
                .mapToObj(number -> database.submit(handle -> work.run(handle, number)))
                .toList();
        go.countDown();
        before.join();
        return group;
    }

    /** What may be tried again at once is not when its connection is gone as well: the others would be forgotten. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void ofAGroupThatFailsWithItsConnectionAllAreTold() throws Exception {
        var url = EmbeddedPostgresServer.newDatabase();
        try (var database = PostgresDatabase.open(url, "postgres", "", Duration.ZERO)) {
            var group = group(database, 3, (handle, number) -> number == 1 ? conflict(handle, url) : number);
            for (var one : group) assertThatThrownBy(one::join).hasCauseInstanceOf(JournalException.NotStored.class);
            assertThat(notes(database)).isEqualTo(1);
        }
    }

    /** As of two transactions that met, of which the server ends one with its connection. */
    private static int conflict(Handle handle, String url) throws SQLException {
        int backend =
                handle.select("SELECT pg_backend_pid()").mapTo(Integer.class).one();
        try {
            return handle.execute("DO $$ BEGIN RAISE 'a conflict' USING ERRCODE = 'serialization_failure'; END $$");
        } finally {
            try (var connection = DriverManager.getConnection(url, "postgres", "");
                    var sql = connection.createStatement()) {
                sql.execute("SELECT pg_terminate_backend(" + backend + ", 30000)");
            }
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aNodesStoreIsClosedSoonThoughItsDatabaseSaysNothing() throws Exception {
        var url = EmbeddedPostgresServer.newDatabase();
        try (var detour = detour(url)) {
            var database = EmbeddedPostgresServer.open(through(detour, url));
            var store = JdbcNodeStore.open(database, "a");
            detour.swallow();
            store.close();
            assertThat(database.absence()).as("nobody knows why").isEmpty();
            database.close();
        }
    }

    @Test
    void aDatabaseThatAnswersIsNotAwayThoughWorkFails() throws Exception {
        try (var database = EmbeddedPostgresServer.open(server.newDatabase())) {
            notes(database);
            server.stop();
            var refused = CompletableFuture.supplyAsync(() -> database.call(handle -> {
                handle.execute("SELECT 1");
                throw new IllegalStateException("its own affair");
            }));
            awaitAbsence(database);
            server.start();
            assertThatThrownBy(refused::join).hasRootCauseMessage("its own affair");
            assertThat(database.absence()).isEmpty();
        }
    }

    /** Each on its own would take as long as the first. */
    @Test
    void whatWaitsTogetherFailsTogetherWhenPatienceIsOver() throws Exception {
        try (var database = PostgresDatabase.open(server.newDatabase(), "postgres", "", Duration.ZERO)) {
            var journal = journal(database);
            var inside = new CountDownLatch(1);
            var go = new CountDownLatch(1);
            var first = database.submit(handle -> {
                inside.countDown();
                go.await();
                return 1;
            });
            inside.await();
            var others = IntStream.range(0, 50)
                    .mapToObj(i -> database.submit(handle -> handle.execute("SELECT 1")))
                    .toList();
            server.stop();
            long before = database.begunTransactions();
            go.countDown();
            for (var one : others) assertThatThrownBy(one::join).hasCauseInstanceOf(JournalException.NotStored.class);
            assertThat(first).isCompletedExceptionally();
            assertThat(database.begunTransactions() - before).isLessThan(5);
            server.start();
            assertThat(journal.append(items(1, 3))).hasSize(3);
        }
    }

    @Test
    void whoHasNoPatienceIsToldAtOnce() throws Exception {
        try (var database = PostgresDatabase.open(server.newDatabase(), "postgres", "", Duration.ZERO)) {
            var journal = journal(database);
            server.stop();
            assertThatThrownBy(() -> journal.append(items(1, 3)))
                    .isInstanceOf(JournalException.NotStored.class)
                    .message()
                    .contains("cannot write to")
                    .doesNotContain("\n");
            server.start();
            assertThat(journal.append(items(1, 3))).hasSize(3);
        }
    }

    private static Detour detour(String url) throws IOException {
        return new Detour(Integer.parseInt(url.replaceAll(".*:(\\d+)/.*", "$1")));
    }

    /** With statements sent as text each time, so that one sees which they are. */
    private static String through(Detour detour, String url) {
        var there = url.replaceAll("//[^/]*/", "//localhost:" + detour.port() + "/");
        return there + (there.contains("?") ? "&" : "?") + "prepareThreshold=0";
    }

    /** Work of which all would see whether it was done twice. */
    private static int insert(Database database, int number) {
        return database.call(handle -> handle.execute("INSERT INTO theirs VALUES (?)", number));
    }

    private static List<Integer> inserted(Database database) {
        return database.call(handle -> handle.select("SELECT n FROM theirs ORDER BY n")
                .mapTo(Integer.class)
                .list());
    }

    @Test
    void aConnectionThatBreaksAfterACommitDoesNotRepeatIt() throws Exception {
        breaksAtACommit(Detour.Cut.AFTER);
    }

    @Test
    void aConnectionThatBreaksBeforeACommitRepeatsIt() throws Exception {
        breaksAtACommit(Detour.Cut.BEFORE);
    }

    private static void breaksAtACommit(Detour.Cut cut) throws Exception {
        var url = EmbeddedPostgresServer.newDatabase();
        try (var detour = detour(url);
                var database = EmbeddedPostgresServer.open(through(detour, url))) {
            database.call(handle -> handle.execute("CREATE TABLE theirs (n INTEGER)"));
            var cuts = new AtomicInteger();
            detour.cut(said -> said.contains("COMMIT") && cuts.getAndIncrement() == 0 ? cut : Detour.Cut.NONE);
            insert(database, 1);
            assertThat(cuts).hasValueGreaterThanOrEqualTo(1);
            insert(database, 2);
            assertThat(inserted(database)).containsExactly(1, 2);
        }
    }

    @Test
    void whereverConnectionsBreakAllIsDoneOnce() throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("PostgresAbsenceTest seed " + seed);
        var random = new Random(seed);
        var url = EmbeddedPostgresServer.newDatabase();
        var cuts = new AtomicInteger();
        try (var detour = detour(url);
                var database = EmbeddedPostgresServer.open(through(detour, url))) {
            database.call(handle -> handle.execute("CREATE TABLE theirs (n INTEGER)"));
            var journal = journal(database);
            detour.cut(said -> cut(random, cuts));
            var expected = new ArrayList<Integer>();
            var ended = new ArrayList<Journal.Entry<Item>>();
            for (int i = 1; i <= 150; i++) {
                insert(database, i);
                expected.add(i);
                ended.addAll(journal.append(items(i * 2L, i * 2L + 2))); // the first of them is known
                journal.done(ended.get(ended.size() - 2).sequence());
            }
            detour.cut(said -> Detour.Cut.NONE);
            assertThat(inserted(database)).as("seed %d", seed).isEqualTo(expected);
            assertThat(ended).extracting(entry -> entry.update().id()).containsExactlyElementsOf(ids(2, 302));
            journal.flush();
            var left = journal(database).undone(0, 1_000);
            assertThat(left).as("seed %d", seed).hasSize(301 - 150);
        }
        assertThat(cuts).hasValueGreaterThan(20);
    }

    private static synchronized Detour.Cut cut(Random random, AtomicInteger cuts) {
        if (random.nextInt(40) > 0) return Detour.Cut.NONE;
        cuts.incrementAndGet();
        return random.nextBoolean() ? Detour.Cut.BEFORE : Detour.Cut.AFTER;
    }

    /** As a program leaves it that was killed: its row goes one day, and nobody else's does. */
    @Test
    void theNoteOfAProcessGoesWithIt() throws Exception {
        var url = EmbeddedPostgresServer.newDatabase();
        try (var first = EmbeddedPostgresServer.open(url)) {
            try (var second = EmbeddedPostgresServer.open(url)) {
                assertThat(notes(second)).isEqualTo(2);
            }
            assertThat(notes(first)).isEqualTo(1);
            first.call(handle ->
                    handle.execute("INSERT INTO commit_note (last, used_at) VALUES (7, now() - INTERVAL '31 days')"));
            assertThat(notes(first)).isEqualTo(2);
            try (var third = EmbeddedPostgresServer.open(url)) {
                assertThat(notes(third)).isEqualTo(2);
            }
        }
    }

    private static int notes(Database database) {
        return database.call(handle -> handle.select("SELECT count(*) FROM commit_note")
                .mapTo(Integer.class)
                .one());
    }

    /** What only reads needs no sync: it leaves no note. */
    @Test
    void readingWritesNothing() {
        try (var database = EmbeddedPostgresServer.open(EmbeddedPostgresServer.newDatabase())) {
            notes(database);
            long before = lastNote(database);
            notes(database);
            assertThat(lastNote(database)).isEqualTo(before);
        }
    }

    private static long lastNote(Database database) {
        return database.call(handle ->
                handle.select("SELECT last FROM commit_note").mapTo(Long.class).one());
    }
}
