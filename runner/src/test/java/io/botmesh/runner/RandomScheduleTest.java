package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Line 3 with everything at once: random sets of keys; handlers that fail, hang, ask, give their slot away, are asked to end
 * and abandoned at random moments. Whatever happens, no key is held twice, each key's updates start in order, and nothing is
 * lost or left behind.
 */
@Timeout(300)
@SuppressWarnings("ThreadPriorityCheck") // a yield widens the races; nothing relies on it
class RandomScheduleTest {
    private static final int UPDATES = 200;
    private static final int KEYS = 6;

    /** Every pause lasts for a random number of yields. */
    private static Timer restless(Random random) {
        return new Timer() {
            @Override
            public Alarm after(Duration pause, Runnable action) {
                var cancelled = new AtomicBoolean();
                int yields = random.nextInt(200);
                Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < yields && !cancelled.get(); i++) Thread.yield();
                    if (!cancelled.get()) action.run();
                });
                return () -> cancelled.set(true);
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
    }

    private static final List<Kind> ODD = List.of(Kind.values());

    private enum Kind {
        PLAIN,
        FAILS,
        FAILS_TWICE,
        HANGS,
        IGNORES_ITS_INTERRUPT,
        ASKS,
        ASKS_AND_FAILS,
        WAITS_OUTSIDE
    }

    private static final class Round {
        final List<List<Integer>> keys;
        final List<Kind> kinds;
        final Map<Integer, Integer> holders = new ConcurrentHashMap<>();
        final Map<Integer, Integer> lastOfKey = new ConcurrentHashMap<>();
        /** What a conversation held when it failed, which it holds when it begins again. */
        final Map<Integer, List<Integer>> heldBefore = new ConcurrentHashMap<>();

        final LinkedBlockingQueue<String> faults = new LinkedBlockingQueue<>();
        final AtomicInteger given = new AtomicInteger();
        final int concurrency;

        Round(Random random) {
            keys = IntStream.range(0, UPDATES)
                    .mapToObj(i -> random.ints(random.nextInt(4), 0, KEYS)
                            .boxed()
                            .distinct()
                            .toList())
                    .toList();
            kinds = IntStream.range(0, UPDATES)
                    .mapToObj(i -> random.nextInt(3) > 0 ? Kind.PLAIN : ODD.get(random.nextInt(ODD.size())))
                    .toList();
            concurrency = 2 + random.nextInt(8);
        }

        private void hold(int who, List<Integer> held) {
            for (int key : held) {
                var other = holders.put(key, who);
                if (other != null) faults.add(who + " and " + other + " hold " + key);
            }
        }

        private void started(Delivery<Integer> delivery) {
            if (delivery.attempt() > 1) return;
            for (int key : keys.get(delivery.update())) {
                var before = lastOfKey.put(key, delivery.update());
                if (before != null && before > delivery.update())
                    faults.add(delivery.update() + " after " + before + " on " + key);
            }
        }

        void handle(Delivery<Integer> delivery) throws Exception {
            int self = delivery.update();
            started(delivery);
            var held = heldBefore.getOrDefault(self, keys.get(self));
            hold(self, held);
            try {
                switch (kinds.get(self)) {
                    case PLAIN -> Thread.yield();
                    case FAILS -> throw new IllegalStateException("always");
                    case FAILS_TWICE -> {
                        if (delivery.attempt() < 3) throw new IllegalStateException("not yet");
                    }
                    case HANGS -> new java.util.concurrent.CountDownLatch(1).await();
                    case IGNORES_ITS_INTERRUPT -> {
                        for (int i = 0; i < 300; i++) Thread.yield();
                    }
                    case WAITS_OUTSIDE ->
                        delivery.withoutSlot(() -> {
                            for (int i = 0; i < 30; i++) Thread.yield();
                            return 0;
                        });
                    case ASKS, ASKS_AND_FAILS -> {
                        if (delivery.attempt() == 1) held = ask(delivery, held);
                        if (kinds.get(self) == Kind.ASKS_AND_FAILS && delivery.attempt() == 1)
                            throw new IllegalStateException("after the answer");
                    }
                }
            } finally {
                heldBefore.put(self, held);
                held.forEach(holders::remove);
            }
        }

        private List<Integer> ask(Delivery<Integer> delivery, List<Integer> held) throws InterruptedException {
            int self = delivery.update();
            held.forEach(holders::remove);
            try {
                var answer = delivery.next(update -> update > self && update % 2 == 0, Duration.ofSeconds(1));
                given.incrementAndGet();
                held = keys.get(answer.update());
                started(answer);
                if (held.stream().noneMatch(keys.get(self)::contains)) faults.add(self + " got " + answer);
            } catch (TimeoutException none) {
                held = keys.get(self);
            } catch (InterruptedException cutShort) {
                hold(self, held);
                heldBefore.put(self, held);
                throw cutShort;
            }
            hold(self, held);
            return held;
        }
    }

    @Test
    void line3NoKeyIsHeldTwiceAndNothingIsLostWhateverHandlersDo() throws InterruptedException {
        long seed = Long.getLong("seed", 1);
        System.out.println("RandomScheduleTest seed " + seed);
        int given = 0;
        for (int i = 0; i < 40; i++) given += run(new Random(seed + i), "seed " + seed + " round " + i);
        assertThat(given).isPositive(); // else the test shows little
    }

    private static int run(Random random, String name) throws InterruptedException {
        var round = new Round(random);
        var source = new QueueSource<Integer>();
        for (int i = 0; i < UPDATES; i++) source.updates.add(i);
        var journal = new MemoryJournal<Integer>(Integer::longValue, InstantSource.system());
        var options = RunnerOptions.<Integer>defaults()
                .withJournal(journal)
                .withKeys(round.keys::get)
                .withConcurrency(round.concurrency)
                .withTimes(TimeLimits.<Integer>defaults()
                        .withExecution(Duration.ofSeconds(1))
                        .withGrace(Duration.ofSeconds(1))
                        .withAbandoned(2, TimeLimits.AbandonedKeys.HELD))
                .withRetry(RetryOptions.defaults().withAttempts(4))
                .withFailures((delivery, failure) ->
                        delivery.attempt() < 4 ? FailureHandler.Decision.RETRY : FailureHandler.Decision.SKIP);
        try (var runner =
                new Runner<Integer>(source, round::handle, options, restless(random), InstantSource.system(), random)) {
            runner.start();
            while (source.confirmed.size() < 1 || !source.confirmed.getLast().equals(UPDATES - 1)) Thread.yield();
            while (journal.size() > 0 || runner.size() > 0 || runner.stats().abandoned() > 0) Thread.yield();
            var stats = runner.stats();
            assertThat(round.faults).as(name).isEmpty();
            assertThat(stats.running()).as(name).isZero();
            assertThat(stats.parked()).as(name).isZero();
            assertThat(stats.waiting()).as(name).isZero();
            assertThat(runner.keys()).as(name).isZero();
        }
        return round.given.get();
    }
}
