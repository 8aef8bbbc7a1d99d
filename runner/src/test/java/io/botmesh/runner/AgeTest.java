package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.contract.ForwardingJournal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How old updates are that lay in a journal. Their first letter says what becomes of those older than 15 s: drop or flag. */
@Timeout(60)
class AgeTest {
    private static final Duration MOST = Duration.ofSeconds(15);
    private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

    private final FakeTimer timer = new FakeTimer();
    private final AtomicReference<Instant> wallClock = new AtomicReference<>(BEGIN);
    private final QueueSource<String> source = new QueueSource<>();
    private final LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final CountDownLatch first = new CountDownLatch(1);

    private MemoryJournal<String> journal() {
        return new MemoryJournal<>(String::hashCode, wallClock::get, timer::nanoTime);
    }

    /** Lets time pass by both clocks. */
    private void pass(Duration time) {
        wallClock.set(wallClock.get().plus(time));
        timer.advance(time);
    }

    private void setClock(int days) {
        wallClock.set(wallClock.get().plus(Duration.ofDays(days)));
    }

    private static AgeLimit limit(String update) {
        return update.startsWith("drop") ? AgeLimit.drop(MOST) : AgeLimit.flag(MOST);
    }

    private Runner<String> start(Journal<String> journal, AgeLimits<String> ages) {
        var options = RunnerOptions.<String>defaults()
                .withKeys(update -> List.of("one"))
                .withTimes(TimeLimits.<String>defaults().withExecution(null).withAges(ages))
                .withLimits(RunnerLimits.defaults().withConcurrency(1).withWatermarks(1, 2))
                .withListener(new RunnerListener<>() {
                    @Override
                    public void onDropped(String update, DropReason reason) {
                        said.add(update + " " + reason);
                    }
                })
                .withJournal(journal);
        Handler<String> handler = delivery -> {
            var update = delivery.update();
            if (update.equals("first")) first.await();
            else said.add(update + " " + delivery.age().toSeconds() + (delivery.overdue() ? " overdue" : ""));
        };
        var runner = new Runner<>(source, handler, options, timer, wallClock::get, new Random(1));
        runner.start();
        return runner;
    }

    /** Waits until so many have arrived, and are in memory or not. */
    private static void awaitLeft(Runner<String> runner, int count) {
        while (runner.stats().waiting() + runner.stats().spilled() < count) Thread.onSpinWait();
    }

    private void hear(String... expected) throws InterruptedException {
        var heard = new ArrayList<String>();
        for (int i = 0; i < expected.length; i++) heard.add(said.take());
        assertThat(heard).containsExactly(expected);
    }

    @Test
    void line20WhatLayInTheJournalOverAStopIsAsOldAsItIs() throws InterruptedException {
        var journal = journal();
        journal.append(List.of("drop 1", "flag 1"));
        pass(Duration.ofSeconds(10));
        journal.append(List.of("drop 2", "flag 2"));
        pass(Duration.ofSeconds(10));
        try (var runner = start(journal.reopened(), AgeTest::limit)) {
            hear("drop 1 EXPIRED", "flag 1 20 overdue", "drop 2 10", "flag 2 10");
            assertThat(runner.stats().dropped()).isOne();
        }
    }

    /** As a small computer does that learns the time from the network, after what it has left, and back again. */
    @ParameterizedTest
    @ValueSource(ints = {400, -400})
    void line20AClockThatIsSetAfterTheStartMakesWhatAnEarlierProcessLeftNeitherOldNorYoung(int days)
            throws InterruptedException {
        var journal = journal();
        journal.append(List.of("first"));
        journal.append(IntStream.range(0, 40).mapToObj(i -> "flag " + i).toList());
        pass(Duration.ofSeconds(5));
        try (var runner = start(journal.reopened(), AgeTest::limit)) {
            while (runner.stats().running() == 0) Thread.onSpinWait();
            setClock(days);
            timer.advance(Duration.ofSeconds(5));
            first.countDown();
            for (int i = 0; i < 40; i++) hear("flag " + i + " 10");
        }
    }

    @Test
    void line20WhatComesFromTheFutureIsAsGoodAsNew() throws InterruptedException {
        var journal = journal();
        journal.append(List.of("drop", "flag"));
        setClock(-400);
        try (var runner = start(journal.reopened(), AgeTest::limit)) {
            hear("drop 0", "flag 0");
            assertThat(runner.stats().dropped()).isZero();
        }
    }

    /** Those that memory had no room for come back from disk after the clock was set, before the second half came. */
    @ParameterizedTest
    @ValueSource(ints = {0, 400, -400})
    void line20WhatIsReadBackFromDiskCountsFromItsArrivalHoweverTheClockIsSet(int days) throws InterruptedException {
        try (var runner = start(journal(), AgeTest::limit)) {
            source.updates.add("first");
            while (runner.stats().running() == 0) Thread.onSpinWait();
            source.updates.addAll(
                    IntStream.range(0, 20).mapToObj(i -> "flag " + i).toList());
            awaitLeft(runner, 20);
            pass(Duration.ofSeconds(10));
            setClock(days);
            source.updates.addAll(
                    IntStream.range(20, 40).mapToObj(i -> "flag " + i).toList());
            awaitLeft(runner, 40);
            assertThat(runner.stats().spilled()).isGreaterThan(20);
            pass(Duration.ofSeconds(10));
            setClock(days);
            first.countDown();
            for (int i = 0; i < 20; i++) hear("flag " + i + " 20 overdue");
            for (int i = 20; i < 40; i++) hear("flag " + i + " 10");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, -400})
    void line20ADateOfTheUpdatesOwnIsComparedByTheClockOfItsArrival(int days) throws InterruptedException {
        try (var runner = start(journal(), update -> AgeLimit.flag(MOST).withSince(BEGIN.minusSeconds(3)))) {
            source.updates.add("first");
            while (runner.stats().running() == 0) Thread.onSpinWait();
            source.updates.addAll(
                    IntStream.range(0, 20).mapToObj(i -> "own " + i).toList());
            awaitLeft(runner, 20);
            timer.advance(Duration.ofSeconds(13));
            setClock(days);
            first.countDown();
            for (int i = 0; i < 20; i++) hear("own " + i + " 16 overdue");
        }
    }

