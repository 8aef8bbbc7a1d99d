package io.botmesh.bench;

import io.botmesh.runner.Guarantee;
import io.botmesh.runner.Keys;
import io.botmesh.runner.LongPoll;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerLimits;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.UpdateSupplier;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** More updates than handlers can keep up with, at a server that is some way off: polls have to stay large, and handlers busy. */
final class Saturation implements Figure {
    private static final int CHATS = 1_000;
    private static final int CONCURRENCY = 50;
    private static final int POLL_LIMIT = 100;
    private static final long HANDLER_MILLIS = 20;
    private static final long WAY_MILLIS = 20;

    /**
     * What one run was like.
     *
     * @param batch  updates of a poll that may wait for them, in those that it may bring
     * @param busy   updates a second, in those that so many handlers can do
     * @param polls  share of the time until all was fetched in which a poll was under way
     * @param atOnce most polls under way at one time
     */
    private record Round(double batch, double busy, double polls, int atOnce) {}

    @Override
    public String name() {
        return "saturation";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        int rounds = Math.max(1, scale.rounds() / 2);
        int count = (int) Math.max(200, scale.drained() / 20);
        var limits = RunnerLimits.defaults().withConcurrency(CONCURRENCY);
        var batches = new double[rounds];
        var batchesOnce = new double[rounds];
        var busy = new double[rounds];
        var busyOnce = new double[rounds];
        var polls = new double[rounds];
        int atOnce = 0;
        for (int i = -1; i < rounds; i++) {
            var small = limits.withWatermarks(CONCURRENCY, 2 * POLL_LIMIT);
            var full = run(count, journaled(), small);
            var once = run(count, new Guarantee.AtMostOnce<>(), small);
            var room = run(count, journaled(), limits.withWatermarks(count, 2 * count));
            if (i < 0) continue;
            batches[i] = full.batch;
            batchesOnce[i] = once.batch;
            busy[i] = full.busy;
            busyOnce[i] = once.busy;
            polls[i] = room.polls;
            atOnce = Math.max(atOnce, Math.max(full.atOnce, room.atOnce));
        }
        var load = String.format(
                Locale.ROOT,
                "%,d updates wait at a server %d ms off, handlers of %d ms, %d at once",
                count,
                WAY_MILLIS,
                HANDLER_MILLIS,
                CONCURRENCY);
        return List.of(
                new Row(
                        load + ", room for " + 2 * POLL_LIMIT
                                + " in memory, a journal in memory: updates of a poll, in the " + POLL_LIMIT
                                + " that it may bring; at most once",
                        "0.5 at least; 0.5 at least",
                        Spread.of(batches).text(2) + "; "
                                + Spread.of(batchesOnce).text(2)),
                new Row(
                        "the same: updates a second, in those that the handlers can do; at most once",
                        "",
                        Spread.of(busy).text(2) + "; " + Spread.of(busyOnce).text(2)),
                new Row(
                        load
                                + ", room for all, a journal in memory: share of the time until all are fetched in which a poll is"
                                + " under way; polls at once",
                        "–; 1",
                        Spread.of(polls).text(2) + "; " + atOnce));
    }

    private static Guarantee<Long> journaled() {
        return new Guarantee.Journaled<>(new MemoryJournal<>(Long::longValue, InstantSource.system()));
    }

    private static Round run(int count, Guarantee<Long> guarantee, RunnerLimits limits) throws InterruptedException {
        var server = new Server(count);
        var done = new CountDownLatch(count);
        var options = RunnerOptions.<Long>defaults()
                .withGuarantee(guarantee)
                .withKeys(Keys.sequentialize(update -> update % CHATS))
                .withLimits(limits);
        try (var runner = new Runner<>(
                new LongPoll<>(server, update -> update),
                delivery -> {
                    Thread.sleep(HANDLER_MILLIS);
                    done.countDown();
                },
                options)) {
            long begun = System.nanoTime();
            runner.start();
            done.await();
            double seconds = (System.nanoTime() - begun) / 1e9;
            runner.stop(Duration.ZERO);
            double most = CONCURRENCY * 1e3 / HANDLER_MILLIS;
            return new Round(
                    (double) count / server.polls / POLL_LIMIT,
                    count / seconds / most,
                    (double) server.underWay / (server.fetched - begun),
                    server.most.get());
        }
    }

    /** So many updates. The runner polls on a thread of its own, one poll after the other or it is counted. */
    private static final class Server implements UpdateSupplier<Long> {
        private final int count;
        private final AtomicInteger atOnce = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private volatile int polls;
        /** Nanoseconds in which a poll was, and when the last update left. */
        private volatile long underWay;

        private volatile long fetched;

        Server(int count) {
            this.count = count;
        }

        @Override
        public List<Long> getUpdates(long updateOffset, int limit, Duration timeout) throws InterruptedException {
            long first = Math.max(1, updateOffset);
            if (timeout.isZero()) return List.of(); // only to tell what is confirmed
            if (first > count) new CountDownLatch(1).await();
            long begun = System.nanoTime();
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            Thread.sleep(WAY_MILLIS);
            var updates = LongStream.rangeClosed(first, Math.min(count, first + limit - 1))
                    .boxed()
                    .toList();
            atOnce.decrementAndGet();
            long now = System.nanoTime();
            synchronized (this) {
                polls++;
                underWay += now - begun;
                fetched = now;
            }
            return updates;
        }
    }
}
