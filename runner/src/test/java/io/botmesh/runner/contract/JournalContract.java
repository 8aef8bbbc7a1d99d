package io.botmesh.runner.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.botmesh.runner.Codec;
import io.botmesh.runner.DeadLetters;
import io.botmesh.runner.Journal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Journal} does. In a package of its own, so that tests of other modules find it beside the module. */
public abstract class JournalContract {
    /** An update of a made-up kind. */
    public record Item(long id, String text) {}

    /** For journals that store bytes. */
    public static final Codec<Item> CODEC = new Codec<>(
            item -> {
                var text = item.text().getBytes(StandardCharsets.UTF_8);
                return ByteBuffer.allocate(Long.BYTES + text.length)
                        .putLong(item.id())
                        .put(text)
                        .array();
            },
            bytes -> {
                var buffer = ByteBuffer.wrap(bytes);
                long id = buffer.getLong();
                return new Item(id, StandardCharsets.UTF_8.decode(buffer).toString());
            });

    protected JournalContract() {}

    /** The journal's wall clock, which a test may set. */
    protected Instant now = Instant.parse("2026-03-01T12:00:00Z");

    /** The journal's clock that nobody sets; about to wrap. */
    protected long nanos = Long.MAX_VALUE - 1_000;

    /** Lets time pass by both. */
    protected void pass(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }

    /** A journal of the bot that finds what earlier ones have left. */
    protected abstract Journal<Item> open(long botId);

    /** Ends it cleanly. */
    protected abstract void end(Journal<?> journal);

    private Journal<Item> reopen(Journal<Item> journal) {
        end(journal);
        return open(1);
    }

    protected static List<Item> items(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(id -> new Item(id, "text of " + id))
                .toList();
    }

    protected static List<Long> ids(List<Journal.Entry<Item>> entries) {
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
        assertThat(left).hasSize(100).allMatch(entry -> entry.attempt() == 2 && entry.attempts() == 0);
        assertThat(ids(left)).startsWith(2L, 4L, 6L).endsWith(149L, 150L).isSorted();
        assertThat(journal.size()).isEqualTo(100);
        left.forEach(entry -> assertThat(entry.update().text())
                .isEqualTo("text of " + entry.update().id()));

        var fresh = journal.append(items(151, 151)).getFirst();
        assertThat(fresh.attempt()).isOne();
        assertThat(fresh.sequence()).isGreaterThan(left.getLast().sequence());
        // To wait is no attempt, however often the process starts anew.
        journal = reopen(reopen(journal));
        assertThat(journal.undone(0, 1000)).allMatch(entry -> entry.attempt() == 2 && entry.attempts() == 0);
        end(journal);
    }

    @Test
    void line20AnEntryKnowsWhenItArrivedHoweverOftenTheJournalIsOpened() {
        now = now.plusNanos(123_456_789);
        var first = now.truncatedTo(ChronoUnit.MILLIS);
        var journal = open(1);
        assertThat(journal.append(items(1, 3)))
                .extracting(Journal.Entry::arrived)
                .containsExactly(first, first, first);
        pass(Duration.ofHours(30));
        var second = first.plus(Duration.ofHours(30));
        journal.append(items(4, 4));
        for (int i = 0; i < 3; i++) {
            journal.began(journal.undone(0, 1).getFirst().sequence(), i + 1);
            assertThat(journal.undone(0, 10))
                    .extracting(Journal.Entry::arrived)
                    .containsExactly(first, first, first, second);
            var last = journal.undone(0, 10).getLast();
            assertThat(journal.undone(List.of(last.sequence()))).containsExactly(last);
            journal = reopen(journal);
            pass(Duration.ofHours(1));
        }
        end(journal);
    }

