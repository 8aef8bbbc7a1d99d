package io.botmesh.bench;

import io.botmesh.bot.Journals;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Guarantee;
import io.botmesh.runner.Journal;
import io.botmesh.runner.Keys;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Source;
import io.botmesh.store.JdbcJournal;
import io.botmesh.store.SqliteDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongFunction;

/** What a runner keeps in memory: of updates that wait, and of chats that are gone. */
final class Backlogs implements Figure {
    private static final String HEAP = "256m";
    private static final BotToken TOKEN = BotToken.parse("1000001:bench-bench-bench-bench-bench-benc");

    /** An update that is its own key. */
    private record Numbered(long number) {}

    @Override
    public String name() {
        return "backlog";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        long waiting = scale.backlog();
        long keys = 10 * waiting;
        var rows = new ArrayList<Row>();
        for (var kind : List.of("files", "SQLite")) {
            try (var child = Child.startWithin(HEAP, Backlogs.class, kind, Long.toString(waiting))) {
                var what = String.format(
                        Locale.ROOT,
                        "%,d updates wait for held handlers, a journal %s, -Xmx%s: ",
                        waiting,
                        kind.equals("files") ? "of files" : "in SQLite",
                        HEAP);
                rows.add(new Row(what + "heap", "under 256 MB", child.answer()));
                rows.add(new Row(what + "from their release until all are handled", "all, in order", child.answer()));
            }
        }
        try (var child = Child.startWithin(HEAP, Backlogs.class, "keys", Long.toString(keys))) {
            rows.add(new Row(
                    String.format(
                            Locale.ROOT, "%,d updates pass, each with a key of its own: heap more than before", keys),
                    "2 MB at most, no key left",
                    child.answer()));
        }
        return rows;
    }

    /** The measured process. */
    public static void main(String[] args) throws Exception {
        long count = Long.parseLong(args[1]);
        try (var folder = new Folder()) {
            switch (args[0]) {
                case "files" -> {
                    try (var journal = Journals.open(folder.file("journal"), TOKEN)) {
                        waiting(count, journal);
                    }
                }
                case "SQLite" -> {
                    try (var database = SqliteDatabase.open(folder.file("journal.db"));
                            var journal = JdbcJournal.ofUpdates(database, TOKEN)) {
                        waiting(count, journal);
                    }
                }
                default -> keys(count);
            }
        }
    }

    private static void waiting(long count, Journal<RawUpdate> journal) throws Exception {
        var source = new Counting<>(count, number -> RawUpdate.parse(Updates.of(Updates.FIRST_ID + number)));
        var release = new CountDownLatch(1);
        var handled = new CountDownLatch((int) count);
        var latest = new AtomicLongArray(Updates.CHATS);
        var disordered = new AtomicBoolean();
        long begun = System.nanoTime();
        var runner = new Runner<RawUpdate>(
                source,
                delivery -> {
                    release.await();
                    long id = delivery.update().updateId();
                    if (latest.getAndSet(Updates.index(id), id) >= id) disordered.set(true);
                    handled.countDown();
                },
                RunnerOptions.<RawUpdate>defaults()
                        .withJournal(journal)
                        .withKeys(Keys.sequentialize(RawUpdate::chatId)));
        runner.start();
        source.end.await();
        double written = seconds(begun);
        var stats = runner.stats();
        long there = stats.waiting() + stats.running() + stats.spilled();
        if (there != count || journal.size() != count)
            throw new IllegalStateException(there + " wait, " + journal.size() + " are in the journal");
        System.out.printf(
                Locale.ROOT, "%s; %,d of them on disk only%n", Texts.megabytes(Vitals.heapBytes()), stats.spilled());
        begun = System.nanoTime();
        release.countDown();
        handled.await();
        double seconds = seconds(begun);
        if (disordered.get()) throw new IllegalStateException("a chat lost its order, or an update came twice");
        runner.stop(Duration.ofSeconds(10));
        if (journal.size() != 0) throw new IllegalStateException(journal.size() + " are left");
        System.out.printf(Locale.ROOT, "all, in order, in %.1f s; written in %.1f s%n", seconds, written);
    }

    private static void keys(long count) throws Exception {
        pass(Math.min(count, 100_000)).close(); // classes are loaded, threads have been used
        long before = Vitals.heapBytes();
        try (var runner = pass(count)) {
            long after = Vitals.heapBytes();
            System.out.printf(
                    Locale.ROOT,
                    "%.2f MB (before: %.1f); %d keys left%n",
                    (after - before) / 1e6,
                    before / 1e6,
                    Vitals.instances(Numbered.class));
            if (runner.size() > 0) throw new IllegalStateException(runner.size() + " have not ended");
        }
    }

    /** The runner through which they went, still running. */
    private static Runner<Numbered> pass(long count) throws InterruptedException {
        var handled = new CountDownLatch((int) count);
        var runner = new Runner<Numbered>(
                new Counting<>(count, Numbered::new),
                delivery -> handled.countDown(),
                RunnerOptions.<Numbered>defaults()
                        .withGuarantee(new Guarantee.AtMostOnce<>())
                        .withKeys(update -> List.of(update)));
        runner.start();
        handled.await();
        while (runner.size() > 0) Thread.onSpinWait();
        return runner;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    /** So many updates as fast as they are wanted, then none. */
    private static final class Counting<U> implements Source<U> {
        /** All have been taken: with a journal the last ones are in it, as it is asked for more only then. */
        final CountDownLatch end = new CountDownLatch(1);

        private final LongFunction<U> make;
        private final long count;
        private long next;

        Counting(long count, LongFunction<U> make) {
            this.count = count;
            this.make = make;
        }

        @Override
        public List<U> next(int limit) throws InterruptedException {
            if (next == count) {
                end.countDown();
                new CountDownLatch(1).await(); // until the runner stops
            }
            var batch = new ArrayList<U>(limit);
            while (batch.size() < limit && next < count) batch.add(make.apply(next++));
            return batch;
        }

        @Override
        public void confirm(U through) {}

        @Override
        public void flush() {}
    }
}
