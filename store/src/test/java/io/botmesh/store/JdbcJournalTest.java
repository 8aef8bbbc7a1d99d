package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.runner.Codec;
import io.botmesh.runner.DeadLetters;
import io.botmesh.runner.Journal;
import io.botmesh.runner.JournalException;
import io.botmesh.runner.contract.StoredJournalContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcJournalTest extends StoredJournalContract {
    @TempDir
    Path folder;

    private @Nullable SqliteDatabase database;

    @Override
    protected Journal<Item> open(long botId) {
        database = SqliteDatabase.open(folder.resolve("journal.db"));
        return new JdbcJournal<>(database, botId, Item::id, CODEC, () -> now, () -> nanos);
    }

    @Override
    protected <U> Journal<U> open(ToLongFunction<? super U> updateId, Codec<U> codec) {
        var opened = SqliteDatabase.open(folder.resolve("journal.db"));
        database = opened;
        return new JdbcJournal<>(opened, 1, updateId, codec, () -> now, () -> nanos);
    }

    @Override
    protected void end(Journal<?> journal) {
        journal.close();
        Objects.requireNonNull(database).close();
    }

    @Override
    protected void fill() {
        Objects.requireNonNull(database)
                .call(handle -> handle.execute("PRAGMA max_page_count = "
                        + (handle.select("PRAGMA page_count").mapTo(Long.class).one() + 10)));
    }

    @Override
    protected void makeRoom() {
        Objects.requireNonNull(database).call(handle -> handle.execute("PRAGMA max_page_count = 100000"));
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

    /** As webhooks bring them over many connections. */
    @Test
    void line17IdsOutOfOrderAreFewRows() {
        var random = new Random(1);
        var journal = open(1);
        var window = new ArrayList<Long>();
        for (long next = 1; next <= 2_000 || !window.isEmpty(); ) {
            while (window.size() < 40 && next <= 2_000) window.add(next++);
            long id = window.remove(random.nextInt(window.size()));
            assertThat(journal.append(items(id, id))).hasSize(1);
            if (id % 100 == 0) assertThat(count("update_seen")).isLessThanOrEqualTo(41);
        }
        assertThat(count("update_seen")).isOne();
        assertThat(journal.append(items(1, 2_000))).isEmpty();
        end(journal);
    }

    /** As journals of before have them, which joined no row with the one above. */
    @Test
    void line17RowsThatWereNotJoinedAreJoinedAtTheNextStart() {
        var journal = open(1);
        journal.append(items(1, 1));
        for (long id = 3; id < 5_000; id += 2) journal.append(items(id, id));
        Objects.requireNonNull(database).call(handle -> {
            for (long id = 2; id < 5_000; id += 2) {
                long hour = now.getEpochSecond() / 3600;
                handle.execute(
                        "INSERT INTO update_seen VALUES (1, ?, ?, ?, ?)",
                        id,
                        id,
                        hour,
                        JournalTables.checksum(new byte[0], 1, id, id, hour));
            }
            return 0;
        });
        assertThat(count("update_seen")).isEqualTo(4_999);
        end(journal);
        pass(Duration.ofHours(1));
        var again = open(1);
        assertThat(ids(again.append(items(1, 5_000)))).containsExactly(5_000L);
        assertThat(count("update_seen")).isEqualTo(2);
        end(again);
    }

    @Test
    void line17WhereIdsLeaveGapsWithoutEndTheOldestAreForgotten() {
        var journal = open(1);
        for (long from = 0; from < 160_000; from += 10_000) {
            var ids = new ArrayList<Item>();
            for (long id = from; id < from + 10_000; id += 2) ids.add(new Item(id, ""));
            assertThat(journal.append(ids)).hasSize(5_000);
            assertThat(count("update_seen")).isLessThanOrEqualTo(1 << 16);
            if (from % 50_000 == 0) pass(Duration.ofHours(1));
        }
        assertThat(ids(journal.append(items(158_000, 158_003)))).containsExactly(158_001L, 158_003L);
        assertThat(journal.append(items(0, 0))).hasSize(1);
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

    /** A file as it was before rows had times of arrival. */
    @Test
    void line20RowsOfAnEarlierVersionAreReadAndSayNothingOfTheirArrival() {
        var journal = open(1);
        journal.append(items(1, 3));
        var payload = Objects.requireNonNull(database)
                .call(handle -> handle.select("SELECT payload FROM update_batch")
                        .mapTo(byte[].class)
                        .one());
        Objects.requireNonNull(database).call(handle -> {
            handle.execute("UPDATE update_batch SET checksum = ?", JournalTables.checksum(payload, 1, 1, 1, 3));
            handle.execute("ALTER TABLE update_batch DROP COLUMN arrived_millis");
            handle.execute("DELETE FROM flyway_schema_history WHERE version = '10'");
            return handle.execute("PRAGMA user_version = 9");
        });
        Objects.requireNonNull(database).close();
        var again = open(1);
        again.append(items(4, 4));
        var left = again.undone(0, 10);
        assertThat(left).extracting(Journal.Entry::update).isEqualTo(items(1, 4));
        assertThat(left).extracting(Journal.Entry::arrived).containsExactly(null, null, null, now);
        end(again);
    }

    @Test
    void line20ATimeOfArrivalThatTheDiskHasChangedIsDamage() {
        var journal = open(1);
        journal.append(items(1, 3));
        for (long millis : new long[] {0, 1}) {
            Objects.requireNonNull(database)
                    .call(handle -> handle.execute("UPDATE update_batch SET arrived_millis = ?", millis));
            assertThatThrownBy(() -> journal.undone(0, 10))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("damaged");
        }
        end(journal);
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