    @Test
    void line20AReplayedDeadLetterArrivesAnew() {
        var journal = open(1);
        long sequence = journal.append(items(1, 1)).getFirst().sequence();
        journal.dead(sequence, 1, new DeadLetters.Cause("x.Poison", "no", ""));
        pass(Duration.ofDays(3));
        var replayed = now;
        journal.deadLetters().replay(sequence);
        for (int i = 0; i < 2; i++) {
            pass(Duration.ofDays(3));
            assertThat(journal.undone(0, 10)).extracting(Journal.Entry::arrived).containsExactly(replayed);
            journal = reopen(journal);
        }
        end(journal);
    }

    /** The journal's clock that a small computer has before it knows the time. */
    @Test
    void line20AnArrivalBeforeTheEpochIsKept() {
        now = Instant.EPOCH.minus(Duration.ofDays(365)).minusMillis(1);
        var journal = open(1);
        journal.append(items(1, 1));
        journal = reopen(journal);
        assertThat(journal.undone(0, 10)).extracting(Journal.Entry::arrived).containsExactly(now);
        assertThat(journal.append(items(1, 1))).isEmpty();
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

    @Test
    void readsBackWhatItIsAskedForIfThatHasNotEnded() {
        var journal = open(1);
        var all = new ArrayList<Journal.Entry<Item>>();
        for (int i = 0; i < 10; i++) all.addAll(journal.append(items(i * 7 + 1, i * 7 + 7)));
        all.subList(20, 40).forEach(entry -> journal.done(entry.sequence()));
        var asked = new ArrayList<Long>();
        for (int i = 0; i < all.size(); i += 3) asked.add(all.get(i).sequence());
        var expected = new ArrayList<Journal.Entry<Item>>();
        for (int i = 0; i < all.size(); i += 3) if (i < 20 || i >= 40) expected.add(all.get(i));
        assertThat(journal.undone(asked)).isEqualTo(expected);
        asked.add(all.getLast().sequence() + 1_000_000);
        assertThat(journal.undone(asked)).isEqualTo(expected);
        assertThat(journal.undone(List.of())).isEmpty();
        var again = reopen(journal);
        assertThat(ids(again.undone(asked))).isEqualTo(ids(expected));
        assertThat(again.undone(asked)).allMatch(entry -> entry.attempt() == 2);
        end(again);
    }

    @Test
    void line17ARepeatedUpdateIsLeftOutWhetherItIsDoneOrNotAndAfterAReopening() {
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
    void line17ARepetitionWithinOneBatchIsLeftOutToo() {
        var journal = open(1);
        assertThat(ids(journal.append(List.of(new Item(2, "a"), new Item(1, "b"), new Item(2, "c")))))
                .containsExactly(2L, 1L);
        assertThat(journal.append(List.of())).isEmpty();
        end(journal);
    }

    /** As the connections of a webhook bring them. */
    @Test
    void line17IdsInAnyOrderAreKnownAllTheSame() {
        var journal = open(1);
        var all = new ArrayList<>(items(1, 300));
        var random = new Random(1);
        for (int from = 0; from < all.size(); from += 50) Collections.shuffle(all.subList(from, from + 50), random);
        for (int from = 0, to; from < all.size(); from = to) {
            to = Math.min(all.size(), from + 1 + random.nextInt(7));
            for (var entry : journal.append(all.subList(from, to))) journal.done(entry.sequence());
            assertThat(journal.append(all.subList(0, to))).isEmpty();
        }
        journal.flush();
        var again = reopen(journal);
        assertThat(ids(again.append(items(0, 301)))).containsExactly(0L, 301L);
        end(again);
    }

    /** More gaps than a journal knows of, where it does not know all. */
    protected int manyGaps() {
        return 70_000;
    }

    /** Too many gaps to know them all: then what is old is new again, and what is new is never old. */
    @Test
    void line17IdsThatLeaveGapsWithoutEndMakeNoUpdateKnownThatIsNot() {
        var journal = open(1);
        long end = 2L * manyGaps();
        var all = LongStream.range(0, manyGaps())
                .mapToObj(id -> new Item(2 * id, ""))
                .toList();
        assertThat(journal.append(all)).hasSize(manyGaps());
        assertThat(ids(journal.append(items(end - 4, end - 1)))).containsExactly(end - 3, end - 1);
        journal.flush();
        var again = reopen(journal);
        assertThat(ids(again.append(items(end - 6, end - 1)))).containsExactly(end - 5);
        end(again);
    }

    /** After an idle week the server goes on from a random id, which may be lower, or one that was used before. */
    @Test
    void line17RemembersForADayAndForgetsWithinAWeek() {
        var journal = open(1);
        journal.append(items(1_000_000, 1_000_050)).forEach(entry -> journal.done(entry.sequence()));
        pass(Duration.ofHours(25));
        assertThat(journal.append(items(1_000_000, 1_000_050))).isEmpty();
        assertThat(journal.append(items(3, 3))).hasSize(1);
        pass(Duration.ofDays(6));
        assertThat(journal.append(items(1_000_000, 1_000_050))).hasSize(51);
        end(journal);
    }

    /** Over a restart within the idle week, and whatever the id was used for before. */
    @Test
    void line17AfterAnIdleWeekInWhichTheProcessWasDownALowerOrTheSameIdIsNew() {
        var journal = open(1);
        journal.append(items(500, 600)).forEach(entry -> journal.done(entry.sequence()));
        journal.flush();
        end(journal);
        pass(Duration.ofHours(25));
        var nextDay = open(1);
        assertThat(nextDay.append(items(550, 560))).isEmpty();
        end(nextDay);
        pass(Duration.ofDays(7));
        var nextWeek = open(1);
        assertThat(ids(nextWeek.append(items(550, 552)))).containsExactly(550L, 551L, 552L);
        assertThat(ids(nextWeek.append(items(7, 8)))).containsExactly(7L, 8L);
        assertThat(nextWeek.append(items(550, 552))).isEmpty();
        end(nextWeek);
    }

    /** A clock that was set wrong must neither keep ids beyond their time nor lose those of the day. */
    @Test
    void line17AClockThatWasAheadKeepsNoIdLongerThanItsTime() {
        var journal = open(1);
        var right = now;
        now = right.plus(Duration.ofDays(300));
        journal.append(items(1, 10)).forEach(entry -> journal.done(entry.sequence()));
        now = right;
        assertThat(journal.append(items(5, 11))).hasSize(1);
        pass(Duration.ofHours(25));
        assertThat(journal.append(items(5, 11))).isEmpty();
        pass(Duration.ofDays(6));
        assertThat(journal.append(items(5, 11))).hasSize(7);
        end(journal);
    }

    /** The same if it is set right while the process is down, so that nobody sees by how much. */
    @Test
    void line17AClockThatWasAheadInAnEarlierProcessKeepsNoIdLongerThanItsTime() {
        var right = now;
        now = right.plus(Duration.ofDays(300));
        var early = open(1);
        early.append(items(1, 10)).forEach(entry -> early.done(entry.sequence()));
        early.flush();
        end(early);
        now = right;
        var journal = open(1);
        assertThat(journal.append(items(5, 11))).hasSize(1);
        pass(Duration.ofHours(25));
        assertThat(journal.append(items(5, 11))).isEmpty();
        pass(Duration.ofDays(6));
        assertThat(journal.append(items(5, 11))).hasSize(7);
        end(journal);
    }

    /** As a small computer does that learns the time from the network; and back again. */
    @Test
    void line17AClockThatJumpsForgetsNothingHoweverFar() {
        var first = open(1);
        first.append(items(1, 10)).forEach(entry -> first.done(entry.sequence()));
        for (var jump : List.of(Duration.ofDays(3), Duration.ofDays(20_000), Duration.ofDays(-19_000))) {
            now = now.plus(jump);
            pass(Duration.ofHours(8));
            assertThat(first.append(items(1, 10))).as("after %s", jump).isEmpty();
        }
        first.flush();
        var journal = reopen(first);
        pass(Duration.ofHours(8));
        assertThat(ids(journal.append(items(1, 11)))).containsExactly(11L);
        pass(Duration.ofDays(6));
        assertThat(journal.append(items(1, 10))).hasSize(10);
        end(journal);
    }

    /** Nobody can tell that from days in which nothing came, but a week of those it takes for another id to come. */
    @Test
    void line17AJumpOfDaysWhileTheProcessIsDownForgetsNothing() {
        var journal = open(1);
        journal.append(items(1, 10)).forEach(entry -> journal.done(entry.sequence()));
        journal.flush();
        end(journal);
        now = now.plus(Duration.ofDays(5));
        var next = open(1);
        assertThat(ids(next.append(items(1, 11)))).containsExactly(11L);
        end(next);
    }

    /** Ids of one bot say nothing about those of another. */
    @Test
    void line17AnotherBotHasItsOwn() {
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

    /** Each would read back what the other is handling. */
    @Test
    @Timeout(300)
    void onlyOneRunnerAtATimeWorksOverTheSameObject() throws Exception {
        var journal = open(1);
        var first = new HandedRunner(journal);
        var second = new HandedRunner(journal);
        first.runner().start();
        first.handle(items(1, 1).getFirst());
        for (int attempt = 0; attempt < 2; attempt++)
            assertThatIllegalStateException()
                    .isThrownBy(second.runner()::start)
                    .withMessage("another runner of this program has this journal: stop that one first,"
                            + " or give each a journal of its own");
        assertThat(second.runner().isRunning()).isFalse();
        second.runner().close();
        first.handle(items(2, 2).getFirst());
        assertThat(first.runner().stop(Duration.ofMinutes(1)).leftInJournal()).isZero();

        second.runner().start();
        second.handle(items(3, 3).getFirst());
        assertThatIllegalStateException().isThrownBy(first.runner()::start);
        assertThat(second.runner().stop(Duration.ofMinutes(1)).leftInJournal()).isZero();
        first.runner().start();
        first.handle(items(4, 4).getFirst());
        assertThat(first.runner().stop(Duration.ofMinutes(1)).leftInJournal()).isZero();
        end(journal);
    }

    @Test
    void line18AttemptsAreCountedOverReopenings() {
        var journal = open(1);
        var sequences = journal.append(items(1, 4)).stream()
                .map(Journal.Entry::sequence)
                .toList();
        journal.failed(sequences.get(0), 1);
        journal.failed(sequences.get(0), 2);
        journal.began(sequences.get(1), 1);
        journal.failed(sequences.get(1), 1);
        journal.began(sequences.get(2), 1); // and nothing is heard of it again
        assertThat(journal.undone(0, 10)).extracting(Journal.Entry::attempts).containsExactly(2, 1, 1, 0);
        assertThat(journal.undone(0, 10)).extracting(Journal.Entry::attempt).containsExactly(3, 2, 2, 1);
        journal = reopen(journal);
        assertThat(journal.undone(0, 10)).extracting(Journal.Entry::attempts).containsExactly(2, 1, 1, 0);
        assertThat(journal.undone(0, 10)).extracting(Journal.Entry::attempt).containsExactly(3, 2, 2, 2);
        assertThat(journal.undone(0, 10)).extracting(Journal.Entry::vanished).containsExactly(0, 0, 1, 0);
        journal.began(sequences.get(2), 2);
        journal = reopen(journal);
        journal = reopen(journal); // once more, without any attempt
        assertThat(journal.undone(0, 10)).extracting(Journal.Entry::vanished).containsExactly(0, 0, 2, 0);
        assertThat(journal.undone(0, 10)).extracting(Journal.Entry::attempts).containsExactly(2, 1, 2, 0);
        for (long sequence : sequences) journal.done(sequence);
        assertThat(reopen(journal).size()).isZero();
    }

    @Test
    void line18ADeadLetterIsKeptWithItsCauseUntilItIsDiscarded() {
        var journal = open(1);
        var entries = journal.append(items(1, 4));
        var cause = new DeadLetters.Cause("java.lang.Error", "why \uD83D\uDE00", "at a\nat b");
        now = now.plus(Duration.ofMinutes(1));
        var at = now;
        journal.dead(entries.get(1).sequence(), 8, cause);
        journal.dead(entries.get(3).sequence(), 1, new DeadLetters.Cause("", "", ""));
        journal.dead(entries.get(3).sequence(), 2, cause); // has ended already
        journal.dead(Long.MAX_VALUE, 1, cause);
        journal.flush();
        for (int life = 0; life < 2; life++) {
            assertThat(ids(journal.undone(0, 10))).containsExactly(1L, 3L);
            assertThat(journal.size()).isEqualTo(2);
            assertThat(journal.deadLetters().count()).isEqualTo(2);
            assertThat(journal.deadLetters().list(0, 1))
                    .containsExactly(new DeadLetters.Letter<>(
                            entries.get(1).sequence(), items(2, 2).getFirst(), cause, at, 8));
            assertThat(journal.deadLetters().list(entries.get(1).sequence(), 10))
                    .extracting(DeadLetters.Letter::sequence)
                    .containsExactly(entries.get(3).sequence());
            assertThat(journal.append(items(1, 4))).isEmpty();
            journal = reopen(journal);
        }
        assertThat(journal.deadLetters().discard(entries.get(1).sequence())).isTrue();
        assertThat(journal.deadLetters().discard(entries.get(1).sequence())).isFalse();
        assertThat(journal.deadLetters().discard(entries.get(0).sequence())).isFalse();
        journal = reopen(journal);
        assertThat(journal.deadLetters().count()).isOne();
        assertThat(journal.size()).isEqualTo(2);
        end(journal);
    }

    @Test
    void line18AReplayedDeadLetterIsTheLastEntryWithNoAttemptsAndFlagged() {
        var journal = open(1);
        var entries = journal.append(items(1, 3));
        journal.dead(entries.getFirst().sequence(), 8, new DeadLetters.Cause("x", "", ""));
        var told = new ArrayList<Long>();
        journal.onReplay(told::add);
        assertThat(journal.deadLetters().replay(entries.get(1).sequence())).isFalse();
        assertThat(journal.deadLetters().replay(entries.getFirst().sequence())).isTrue();
        for (int life = 0; life < 2; life++) {
            var left = journal.undone(0, 10);
            assertThat(ids(left)).containsExactly(2L, 3L, 1L);
            assertThat(told).containsExactly(left.getLast().sequence());
            assertThat(left.getLast().attempts()).isZero();
            assertThat(left.getLast().attempt()).isEqualTo(2);
            assertThat(journal.size()).isEqualTo(3);
            assertThat(journal.deadLetters().count()).isZero();
            journal = reopen(journal);
        }
        journal.undone(0, 10); // a journal marks only what it has handed out
        journal.done(told.getFirst());
        assertThat(ids(reopen(journal).undone(0, 10))).containsExactly(2L, 3L);
    }

    @Test
    void line18DeadLettersOfAnotherBotAreNotSeen() {
        var journal = open(1);
        long sequence = journal.append(items(1, 1)).getFirst().sequence();
        journal.dead(sequence, 1, new DeadLetters.Cause("x", "", ""));
        end(journal);
        var other = open(2);
        assertThat(other.deadLetters().count()).isZero();
        assertThat(other.deadLetters().list(0, 10)).isEmpty();
        assertThat(other.deadLetters().replay(sequence)).isFalse();
        assertThat(other.deadLetters().discard(sequence)).isFalse();
        end(other);
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
        long seed = Long.getLong("seed", 1);
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
