package io.botmesh.runner;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Memory and disk together under every interleaving of a few operations: one thread takes updates in, one brings back what
 * waits on disk, handlers take and end. Memory has room for three updates, and when there is one a key has a share of one: so
 * nearly everything goes over the shelf. Whatever the interleaving, the answers are those of some order, each key's updates are
 * handled in order, and in the end all have been, once.
 */
@Param(name = "key", gen = IntGen.class, conf = "1:3")
public class BacklogLincheckTest {
    /** Handles at once, and says in which order. */
    private final class Noting implements Crew.Attempt<Long> {
        @Override
        public Crew.Outcome run(Turn<Long> turn) {
            long update = turn.first.update;
            for (long key : keys(update)) handled.get((int) key).add(update);
            custody.ended(turn.first);
            return new Crew.Outcome.Ended();
        }

        @Override
        public boolean expired(Turn<Long> turn) {
            return false;
        }

        @Override
        public void dropped(Task<Long> task, DropReason reason) {}

        @Override
        public void parks(Turn<Long> turn) {}

        @Override
        public boolean takes(Parked<Long> parked, Task<Long> task) {
            return false;
        }

        @Override
        public void timedOut(Turn<Long> turn, Duration ran) {}

        @Override
        public Crew.Outcome abandoned(Turn<Long> turn, boolean decides) {
            return new Crew.Outcome.Ended();
        }
    }

    /** No time passes. */
    private static final class Stopped implements Timer {
        @Override
        public Alarm after(Duration pause, Runnable action) {
            return Alarm.NONE;
        }

        @Override
        public long nanoTime() {
            return 0;
        }
    }

    /** The server, which is not asked. */
    private static final class Silent implements Source<Long> {
        @Override
        public List<Long> next(int limit) {
            return List.of();
        }

        @Override
        public void confirm(Long through) {}

        @Override
        public void flush() {}
    }

    private final ArrayDeque<Runnable> started = new ArrayDeque<>();
    private final List<ArrayDeque<Turn<Long>>> taken =
            Stream.generate(() -> new ArrayDeque<Turn<Long>>()).limit(8).toList();
    /** Of each key, whose updates never run at once. */
    private final List<List<Long>> handled =
            Stream.generate(() -> (List<Long>) new ArrayList<Long>()).limit(3).toList();

    private final Crew<Long> crew;
    private final JournaledCustody<Long> custody;
    private long arrived;

    public BacklogLincheckTest() {
        var timer = new Stopped();
        var limits = RunnerLimits.defaults().withConcurrency(2).withWatermarks(1, 3);
        crew = new Crew<>(limits, 0, TimeLimits.defaults(), timer, started::add, 1);
        var journal = new MemoryJournal<Long>(Long::longValue, () -> Instant.EPOCH, () -> 0);
        var options = RunnerOptions.<Long>defaults()
                .withJournal(journal)
                .withKeys(BacklogLincheckTest::keys)
                .withLimits(limits);
        var maker = new TaskMaker<>(options, timer, () -> Instant.EPOCH);
        custody = new JournaledCustody<>(
                new Silent(), journal, maker, options, crew, new Tally<>(new RunnerListener<>() {}));
        crew.serve(new Noting());
        custody.begin(List.of());
    }

    /** The last digit says which: 1, 2, or 3 for both. */
    private static List<Long> keys(Long update) {
        long key = update % 10;
        return key == 3 ? List.of(1L, 2L) : List.of(key);
    }

    @Operation(nonParallelGroup = "poller")
    public void arrive(@Param(name = "key") int key) {
        arrived++;
        custody.take(List.of(arrived * 10 + key));
    }

    @Operation(nonParallelGroup = "loader")
    public void refill() {
        custody.refill(() -> false);
    }

    @Operation(nonParallelGroup = "loader")
    public void readOn() {
        custody.readOn(() -> false);
    }

    /** A thread that was started takes a task: which, or 0 if there is none. */
    @Operation
    public long take(@Param(gen = ThreadIdGen.class) int thread) {
        crew.lock.lock(); // what starts together is to be seen together
        try {
            var turn = started.poll() == null ? null : crew.take();
            if (turn == null) return 0;
            taken.get(thread).add(turn);
            return turn.first.update;
        } finally {
            crew.lock.unlock();
        }
    }

    /** Ends the task that this thread took first, and goes on with the next: which it was, or 0 if there is none. */
    @Operation
    public long end(@Param(gen = ThreadIdGen.class) int thread) {
        var turn = taken.get(thread).poll();
        if (turn == null) return 0;
        long update = turn.first.update;
        var next = crew.end(turn, true);
        if (next != null) taken.get(thread).add(next);
        return update;
    }

    /** All that has arrived comes to its turn, and nothing is left behind. */
    @Validate
    public void line8AllIsHandledOnceAndInOrder() {
        boolean moved = true;
        while (moved) {
            moved = custody.refill(() -> false) || custody.readOn(() -> false);
            for (int thread = 0; thread < taken.size(); thread++) while (end(thread) > 0) moved = true;
            while (take(0) > 0) moved = true;
        }
        Set<Long> all = new HashSet<>();
        for (var ofKey : handled) {
            for (int i = 1; i < ofKey.size(); i++)
                if (ofKey.get(i - 1) >= ofKey.get(i)) throw new IllegalStateException("out of order: " + ofKey);
            all.addAll(ofKey);
        }
        if (all.size() != arrived) throw new IllegalStateException(arrived + " arrived, handled " + handled);
        if (custody.left() > 0 || custody.spilled() > 0 || crew.count().keys() > 0)
            throw new IllegalStateException("left: " + custody.left() + ", " + custody.spilled());
    }

    @Test
    void line6MemoryAndDiskAnswerAsIfTheirOperationsCameOneAfterTheOther() {
        check(2, 30, 2);
    }

    @Test
    @Tag("slow")
    void line6SoTheyDoOverManyScenariosOfThreeThreads() {
        check(40, 100, 3);
    }

    private static void check(int scenarios, int interleavings, int threads) {
        new ModelCheckingOptions()
                .iterations(scenarios)
                .invocationsPerIteration(interleavings)
                .threads(threads)
                .actorsBefore(5)
                .actorsPerThread(2)
                .actorsAfter(0)
                .check(BacklogLincheckTest.class);
    }
}
