package io.botmesh.runner;

import java.time.Duration;
import java.util.List;
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
    private static final class Ending extends HandWork<String> {
        Ending() {
            super(RunnerLimits.defaults().withConcurrency(2), Shares.MOST);
        }

        @Override
        public Crew.Outcome run(Turn<String> turn) {
            return turn.first.attempt < 2 ? new Crew.Outcome.Again(Duration.ZERO) : new Crew.Outcome.Ended();
        }
    }

    private final Ending hands = new Ending();

    @Operation
    public void admit(@Param(name = "key") int key) {
        hands.crew.admit(List.of(new Task<>("u", 0, 1, List.of(key), null)));
    }

    @Operation
    public void admitBoth() {
        hands.crew.admit(List.of(new Task<>("u", 0, 1, List.of(1, 2), null)));
    }

    /** A thread that was started takes a task; false if there is none. */
    @Operation
    public boolean take(@Param(gen = ThreadIdGen.class) int thread) {
        return hands.take(thread) != null;
    }

    /** Ends the task that this thread took first, and goes on with the next; false if there is none. */
    @Operation
    public boolean end(@Param(gen = ThreadIdGen.class) int thread) {
        return hands.end(thread) != null;
    }

    @Operation
    public int waiting() {
        return hands.crew.count().waiting();
    }

    @Operation
    public int keys() {
        return hands.crew.count().keys();
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
