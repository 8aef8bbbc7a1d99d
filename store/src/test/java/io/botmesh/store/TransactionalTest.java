package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.Delivery;
import io.botmesh.runner.FailureHandler;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Source;
import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Line 19: what a handler writes and the end of its update are one. */
@Timeout(300)
class TransactionalTest {
    @TempDir
    Path folder;

    private final LinkedBlockingQueue<String> handled = new LinkedBlockingQueue<>();

    /** Hands out so many updates, then nothing. */
    private static final class Some implements Source<Item> {
        private final int count;
        private boolean given;

        Some(int count) {
            this.count = count;
        }

        @Override
        public List<Item> next(int limit) throws InterruptedException {
            if (given || count == 0) new CountDownLatch(1).await();
            given = true;
            return LongStream.rangeClosed(1, count)
                    .mapToObj(id -> new Item(id, "text"))
                    .toList();
        }

        @Override
        public void confirm(Item through) {}

        @Override
        public void flush() {}
    }

    private static SqliteDatabase open(Path file) {
        var database = SqliteDatabase.open(file);
        database.call(handle ->
                handle.execute("CREATE TABLE IF NOT EXISTS applied (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)"));
        return database;
    }

    private Database.Work<?> apply(Delivery<Item> delivery) {
        handled.add(delivery.update().id() + " " + delivery.attempt());
        return handle -> handle.execute(
                "INSERT INTO applied VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET n = n + 1",
                delivery.update().id());
    }

    private static List<String> applied(SqliteDatabase database) {
        return database.call(handle -> handle.select("SELECT id, n FROM applied ORDER BY id")
                .map((row, context) -> row.getLong(1) + "x" + row.getLong(2))
                .list());
    }

    private static JdbcJournal<Item> journal(SqliteDatabase database) {
        return new JdbcJournal<>(database, 1, Item::id, JournalContract.CODEC);
    }

    /** The file and its log, as a process that is killed now leaves them. */
    private void copy(Path from, Path to) throws IOException {
        Files.copy(from, to);
        Files.copy(from.resolveSibling(from.getFileName() + "-wal"), to.resolveSibling(to.getFileName() + "-wal"));
    }

    @Test
    void line19ADeathBetweenHandlerAndCommitLeavesTheStateAppliedOnce() throws Exception {
        var file = folder.resolve("first.db");
        var before = folder.resolve("before.db");
        var after = folder.resolve("after.db");
        try (var database = open(file)) {
            var journal = journal(database);
            var done = new CountDownLatch(1);
            try (var runner = new Runner<Item>(
                    new Some(1),
                    journal.transactional(delivery -> {
                        var work = apply(delivery);
                        return handle -> {
                            copy(file, before); // the handler has ended, and nothing is committed
                            work.run(handle);
                            done.countDown();
                            return true;
                        };
                    }),
                    RunnerOptions.<Item>defaults().withJournal(journal))) {
                runner.start();
                done.await();
                runner.stop(Duration.ofMinutes(1));
            }
            assertThat(applied(database)).containsExactly("1x1");
            copy(file, after);
        }
        for (var image : List.of(before, after)) {
            handled.clear();
            try (var database = open(image)) {
                var journal = journal(database);
                boolean open = journal.size() > 0;
                assertThat(open).isEqualTo(image.equals(before));
                try (var runner = new Runner<Item>(
                        new Some(0),
                        journal.transactional(this::apply),
                        RunnerOptions.<Item>defaults().withJournal(journal))) {
                    runner.start();
                    if (open) assertThat(handled.take()).isEqualTo("1 2");
                    runner.stop(Duration.ofMinutes(1));
                }
                assertThat(handled).isEmpty();
                assertThat(applied(database)).containsExactly("1x1");
                assertThat(journal.size()).isZero();
            }
        }
    }

    @Test
    void line19WritesThatFailLeaveNothingAndTheirUpdateGoesTheWayOfAllFailures() throws Exception {
        var file = folder.resolve("journal.db");
        try (var database = open(file)) {
            var journal = journal(database);
            try (var runner = new Runner<Item>(
                    new Some(20),
                    journal.transactional(delivery -> {
                        var work = apply(delivery);
                        return handle -> {
                            work.run(handle);
                            if (delivery.update().id() % 3 == 0) throw new IOException("own trouble");
                            return true;
                        };
                    }),
                    RunnerOptions.<Item>defaults().withJournal(journal).withFailures((delivery, failure) -> {
                        assertThat(failure).isInstanceOf(IOException.class);
                        return FailureHandler.Decision.DEAD;
                    }))) {
                runner.start();
                for (int i = 0; i < 20; i++) handled.take();
                runner.stop(Duration.ofMinutes(1));
            }
            assertThat(applied(database)).hasSize(14).doesNotContain("3x1").allMatch(row -> row.endsWith("x1"));
            assertThat(journal.deadLetters().count()).isEqualTo(6);
            assertThat(journal.size()).isZero();
        }
    }
}
