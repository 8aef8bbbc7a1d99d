package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.runner.Codec;
import io.botmesh.runner.DeadLetters;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.Journal;
import io.botmesh.runner.JournalException;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Source;
import io.botmesh.runner.contract.JournalContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcJournalTest extends JournalContract {
    @TempDir
    Path folder;

    private @Nullable SqliteDatabase database;

    @Override
    protected Journal<Item> open(long botId) {
        database = SqliteDatabase.open(folder.resolve("journal.db"));
        return new JdbcJournal<>(database, botId, Item::id, CODEC, () -> now, () -> nanos);
    }

    @Override
    protected void end(Journal<Item> journal) {
        journal.close();
        Objects.requireNonNull(database).close();
    }

    private long count(String table) {
        return Objects.requireNonNull(database)
                .call(handle -> handle.select("SELECT count(*) FROM " + table)
                        .mapTo(Long.class)
                        .one());
    }

    @Test
    void aBatchThatHasEndedLeavesNothingButTheRangeOfItsIds() {
        var journal = open(1);
        for (int i = 0; i < 50; i++)
            journal.append(items(i * 100L, i * 100L + 99)).forEach(entry -> journal.done(entry.sequence()));
        journal.flush();
        assertThat(count("update_batch")).isZero();
        assertThat(count("update_done")).isZero();
        assertThat(count("update_seen")).isOne();
        pass(Duration.ofDays(7));
        journal.append(items(5000, 5000));
        assertThat(count("update_seen")).isOne();
        end(journal);
    }

    @Test
    void durabilityCostsPerBatchAndNotPerUpdate() {
        var journal = open(1);
        long before = Objects.requireNonNull(database).transactions();
        for (int i = 0; i < 20; i++) {
            var entries = journal.append(items(i * 100L, i * 100L + 99));
            Objects.requireNonNull(database).call(handle -> {
                entries.forEach(entry -> journal.done(entry.sequence())); // while the writer is busy
                return 0;
            });
        }
        journal.flush();
        assertThat(Objects.requireNonNull(database).transactions() - before).isLessThanOrEqualTo(20 * 3 + 1);
        end(journal);
    }

    @Test
    void twoBotsShareAFile() {
        var one = open(1);
        var two = new JdbcJournal<>(Objects.requireNonNull(database), 2, Item::id, CODEC, () -> now, () -> nanos);
        var ofOne = one.append(items(1, 3));
        var ofTwo = two.append(items(1, 3));
        assertThat(ofTwo).hasSize(3);
        ofOne.forEach(entry -> one.done(entry.sequence()));
        assertThat(one.size()).isZero();
        assertThat(two.undone(0, 10)).hasSize(3);
        two.close();
        end(one);
    }

    /** What is on disk comes from an earlier version of the user's program, perhaps. */
    @Test
    void line14WhatTheCodecRefusesIsADeadLetterWithItsBytesAndTheOthersAreRead() {
        var journal = open(1);
        journal.append(items(1, 5));
        end(journal);
        database = SqliteDatabase.open(folder.resolve("journal.db"));
        var picky = new JdbcJournal<>(
                Objects.requireNonNull(database),
                1,
                Item::id,
                new Codec<Item>(CODEC.encode(), bytes -> {
                    var item = CODEC.decode().apply(bytes);
                    if (item.id() == 3) throw new IllegalArgumentException("no item");
                    return item;
                }),
                () -> now,
                () -> nanos);
        assertThat(picky.undone(0, 100))
                .extracting(entry -> entry.update().id())
                .containsExactly(1L, 2L, 4L, 5L);
        var letter = picky.deadLetters().list(0, 10).getFirst();
        assertThat(letter.update()).isNull();
        assertThat(letter.cause().message()).isEqualTo("no item");
        assertThat(picky.size()).isEqualTo(4);
        end(picky);
        database = SqliteDatabase.open(folder.resolve("journal.db"));
        var raw = new JdbcJournal<>(
                Objects.requireNonNull(database), 1, bytes -> 0, Codec.bytes(), () -> now, () -> nanos);
        assertThat(raw.deadLetters().list(0, 10))
                .extracting(DeadLetters.Letter::update)
                .containsExactly(CODEC.encode().apply(items(3, 3).getFirst()));
        raw.close();
        Objects.requireNonNull(database).close();
    }

    /** A crash between the two leaves the letter and the entry; the next opening makes up for the mark. */
    @Test
    void line18ADeadLetterWhoseEntryWasNotMarkedBeforeACrashIsNotAnEntryAgain() {
        var journal = open(1);
        var entries = journal.append(items(1, 3));
        entries.forEach(entry -> journal.dead(entry.sequence(), 1, new DeadLetters.Cause("x", "", "")));
        var single = journal.append(items(4, 4)).getFirst();
        journal.append(items(5, 6));
        journal.dead(single.sequence(), 1, new DeadLetters.Cause("x", "", ""));
        journal.flush();
        Objects.requireNonNull(database)
                .call(
                        handle -> { // as if only the letters had been written
                            handle.execute(
                                    "DELETE FROM update_dead WHERE sequence = ?",
                                    entries.get(1).sequence());
                            return handle.execute("DELETE FROM update_done");
                        });
        end(journal);
        var again = open(1);
        assertThat(again.undone(0, 10)).extracting(entry -> entry.update().id()).containsExactly(5L, 6L);
        assertThat(count("update_batch")).isOne();
        end(again);
    }

    @Test
    void aFullDiskStoresNothingOfTheBatchAndHarmsNothingElse() {
        var journal = open(1);
        var first = journal.append(items(1, 100));
        Objects.requireNonNull(database).call(handle -> handle.execute("PRAGMA max_page_count = 40"));
        var big = List.of(new Item(101, "x".repeat(500_000)), new Item(102, ""));
        assertThatThrownBy(() -> journal.append(big))
                .isInstanceOf(JournalException.NotStored.class)
                .hasMessageContaining("the disk is full")
                .message()
                .doesNotContain("\n");
        first.forEach(entry -> journal.done(entry.sequence()));
        journal.flush();
        assertThat(journal.size()).isZero();
        Objects.requireNonNull(database).call(handle -> handle.execute("PRAGMA max_page_count = 100000"));
        assertThat(journal.append(big)).hasSize(2); // not taken for known
        var again = reopened(journal);
        assertThat(again.undone(0, 10)).extracting(Journal.Entry::update).isEqualTo(big);
        end(again);
    }

    private Journal<Item> reopened(Journal<Item> journal) {
        end(journal);
        return open(1);
    }

    @Test
    void aFullDiskEndsPollingAndNothingIsConfirmedThatIsNotStored() {
        var journal = open(1);
        Objects.requireNonNull(database).call(handle -> handle.execute("PRAGMA max_page_count = 60"));
        var confirmed = new ConcurrentLinkedQueue<Item>();
        var handled = new LinkedBlockingQueue<Delivery<Item>>();
        Source<Item> source = new Source<>() {
            private long id;

            @Override
            public List<Item> next(int limit) {
                return List.of(new Item(++id, "y".repeat(10_000)));
            }

            @Override
            public void confirm(Item through) {
                confirmed.add(through);
            }

            @Override
            public void flush() {}
        };
        var never = new CountDownLatch(1);
        var runner = new Runner<Item>(
                source,
                delivery -> {
                    handled.add(delivery);
                    never.await();
                },
                RunnerOptions.<Item>defaults().withJournal(journal));
        runner.start();
        assertThatThrownBy(() -> runner.stopped().join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(JournalException.NotStored.class);
        var report = runner.stop(Duration.ZERO);
        var again = reopened(journal);
        assertThat(confirmed).isNotEmpty();
        assertThat(handled).extracting(Delivery::update).isSubsetOf(confirmed);
        assertThat(again.undone(0, 1000)).extracting(Journal.Entry::update).containsExactlyElementsOf(confirmed);
        assertThat(report.leftInJournal()).isEqualTo(confirmed.size());
        end(again);
    }

    /** Either the damage shows, in one line, or it has hit nothing that matters: never is anything wrong handed out. */
    @Test
    void aDamagedFileIsRefusedOrComplete() throws IOException {
        long seed = Long.getLong("seed", 1);
        System.out.println("JdbcJournalTest damage seed " + seed);
        var random = new Random(seed);
        var journal = open(1);
        for (int i = 0; i < 20; i++) {
            var entries = journal.append(items(i * 30L, i * 30L + 29));
            for (var entry : entries) if (random.nextInt(3) == 0) journal.done(entry.sequence());
        }
        journal.flush();
        var expected =
                journal.undone(0, 10_000).stream().map(Journal.Entry::update).toList();
        end(journal);
        var sound = Files.readAllBytes(folder.resolve("journal.db"));
        int refused = 0;
        for (int round = 0; round < 60; round++) {
            var bytes = sound.clone();
            switch (round % 3) {
                case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> {
                    for (int at = random.nextInt(bytes.length), end = Math.min(bytes.length, at + 512); at < end; at++)
                        bytes[at] = (byte) random.nextInt();
                }
                default -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length - 1));
            }
            var file = folder.resolve("damaged" + round + ".db");
            Files.write(file, bytes);
            var found = new ArrayList<Item>();
            try (var damaged = SqliteDatabase.open(file);
                    var reading = new JdbcJournal<>(damaged, 1, Item::id, CODEC, () -> now, () -> nanos)) {
                reading.undone(0, 10_000).forEach(entry -> found.add(entry.update()));
            } catch (JournalException told) {
                assertThat(told.getMessage()).contains(file.toString()).doesNotContain("\n");
                refused++;
                continue;
            }
            assertThat(found).as("seed %d round %d", seed, round).isEqualTo(expected);
        }
        assertThat(refused).isGreaterThan(15);
    }
}
