package io.botmesh.runner;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Stream;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The crew under every interleaving of a few operations: what they answer must be what some order of them one after the
 * other would answer. Handlers have no threads here: an operation takes the next one that was started, another ends it.
 */
@Param(name = "key", gen = IntGen.class, conf = "1:2")
public class CrewLincheckTest {
    /** Handlers that end at once, well or for another attempt. */
    private record Ending() implements Crew.Attempt<String> {
        @Override
        public Crew.Outcome run(Turn<String> turn) {
            return turn.first.attempt < 2 ? new Crew.Outcome.Again(Duration.ZERO) : new Crew.Outcome.Ended();
        }

        @Override
        public boolean expired(Turn<String> turn) {
            return false;
        }

        @Override
        public void dropped(Task<String> task, DropReason reason) {}

        @Override
        public void parks(Turn<String> turn) {}

        @Override
        public boolean takes(Parked<String> parked, Task<String> task) {
            return false;
        }

        @Override
        public void timedOut(Turn<String> turn, Duration ran) {}

        @Override
        public Crew.Outcome abandoned(Turn<String> turn, boolean decides) {
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

    private final ArrayDeque<Runnable> started = new ArrayDeque<>();
    private final List<ArrayDeque<Turn<String>>> taken =
            Stream.generate(() -> new ArrayDeque<Turn<String>>()).limit(8).toList();
    private final Crew<String> crew;

    public CrewLincheckTest() {
        crew = new Crew<>(
                RunnerLimits.defaults().withConcurrency(2), 0, TimeLimits.defaults(), new Stopped(), started::add);
        crew.serve(new Ending());
    }

    @Operation
    public void admit(@Param(name = "key") int key) {
        crew.admit(List.of(new Task<>("u", 0, 1, List.of(key), null)));
    }

    @Operation
    public void admitBoth() {
        crew.admit(List.of(new Task<>("u", 0, 1, List.of(1, 2), null)));
    }

    /** A thread that was started takes a task; false if there is none. */
    @Operation
    public boolean take(@Param(gen = ThreadIdGen.class) int thread) {
        crew.lock.lock(); // what starts together is to be seen together
        try {
            var turn = started.poll() == null ? null : crew.take();
            if (turn != null) taken.get(thread).add(turn);
            return turn != null;
        } finally {
            crew.lock.unlock();
        }
    }

    /** Ends the task that this thread took first, and goes on with the next; false if there is none. */
    @Operation
    public boolean end(@Param(gen = ThreadIdGen.class) int thread) {
        var turn = taken.get(thread).poll();
        if (turn == null) return false;
        var next = crew.end(turn, true);
        if (next != null) taken.get(thread).add(next);
        return true;
    }

    @Operation
    public int waiting() {
        return crew.count().waiting();
    }

    @Operation
    public int keys() {
        return crew.count().keys();
    }

    @Test
    void line3TheCrewAnswersAsIfItsOperationsCameOneAfterTheOther() {
        check(4, 2);
    }

    @Test
    @Tag("slow")
    void line3SoItDoesOverManyScenariosOfThreeThreads() {
        check(60, 3);
    }

    private static void check(int scenarios, int threads) {
        new ModelCheckingOptions()
                .iterations(scenarios)
                .invocationsPerIteration(100)
                .threads(threads)
                .actorsPerThread(3)
                .check(CrewLincheckTest.class);
    }
}
