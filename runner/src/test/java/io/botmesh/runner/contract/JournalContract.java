package io.botmesh.runner.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.Journal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every {@link Journal} does. In a package of its own, so that tests of other modules find it beside the module. */
public abstract class JournalContract {
    /** An update of a made-up kind. */
    public record Item(long id, String text) {}

    protected JournalContract() {}

    /** The journal's clock. */
    protected Instant now = Instant.parse("2026-03-01T12:00:00Z");

    /** A journal of the bot that finds what earlier ones have left. */
    protected abstract Journal<Item> open(long botId);

    /** Ends it cleanly. */
    protected abstract void end(Journal<Item> journal);

    private Journal<Item> reopen(Journal<Item> journal) {
        end(journal);
        return open(1);
    }

    private static List<Item> items(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(id -> new Item(id, "text of " + id))
                .toList();
    }

    private static List<Long> ids(List<Journal.Entry<Item>> entries) {
        return entries.stream().map(entry -> entry.update().id()).toList();
    }

    @Test
    void whatIsAppendedIsThereInOrderUntilItIsDone() {
        var journal = open(1);
        var entries = journal.append(items(1, 5));
        assertThat(entries).extracting(Journal.Entry::update).isEqualTo(items(1, 5));
        assertThat(entries).allMatch(entry -> entry.attempt() == 1 && entry.sequence() > 0);
        assertThat(entries.stream().map(Journal.Entry::sequence)).isSorted().doesNotHaveDuplicates();
        assertThat(journal.size()).isEqualTo(5);
        journal.done(entries.get(1).sequence());
        journal.done(entries.get(3).sequence());
        journal.done(entries.get(3).sequence());
        assertThat(ids(journal.undone(0, 100))).containsExactly(1L, 3L, 5L);
        assertThat(journal.size()).isEqualTo(3);
        journal.close();
    }

    @Test
    void aReopenedOneHasWhatWasNotDoneInOrderAndFlagged() {
        var journal = open(1);
        var first = journal.append(items(1, 100));
        journal.append(items(101, 150));
        for (int i = 0; i < 100; i += 2) journal.done(first.get(i).sequence());
        journal.flush();
        journal = reopen(journal);
        var left = journal.undone(0, 1000);
        assertThat(left).hasSize(100).allMatch(entry -> entry.attempt() == 2);
        assertThat(ids(left)).startsWith(2L, 4L, 6L).endsWith(149L, 150L).isSorted();
        assertThat(journal.size()).isEqualTo(100);
        left.forEach(entry -> assertThat(entry.update().text())
                .isEqualTo("text of " + entry.update().id()));

        var fresh = journal.append(items(151, 151)).getFirst();
        assertThat(fresh.attempt()).isOne();
        assertThat(fresh.sequence()).isGreaterThan(left.getLast().sequence());
        journal = reopen(journal);
        assertThat(journal.undone(0, 1000))
                .extracting(Journal.Entry::attempt)
                .startsWith(3)
                .endsWith(2);
        end(journal);
    }

    @Test
    void readsOnFromWhereAReaderIs() {
        var journal = open(1);
        for (int i = 0; i < 10; i++) journal.append(items(i * 7 + 1, i * 7 + 7));
        var seen = new ArrayList<Long>();
        long after = 0;
        while (true) {
            var part = journal.undone(after, 10);
            if (part.isEmpty()) break;
            assertThat(part.size()).isBetween(1, 16);
            seen.addAll(ids(part));
            after = part.getLast().sequence();
        }
        assertThat(seen).isEqualTo(LongStream.rangeClosed(1, 70).boxed().toList());
        end(journal);
    }

    /** Line 17. */
    @Test
    void aRepeatedUpdateIsLeftOutWhetherItIsDoneOrNotAndAfterAReopening() {
        var journal = open(1);
        var entries = journal.append(items(10, 20));
        entries.subList(0, 5).forEach(entry -> journal.done(entry.sequence()));
        assertThat(journal.append(items(10, 20))).isEmpty();
        assertThat(ids(journal.append(items(5, 25)))).containsExactly(5L, 6L, 7L, 8L, 9L, 21L, 22L, 23L, 24L, 25L);
        var again = reopen(journal);
        assertThat(ids(again.append(items(4, 26)))).containsExactly(4L, 26L);
        again.undone(0, 1000).forEach(entry -> again.done(entry.sequence()));
        again.flush();
        var emptied = reopen(again);
        assertThat(emptied.size()).isZero();
        assertThat(emptied.append(items(4, 26))).isEmpty();
        end(emptied);
    }

