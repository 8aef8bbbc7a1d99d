package io.botmesh.runner;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
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
    private final HandBorder border =
            new HandBorder(new MemoryJournal<>(Long::longValue, () -> Instant.EPOCH, () -> 0), 3);
    private long arrived;

    @Operation(nonParallelGroup = "poller")
    public void arrive(@Param(name = "key") int key) {
        arrived++;
        border.arrive(arrived * 10 + key);
    }

    @Operation(nonParallelGroup = "loader")
    public void refill() {
        border.refill();
    }

    @Operation(nonParallelGroup = "loader")
    public void readOn() {
        border.readOn();
    }

    /** A thread that was started takes a task: which, or 0 if there is none. */
    @Operation
    public long take(@Param(gen = ThreadIdGen.class) int thread) {
        return update(border.take(thread));
    }

    /** Ends the task that this thread took first, and goes on with the next: which it was, or 0 if there is none. */
    @Operation
    public long end(@Param(gen = ThreadIdGen.class) int thread) {
        return update(border.end(thread));
    }

    private static long update(@Nullable Turn<Long> turn) {
        return turn == null ? 0 : turn.first.update;
    }

    /** All that has arrived comes to its turn, and nothing is left behind. */
    @Validate
    public void line8AllIsHandledOnceAndInOrder() {
        boolean moved = true;
        while (moved) {
            moved = border.refill() || border.readOn();
            if (border.work()) moved = true;
        }
        Set<Long> all = new HashSet<>();
        for (int key = 1; key < 3; key++) {
            var ofKey = border.handled(key);
            for (int i = 1; i < ofKey.size(); i++)
                if (ofKey.get(i - 1) >= ofKey.get(i)) throw new IllegalStateException("out of order: " + ofKey);
            all.addAll(ofKey);
        }
        if (all.size() != arrived) throw new IllegalStateException(arrived + " arrived, handled " + all);
        var custody = border.custody;
        if (custody.left() > 0 || custody.spilled() > 0 || border.crew.count().keys() > 0)
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
