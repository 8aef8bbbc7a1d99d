package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.contract.ForwardingJournal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The border between memory and disk, step by step: a key has a share of one update, and no handler has a thread. */
class JournaledCustodyTest {
    private final ArrayDeque<Runnable> started = new ArrayDeque<>();
    private final List<Long> handled = new ArrayList<>();
    private Runnable duringRead = () -> {};
    private final Journal<Long> journal =
            new ForwardingJournal<>(new MemoryJournal<>(Long::longValue, InstantSource.system())) {
                @Override
                public List<Entry<Long>> undone(List<Long> sequences) {
                    var meanwhile = duringRead;
                    duringRead = () -> {};
                    meanwhile.run();
                    return super.undone(sequences);
                }
            };
    private final RunnerOptions<Long> options = RunnerOptions.<Long>defaults()
            .withJournal(journal)
            .withKeys(update -> update % 10 == 3 ? List.of(1L, 2L) : List.of(update % 10))
            .withLimits(RunnerLimits.defaults().withConcurrency(2).withWatermarks(1, 4));
    private final Crew<Long> crew =
            new Crew<>(options.limits(), 0, TimeLimits.defaults(), new FakeTimer(), started::add, 1);
    private final JournaledCustody<Long> custody = new JournaledCustody<>(
            new QueueSource<>(),
            journal,
            new TaskMaker<>(options, new FakeTimer(), InstantSource.system()),
            options,
            crew,
            new Tally<>(new RunnerListener<>() {}));

    private final class Noting implements Crew.Attempt<Long> {
        @Override
        public Crew.Outcome run(Turn<Long> turn) {
            handled.add(turn.first.update);
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

    private void arrive(long... updates) {
        for (long update : updates) custody.take(List.of(update));
    }

    private void work() {
        while (!started.isEmpty()) started.remove().run();
    }

    /** An update of both keys makes one line of two while the first of one of them is being read. */
    @Test
    void line3WhatIsReadBackWhileItsLineBecomesOneWithAnotherIsHandledOnceAndInOrder() {
        crew.serve(new Noting());
        custody.begin(List.of());
        custody.readOn(() -> false); // nothing was left
        arrive(11, 22, 31, 42);
        arrive(51, 62, 72);
        assertThat(custody.spilled()).isEqualTo(3);
        duringRead = () -> arrive(83);
        work();
        assertThat(handled).containsExactly(11L, 22L, 31L, 42L);
        // Twice before anything ends, as what has ended would not be read again.
        assertThat(custody.refill(() -> false)).isTrue();
        assertThat(custody.refill(() -> false)).isTrue();
        work();
        while (custody.refill(() -> false) || custody.readOn(() -> false)) work();
        assertThat(handled.stream().filter(update -> update % 10 != 2)).containsExactly(11L, 31L, 51L, 83L);
        assertThat(handled.stream().filter(update -> update % 10 != 1)).containsExactly(22L, 42L, 62L, 72L, 83L);
        assertThat(custody.spilled()).isZero();
        assertThat(journal.size()).isZero();
    }
}