    @Test
    void aRepetitionWithinOneBatchIsLeftOutToo() {
        var journal = open(1);
        assertThat(ids(journal.append(List.of(new Item(2, "a"), new Item(1, "b"), new Item(2, "c")))))
                .containsExactly(2L, 1L);
        assertThat(journal.append(List.of())).isEmpty();
        end(journal);
    }

    /** Line 17: after an idle week the server goes on from a random id, which may be lower, or one that was used before. */
    @Test
    void remembersForADayAndForgetsWithinAWeek() {
        var journal = open(1);
        journal.append(items(1_000_000, 1_000_050)).forEach(entry -> journal.done(entry.sequence()));
        now = now.plus(Duration.ofHours(25));
        assertThat(journal.append(items(1_000_000, 1_000_050))).isEmpty();
        assertThat(journal.append(items(3, 3))).hasSize(1);
        now = now.plus(Duration.ofDays(6));
        assertThat(journal.append(items(1_000_000, 1_000_050))).hasSize(51);
        end(journal);
    }

    /** Line 17: ids of one bot say nothing about those of another. */
    @Test
    void anotherBotHasItsOwn() {
        var journal = open(1);
        journal.append(items(1, 10));
        end(journal);
        var other = open(2);
        assertThat(other.size()).isZero();
        assertThat(other.undone(0, 100)).isEmpty();
        assertThat(other.append(items(1, 10))).hasSize(10);
        end(other);
        var first = open(1);
        assertThat(first.size()).isEqualTo(10);
        end(first);
    }

    @Test
    void marksOfUnknownEntriesHaveNoEffect() {
        var journal = open(1);
        journal.append(items(1, 3));
        journal.done(0);
        journal.done(Long.MAX_VALUE);
        assertThat(journal.size()).isEqualTo(3);
        end(journal);
    }

    @Test
    void holdsEmptyAndLongUpdates() {
        var journal = open(1);
        var items = List.of(new Item(1, ""), new Item(2, "ñ\u0000\uD83D\uDE00".repeat(100_000)), new Item(3, ""));
        journal.append(items);
        journal = reopen(journal);
        assertThat(journal.undone(0, 10)).extracting(Journal.Entry::update).isEqualTo(items);
        end(journal);
    }

    /** Against a plain map, with reopenings. */
    @Test
    void behavesLikeAMapOverRandomUse() {
        long seed = System.nanoTime();
        System.out.println(getClass().getSimpleName() + " seed " + seed);
        var random = new Random(seed);
        var journal = open(1);
        var known = new java.util.HashSet<Long>();
        var undone = new TreeMap<Long, Item>();
        for (int step = 0; step < 200; step++) {
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> {
                    long from = random.nextInt(3000);
                    var batch = items(from, from + random.nextInt(40));
                    var entries = journal.append(batch);
                    var expected =
                            batch.stream().filter(item -> known.add(item.id())).toList();
                    assertThat(entries)
                            .as("seed %d", seed)
                            .extracting(Journal.Entry::update)
                            .isEqualTo(expected);
                    entries.forEach(entry -> undone.put(entry.sequence(), entry.update()));
                }
                case 4, 5, 6, 7, 8 -> {
                    for (var sequence : List.copyOf(undone.keySet())) {
                        if (random.nextInt(4) > 0) continue;
                        undone.remove(sequence);
                        journal.done(sequence);
                    }
                }
                default -> {
                    journal = reopen(journal);
                    assertThat(journal.undone(0, 100_000)).hasSameSizeAs(undone.values());
                }
            }
            assertThat(journal.size()).as("seed %d", seed).isEqualTo(undone.size());
            if (step % 10 == 0)
                assertThat(journal.undone(0, 100_000))
                        .as("seed %d", seed)
                        .extracting(Journal.Entry::update)
                        .containsExactlyElementsOf(undone.values());
        }
        end(journal);
    }
}
