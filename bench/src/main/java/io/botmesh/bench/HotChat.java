package io.botmesh.bench;

import io.botmesh.runner.Delivery;
import io.botmesh.runner.Keys;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** One chat that is much busier than the others must not hold them up. */
final class HotChat implements Figure {
    private static final int HOT = 0;
    private static final int CHATS = 1_000;
    private static final int CONCURRENCY = 500;
    private static final long HANDLER_MILLIS = 20;

    private record Arrival(int number, int chat) {}

    @Override
    public String name() {
        return "hot";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        var ratios = new double[Math.max(1, scale.rounds() / 2)];
        var others = new double[ratios.length];
        int count = (int) Math.max(100, scale.drained() / 10);
        var random = new Random(7);
        var arrivals = new ArrayList<Arrival>();
        for (int i = 0; i < count; i++)
            arrivals.add(new Arrival(i, random.nextInt(10) < 3 ? HOT : 1 + random.nextInt(CHATS - 1)));
        for (int i = -1; i < ratios.length; i++) {
            double unordered = othersDone(arrivals, Keys.none());
            double ordered = othersDone(arrivals, Keys.sequentialize(Arrival::chat));
            if (i < 0) continue;
            ratios[i] = ordered / unordered;
            others[i] = ordered;
        }
        var waits = new double[ratios.length];
        long hot = Math.max(100, scale.drained() / 20);
        for (int i = -1; i < waits.length; i++) {
            double wait = coldStart(hot);
            if (i >= 0) waits[i] = wait;
        }
        return List.of(
                new Row(
                        String.format(
                                Locale.ROOT,
                                "one of 1,000 chats has 30 %% of %,d updates, handlers of 20 ms, 500 at once: until all the others "
                                        + "are done, in a run without order",
                                count),
                        "1.2 at most",
                        Spread.of(ratios).text(2)),
                new Row(
                        "the same: until all the others are done",
                        "",
                        Spread.of(others).text(2) + " s"),
                new Row(
                        String.format(
                                Locale.ROOT,
                                "%,d updates of one chat, then one of another: until that one starts",
                                hot),
                        "under 50 ms",
                        Spread.of(waits).text(1) + " ms"));
    }

    /** Seconds until every update but the hot chat's is done; the order of each chat is checked. */
    private static double othersDone(List<Arrival> arrivals, Keys<Arrival> keys) throws InterruptedException {
        long hot = arrivals.stream().filter(arrival -> arrival.chat == HOT).count();
        var others = new CountDownLatch((int) (arrivals.size() - hot));
        var latest = new AtomicLong[CHATS];
        for (int i = 0; i < latest.length; i++) latest[i] = new AtomicLong(-1);
        var disordered = new AtomicBoolean();
        boolean ordered = !keys.of(arrivals.getFirst()).isEmpty();
        var begun = new AtomicLong();
        try (var runner = new Runner<Arrival>(
                new Waiting(arrivals),
                delivery -> {
                    var arrival = delivery.update();
                    begun.compareAndSet(0, System.nanoTime());
                    if (latest[arrival.chat].getAndSet(arrival.number) > arrival.number) disordered.set(true);
                    Thread.sleep(HANDLER_MILLIS);
                    if (arrival.chat != HOT) others.countDown();
                },
                RunnerOptions.<Arrival>defaults().withKeys(keys).withConcurrency(CONCURRENCY))) {
            runner.start();
            others.await();
            double seconds = (System.nanoTime() - begun.get()) / 1e9;
            if (ordered && disordered.get()) throw new IllegalStateException("a chat lost its order");
            runner.stop(java.time.Duration.ZERO);
            return seconds;
        }
    }

    /** Milliseconds from the arrival of a cold update behind hot ones to its start. */
    private static double coldStart(long hot) throws InterruptedException {
        var started = new CountDownLatch(1);
        var at = new AtomicLong();
        var arrivals = new ArrayList<Arrival>();
        for (int i = 0; i < hot; i++) arrivals.add(new Arrival(i, HOT));
        arrivals.add(new Arrival((int) hot, 1));
        var source = new Waiting(arrivals);
        try (var runner = new Runner<Arrival>(
                source,
                (Delivery<Arrival> delivery) -> {
                    if (delivery.update().chat != HOT) {
                        at.set(System.nanoTime());
                        started.countDown();
                    }
                    Thread.sleep(HANDLER_MILLIS);
                },
                RunnerOptions.<Arrival>defaults()
                        .withKeys(Keys.sequentialize(Arrival::chat))
                        .withConcurrency(CONCURRENCY))) {
            runner.start();
            started.await();
            runner.stop(java.time.Duration.ZERO);
            return (at.get() - source.lastHandedOut) / 1e6;
        }
    }

    /** All updates wait already. */
    private static final class Waiting implements Source<Arrival> {
        private final List<Arrival> arrivals;
        private int next;
        volatile long lastHandedOut;

        Waiting(List<Arrival> arrivals) {
            this.arrivals = arrivals;
        }

        @Override
        public List<Arrival> next(int limit) throws InterruptedException {
            if (next == arrivals.size()) new CountDownLatch(1).await();
            var batch = arrivals.subList(next, Math.min(arrivals.size(), next + limit));
            next += batch.size();
            lastHandedOut = System.nanoTime();
            return batch;
        }

        @Override
        public void confirm(Arrival through) {}

        @Override
        public void flush() {}
    }
}
