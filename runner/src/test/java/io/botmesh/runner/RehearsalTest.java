package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Line 32: what ships for the tests of who uses a runner: a clock of its own, a schedule from a seed, a crash at any step. */
@Timeout(120)
class RehearsalTest {
    private static final int KEYS = 3;

    private final List<String> told = new ArrayList<>();
    private Rehearsal<Item> bot = new Rehearsal<>(delivery -> {}, RunnerOptions.defaults(), 1);

    private static List<Item> items(long from, long until) {
        return LongStream.range(from, until)
                .mapToObj(id -> new Item(id, "text of " + id))
                .toList();
    }

    private static RunnerOptions<Item> keyed() {
        return RunnerOptions.<Item>defaults().withKeys(Keys.sequentialize(item -> item.id() % KEYS));
    }

    private static RunnerOptions<Item> journaled() {
        return keyed().withJournal(new MemoryJournal<>(Item::id, () -> Instant.EPOCH));
    }

    private void rehearse(Handler<Item> handler, RunnerOptions<Item> options, long seed) {
        told.clear();
        bot = new Rehearsal<>(handler, options, seed);
    }

    private void tell(String what, Delivery<Item> delivery) {
        told.add(what + " " + delivery.update().id());
    }

    /** All that a runner has: failures, pauses, conversations, time, crashes. */
    private List<String> eventful(long seed) throws InterruptedException {
        var chance = new Random(seed);
        rehearse(
                delivery -> {
                    tell("begin " + delivery.attempt(), delivery);
                    switch (chance.nextInt(6)) {
                        case 0 -> throw new IllegalStateException("no");
                        case 1 -> bot.pause();
                        case 2 -> {
                            try {
                                tell("then", delivery.next(item -> true, Duration.ofSeconds(20)));
                            } catch (TimeoutException inVain) {
                                tell("in vain", delivery);
                            }
                        }
                        default -> {}
                    }
                    tell("end", delivery);
                },
                journaled()
                        .withConcurrency(2)
                        .withTimes(TimeLimits.<Item>defaults().withStandstill(null)),
                seed);
        for (int round = 0; round < 10; round++) {
            bot.arrive(items(1 + 5 * round, 6 + 5 * round));
            for (int step = chance.nextInt(8); step > 0; step--) bot.step();
            if (chance.nextInt(4) == 0) {
                told.add("crash");
                bot = bot.crash();
            }
            bot.pass(Duration.ofSeconds(chance.nextInt(10)));
        }
        for (int round = 0; round < 50; round++) {
            bot.run();
            bot.pass(Duration.ofMinutes(5));
        }
        return List.copyOf(told);
    }

    @Test
    void line32TheSameSeedIsTheSameRunAndAnotherOneIsAnother() throws InterruptedException {
        var all = new HashSet<List<String>>();
        for (long seed = 0; seed < 60; seed++) {
            var once = eventful(seed);
            assertThat(eventful(seed)).as("seed %d", seed).isEqualTo(once);
            all.add(once);
        }
        assertThat(all).hasSize(60);
    }

    @Test
    void line32WhateverTheSeedWhatSharesAKeyStaysInOrderAndOthersDoNot() {
        var orders = new HashSet<List<String>>();
        for (long seed = 0; seed < 100; seed++) {
            rehearse(delivery -> tell("did", delivery), keyed(), seed);
            bot.arrive(items(0, 9));
            assertThat(bot.run()).isEqualTo(9);
            Map<Long, Long> last = new HashMap<>();
            for (var line : told) {
                long id = Long.parseLong(line.substring(4));
                var before = last.put(id % KEYS, id);
                assertThat(before == null || before < id)
                        .as("seed %d: %s", seed, told)
                        .isTrue();
            }
            orders.add(List.copyOf(told));
        }
        assertThat(orders).hasSizeGreaterThan(50);
    }

    /** Two handlers of different keys that read, and then write, the same account. */
    @Test
    void line32ASeedFindsWhatOnlyAnUnluckyOrderShows() {
        int wrong = 0;
        for (long seed = 0; seed < 100; seed++) {
            long[] account = {0};
            rehearse(
                    delivery -> {
                        long before = account[0];
                        bot.pause();
                        account[0] = before + 1;
                    },
                    keyed(),
                    seed);
            bot.arrive(items(0, 2));
            bot.run();
            if (account[0] != 2) wrong++;
        }
        assertThat(wrong).isBetween(1, 99);
    }