    /** The disk may be full, or the database away, for long. One of them lies on disk after that, the others never do. */
    @Test
    void line20TimeThatAJournalTakesToStoreIsPartOfAnAge() throws InterruptedException {
        Journal<String> slow = new ForwardingJournal<>(journal()) {
            @Override
            public List<Entry<String>> append(List<String> updates) {
                var entries = super.append(updates);
                if (!updates.contains("first")) pass(Duration.ofSeconds(10));
                return entries;
            }
        };
        try (var runner = start(slow, AgeTest::limit)) {
            source.updates.add("first");
            while (runner.stats().running() == 0) Thread.onSpinWait();
            source.updates.addAll(
                    IntStream.range(0, 20).mapToObj(i -> "flag " + i).toList());
            awaitLeft(runner, 20);
            pass(Duration.ofSeconds(6));
            first.countDown();
            var ages = new ArrayList<String>();
            for (int i = 0; i < 20; i++) ages.add(said.take());
            assertThat(ages).allMatch(said -> said.endsWith("overdue"), "older than 15 s");
        }
    }

    @Test
    void line20WhatAnEarlierVersionHasStoredCountsFromTheStart() throws InterruptedException {
        var journal = journal();
        journal.append(List.of("drop", "flag"));
        pass(Duration.ofDays(2));
        Journal<String> old = new ForwardingJournal<>(journal.reopened()) {
            @Override
            public List<Entry<String>> undone(long after, int limit) {
                return super.undone(after, limit).stream()
                        .map(entry -> new Entry<>(
                                entry.sequence(),
                                entry.attempts(),
                                entry.vanished(),
                                entry.repeated(),
                                null,
                                entry.update()))
                        .toList();
            }
        };
        try (var runner = start(old, AgeTest::limit)) {
            hear("drop 0", "flag 0");
            assertThat(runner.stats().dropped()).isZero();
        }
    }

    @Test
    void line20AReplayedDeadLetterIsNoOlderThanItsReplay() throws InterruptedException {
        var journal = journal();
        long sequence = journal.append(List.of("drop")).getFirst().sequence();
        journal.dead(sequence, 1, new DeadLetters.Cause("x", "", ""));
        pass(Duration.ofDays(2));
        var next = journal.reopened();
        try (var runner = start(next, AgeTest::limit)) {
            pass(Duration.ofDays(2));
            setClock(-400);
            assertThat(next.deadLetters().replay(sequence)).isTrue();
            hear("drop 0");
            assertThat(runner.stats().dropped()).isZero();
        }
    }

    /** A crash is no new beginning, and time passes while nobody runs. */
    @Test
    void line20InARehearsalAgesOutliveACrash() {
        var journal = new MemoryJournal<String>(String::hashCode, () -> Instant.EPOCH);
        var options = RunnerOptions.<String>defaults()
                .withTimes(TimeLimits.<String>defaults().withAges(AgeTest::limit))
                .withJournal(journal);
        var bot = new Rehearsal<String>(
                delivery -> said.add(delivery.update() + " " + delivery.age().toSeconds() + " " + delivery.overdue()),
                options,
                1);
        bot.arrive(List.of("flag"));
        bot.pass(Duration.ofSeconds(7));
        bot = bot.crash();
        bot.pass(Duration.ofSeconds(9));
        bot = bot.crash();
        bot.run();
        assertThat(said).containsExactly("flag 16 true");
    }

    /** One that is set all the time: notes are bounded, and those that are left hold. */
    @Test
    void line20AClockThatIsSetWithEachBatchIsRememberedForTheLastOnes() {
        var arrivals = new Arrivals(timer, wallClock::get);
        arrivals.begin();
        for (int sequence = 1; sequence <= 1_000; sequence++) {
            setClock(sequence % 2 == 0 ? 500 : -500);
            pass(Duration.ofMinutes(1));
            arrivals.note(sequence, wallClock.get(), arrivals.now());
        }
        for (int sequence = 900; sequence <= 1_000; sequence++) {
            var arrived = BEGIN.plus(Duration.ofMinutes(sequence)).minus(Duration.ofDays(sequence % 2 == 0 ? 0 : 500));
            assertThat(timer.nanoTime() - arrivals.at(sequence, arrived))
                    .isEqualTo(Duration.ofMinutes(1_000 - sequence).toNanos());
        }
        assertThat(timer.nanoTime() - arrivals.at(1, BEGIN))
                .isEqualTo(Duration.ofMinutes(1_000).toNanos());
        for (var extreme : List.of(Instant.MAX, Instant.MIN)) {
            assertThat(timer.nanoTime() - arrivals.at(1_000, extreme)).isBetween(0L, Long.MAX_VALUE);
            arrivals.note(1_001, extreme, arrivals.now());
            assertThat(timer.nanoTime() - arrivals.at(1_001, extreme)).isZero();
        }
    }
}
