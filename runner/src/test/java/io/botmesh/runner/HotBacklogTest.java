package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A journal that holds more than memory, most of it of a few keys. */
@Timeout(120)
class HotBacklogTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final long COLD = 1_000_000;

    private static MemoryJournal<Long> journal() {
        return new MemoryJournal<>(Long::longValue, InstantSource.system());
    }

    /** Hot updates are of as many keys as asked for, each cold one is of its own. */
    private static Object key(long update, int hotKeys) {
        return update >= COLD ? update : update % hotKeys;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20})
    void line6WhatIsOnDiskBehindAFloodingKeyStartsWhileSlotsAreFree(int hotKeys) throws Exception {
        int hot = 20_000;
        int cold = 300;
        var source = new QueueSource<Long>();
        LongStream.range(0, hot).forEach(source.updates::add);
        LongStream.range(COLD, COLD + cold).forEach(source.updates::add);
        var release = new CountDownLatch(1);
        var coldEnded = new CountDownLatch(cold);
        var all = new CountDownLatch(hot + cold);
        var order = Collections.synchronizedList(new ArrayList<Long>());
        var journal = journal();
        var options = RunnerOptions.<Long>defaults()
                .withJournal(journal)
                .withKeys(Keys.sequentialize(update -> key(update, hotKeys)))
                .withLimits(RunnerLimits.defaults().withConcurrency(hotKeys + 1).withWatermarks(100, 1000));
        try (var runner = new Runner<Long>(
                source,
                delivery -> {
                    if (delivery.update() >= COLD) {
                        coldEnded.countDown();
                    } else {
                        release.await();
                        order.add(delivery.update());
                    }
                    all.countDown();
                },
                options)) {
            runner.start();
            coldEnded.await(); // not one hot update has ended
            assertThat(order).isEmpty();
            assertThat(runner.size()).isLessThanOrEqualTo(1000 + 100);
            assertThat(runner.stats().spilled()).isGreaterThan(hot - 1000 - 100);
            release.countDown();
            all.await();
            runner.stop(LONG);
            assertThat(order).hasSize(hot).doesNotHaveDuplicates();
            for (int key = 0; key < hotKeys; key++) {
                int own = key;
                assertThat(order.stream().filter(update -> update % hotKeys == own))
                        .isSorted();
            }
            assertThat(journal.size()).isZero();
        }
    }

    /** With one slot too: it goes round among the keys in memory. */
    @Test
    void line6WhatIsOnDiskBehindAFloodingKeyGetsItsTurnAtTheOnlySlot() throws Exception {
        int hot = 10_000;
        var source = new QueueSource<Long>();
        LongStream.range(0, hot).forEach(source.updates::add);
        source.updates.add(COLD);
        var permits = new Semaphore(0);
        var order = Collections.synchronizedList(new ArrayList<Long>());
        var coldEnded = new CountDownLatch(1);
        var options = RunnerOptions.<Long>defaults()
                .withJournal(journal())
                .withKeys(Keys.sequentialize(update -> key(update, 1)))
                .withLimits(RunnerLimits.defaults().withConcurrency(1).withWatermarks(100, 1000));
        try (var runner = new Runner<Long>(
                source,
                delivery -> {
                    permits.acquire();
                    order.add(delivery.update());
                    if (delivery.update() == COLD) coldEnded.countDown();
                },
                options)) {
            runner.start();
            while (runner.stats().spilled() < hot - 101) Thread.onSpinWait();
            while (runner.keys() < 2) Thread.onSpinWait(); // the cold one has come into memory
            permits.release(hot + 1);
            coldEnded.await();
            runner.stop(LONG);
            assertThat(order.indexOf(COLD)).isLessThanOrEqualTo(2);
        }
    }

    /** Keys that come and go, updates of several keys, failures, a stop in the middle: each key keeps its order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void line3OrderIsKeptOverWhatWasLeftOnDisk(long variant) throws Exception {
        long seed = Long.getLong("seed", 1) * 1000 + variant;
        System.out.println("HotBacklogTest seed " + seed);
        var random = new Random(seed);
        int count = 6_000;
        int keys = 2 + random.nextInt(40);
        Map<Long, List<Integer>> keysOf = new HashMap<>();
        for (long update = 0; update < count; update++) {
            var own = new ArrayList<Integer>();
            own.add(random.nextInt(3) > 0 ? random.nextInt(2) : random.nextInt(keys));
            while (random.nextInt(20) == 0) own.add(random.nextInt(keys));
            keysOf.put(update, own);
        }
        var source = new QueueSource<Long>();
        LongStream.range(0, count).forEach(source.updates::add);
        var all = new CountDownLatch(count);
        var overtaken = new Semaphore(0);
        Map<Integer, List<Long>> started = new HashMap<>();
        for (int key = 0; key < keys; key++) started.put(key, Collections.synchronizedList(new ArrayList<>()));
        var options = RunnerOptions.<Long>defaults()
                .withJournal(journal())
                .withKeys(update -> keysOf.getOrDefault(update, List.of()))
                .withFailures((delivery, failure) -> FailureHandler.Decision.SKIP)
                .withLimits(RunnerLimits.defaults()
                        .withConcurrency(1 + random.nextInt(30))
                        .withWatermarks(10, 40 + random.nextInt(200)));
        try (var runner = new Runner<Long>(
                source,
                delivery -> {
                    if (delivery.update() % 97 == 0) {
                        overtaken.drainPermits();
                        overtaken.tryAcquire(1, TimeUnit.MILLISECONDS); // unless it is the only one under way
                    }
                    for (int key : Set.copyOf(keysOf.getOrDefault(delivery.update(), List.of())))
                        Objects.requireNonNull(started.get(key)).add(delivery.update());
                    overtaken.release();
                    all.countDown();
                    if (delivery.update() % 101 == 0) throw new IllegalStateException("some fail");
                },
                options)) {
            runner.start();
            while (all.getCount() > count / 2) Thread.onSpinWait();
            runner.stop(LONG);
            runner.start();
            all.await();
            runner.stop(LONG);
        }
        started.forEach((key, updates) ->
                assertThat(updates).as("seed %d, key %d", seed, key).isSorted().doesNotHaveDuplicates());
    }
}