    @Test
    void line32AProcessThatDiesAnywhereLosesNothingAndRepeatsWhatWasRunning() {
        int repeats = 0;
        for (long seed = 0; seed < 300; seed++) {
            var chance = new Random(seed);
            var ended = new ArrayList<Long>();
            var running = new TreeSet<Long>(); // when the process died
            var now = new TreeSet<Long>();
            rehearse(
                    delivery -> {
                        long id = delivery.update().id();
                        if (running.remove(id)) assertThat(delivery.attempt()).isGreaterThan(1);
                        now.add(id);
                        bot.pause();
                        now.remove(id);
                        ended.add(id);
                    },
                    journaled(),
                    seed);
            for (int life = 0; life < 4; life++) {
                bot.arrive(items(1 + 6 * life, 7 + 6 * life));
                for (int step = chance.nextInt(20); step > 0; step--) bot.step();
                running.addAll(now);
                repeats += now.size();
                now.clear();
                bot = bot.crash();
            }
            bot.run();
            assertThat(ended)
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.range(1, 25).boxed().toList());
            assertThat(bot.unconfirmed()).isEmpty();
        }
        assertThat(repeats).isPositive();
    }

    @Test
    void withoutAJournalTheServerBringsAgainWhatItMayNotForget() {
        rehearse(delivery -> tell("did", delivery), keyed(), 1);
        bot.arrive(items(0, 6));
        while (told.size() < 3) bot.step();
        var left = bot.unconfirmed();
        assertThat(left).hasSizeBetween(3, 6);
        bot = bot.crash();
        assertThat(bot.unconfirmed()).isEqualTo(left);
        assertThat(bot.run()).isEqualTo(left.size());
        assertThat(bot.unconfirmed()).isEmpty();
    }

    @Test
    void whoHasDiedIsToldOfNothing() {
        rehearse(
                delivery -> {
                    try {
                        tell("heard", delivery.next(item -> true, Duration.ofMinutes(1)));
                    } finally {
                        tell("cleans up", delivery);
                    }
                },
                journaled(),
                1);
        bot.arrive(items(0, 1));
        bot.run();
        bot = bot.crash();
        bot.pass(Duration.ofHours(1));
        assertThat(told).isEmpty();
        assertThat(bot.run()).isOne();
        bot.arrive(items(3, 4));
        bot.run();
        assertThat(told).containsExactly("heard 3", "cleans up 0");
    }

    @Test
    void atMostOnceWhatWaitsDiesWithTheProcess() {
        rehearse(delivery -> tell("did", delivery), keyed().withGuarantee(new Guarantee.AtMostOnce<>()), 1);
        bot.arrive(items(0, 6));
        bot.step();
        bot = bot.crash();
        assertThat(bot.run()).isZero();
        assertThat(told).hasSize(1);
    }

    @Test
    void whatFailedIsTriedAgainWhenItsPauseIsOver() {
        rehearse(
                delivery -> {
                    tell("attempt " + delivery.attempt(), delivery);
                    if (delivery.attempt() < 3) throw new IllegalStateException("no");
                },
                keyed().withFailures((delivery, failure) -> FailureHandler.Decision.RETRY),
                1);
        bot.arrive(items(7, 8));
        bot.run();
        assertThat(told).containsExactly("attempt 1 7");
        bot.pass(Duration.ofHours(1));
        bot.run();
        assertThat(told).containsExactly("attempt 1 7", "attempt 2 7");
        bot.pass(Duration.ofHours(1));
        bot.run();
        assertThat(told).hasSize(3);
        assertThat(bot.run()).isZero();
    }

    @Test
    void aHandlerThatTakesTooLongSeesItsTimeout() {
        rehearse(
                delivery -> {
                    bot.pass(Duration.ofSeconds(6));
                    told.add("cancelled " + delivery.cancelled() + " at "
                            + bot.clock().instant());
                },
                keyed().withTimes(TimeLimits.<Item>defaults().withExecution(Duration.ofSeconds(5))),
                1);
        bot.arrive(items(0, 1));
        bot.pass(Duration.ofDays(1)); // nobody has begun: that is no time of the handler's
        bot.run();
        assertThat(told).containsExactly("cancelled true at 2026-01-02T00:00:06Z");
    }

    @Test
    void aConversationGoesOnWithTheNextUpdateOfItsKeyOrWithoutOne() {
        rehearse(
                delivery -> {
                    tell("asks", delivery);
                    try {
                        tell("heard", delivery.next(item -> true, Duration.ofMinutes(1)));
                    } catch (TimeoutException nobody) {
                        tell("heard nothing", delivery);
                    }
                },
                keyed().withConcurrency(1),
                1);
        bot.arrive(items(0, 1));
        bot.run();
        bot.arrive(items(3, 4));
        bot.run();
        assertThat(told).containsExactly("asks 0", "heard 3");
        bot.arrive(items(6, 7));
        bot.run();
        bot.pass(Duration.ofMinutes(2));
        bot.run();
        assertThat(told.subList(2, 4)).containsExactly("asks 6", "heard nothing 6");
        assertThat(bot.ready()).isZero();
    }

    @Test
    void aHandlerWithoutItsSlotLetsOthersGoOnAndWaitsForOneAgain() {
        rehearse(
                delivery -> {
                    tell("begins", delivery);
                    delivery.withoutSlot(() -> {
                        bot.pause();
                        return "";
                    });
                    tell("ends", delivery);
                },
                keyed().withConcurrency(1),
                3);
        bot.arrive(items(0, 3));
        bot.run();
        assertThat(told).hasSize(6);
        assertThat(told.subList(0, 2)).allMatch(line -> line.startsWith("begins"));
    }

    @Test
    void whatDoesNotFitIntoMemoryWaitsInTheJournalAndComesInOrder() {
        rehearse(
                delivery -> tell("did", delivery),
                journaled()
                        .withLimits(
                                RunnerLimits.defaults().withWatermarks(5, 10).withSpill(100_000)),
                1);
        bot.arrive(items(0, 3000));
        assertThat(bot.unconfirmed()).isEmpty();
        bot = bot.crash();
        assertThat(bot.run()).isEqualTo(3000);
        Map<Long, Long> last = new HashMap<>();
        for (var line : told) {
            long id = Long.parseLong(line.substring(4));
            var before = last.put(id % KEYS, id);
            assertThat(before == null || before < id).isTrue();
        }
    }

    private record Order(long id, String customer, int price) {}

    /** docs/runner.md shows this. */
    @Test
    void theExampleOfTheGuideHolds() {
        var orders = List.of(new Order(1, "anna", 5), new Order(2, "ben", 7), new Order(3, "anna", 2));
        var expected = Map.of(1L, "anna", 2L, "ben", 3L, "anna");
        for (long seed = 0; seed < 1000; seed++) {
            var done = new HashMap<Long, String>();
            Handler<Order> handler = delivery -> {
                var order = delivery.update();
                done.put(order.id(), order.customer());
            };
            var journal = new MemoryJournal<>(Order::id, InstantSource.system());
            var options = RunnerOptions.<Order>defaults()
                    .withKeys(Keys.sequentialize(Order::customer))
                    .withJournal(journal);
            var bot = new Rehearsal<>(handler, options, seed);
            bot.arrive(orders);
            bot.step(); // a handler, drawn by the seed, goes on to its end or to where it waits
            bot = bot.crash(); // and here the process dies
            bot.run();
            bot.pass(Duration.ofMinutes(1)); // retries, and waits for an update, come to their end
            bot.run();
            assertEquals(expected, done, "seed " + seed);
        }
    }

    @Test
    void theExampleOfTheGuideIsThat() throws IOException {
        var guide = Files.readString(Path.of("../docs/runner.md"));
        var code = guide.substring(guide.indexOf("```java") + 7);
        var own = Files.readString(Path.of("src/test/java/io/botmesh/runner/RehearsalTest.java"));
        assertThat(own.replaceAll("\\s", ""))
                .contains(code.substring(0, code.indexOf("```")).replaceAll("\\s", ""));
    }

    @Test
    void itsJournalsTimePassesWithItsOwn() {
        var journal = new MemoryJournal<>(Item::id, InstantSource.system());
        rehearse(delivery -> tell("did", delivery), keyed().withJournal(journal), 1);
        bot.arrive(items(1, 2));
        bot.run();
        bot.pass(Duration.ofDays(1));
        bot.arrive(items(1, 2));
        bot.run();
        assertThat(told).as("known for a day").hasSize(1);
        bot = bot.crash();
        bot.pass(Duration.ofDays(8));
        bot.arrive(items(1, 2));
        bot.run();
        assertThat(told).as("ids begin anew after an idle week").hasSize(2);
    }

    @Test
    void aThreadThatAHandlerHasStartedMayNotPauseForIt() {
        rehearse(
                delivery -> {
                    var own = Thread.ofPlatform().start(() -> {
                        try {
                            bot.pause();
                        } catch (IllegalStateException refused) {
                            told.add(String.valueOf(refused.getMessage()));
                        }
                    });
                    own.join();
                    tell("did", delivery);
                },
                keyed(),
                1);
        bot.arrive(items(1, 2));
        bot.run();
        assertThat(told).containsExactly("not the thread of a handler", "did 1");
    }

    @Test
    void whatCannotBeIsRefused(@TempDir Path folder) {
        rehearse(
                delivery -> bot.step(),
                keyed().withFailures((delivery, failure) -> {
                    told.add(String.valueOf(failure.getMessage()));
                    return FailureHandler.Decision.SKIP;
                }),
                1);
        bot.arrive(items(0, 1));
        bot.run();
        assertThat(told).containsExactly("called by a handler, which would wait for itself");
        assertThatThrownBy(bot::pause).hasMessage("not the thread of a handler");
        var dead = bot;
        bot = bot.crash();
        assertThatThrownBy(dead::step).hasMessageStartingWith("this process has died");
        try (var files = FileJournal.open(folder, 1, Item::id, JournalContract.CODEC)) {
            rehearse(delivery -> {}, keyed().withJournal(files), 1);
            assertThatThrownBy(bot::crash).hasMessageStartingWith("only a MemoryJournal");
        }
    }
}
