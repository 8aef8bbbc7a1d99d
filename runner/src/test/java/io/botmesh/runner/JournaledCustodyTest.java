package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.contract.ForwardingJournal;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The border between memory and disk, step by step. */
class JournaledCustodyTest {
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
    private final HandBorder border = new HandBorder(journal, 4);

    /** An update of both keys makes one line of two while the first of one of them is being read. */
    @Test
    void line3WhatIsReadBackWhileItsLineBecomesOneWithAnotherIsHandledOnceAndInOrder() {
        border.readOn(); // nothing was left
        border.arrive(11, 22, 31, 42);
        border.arrive(51, 62, 72);
        assertThat(border.custody.spilled()).isEqualTo(3);
        duringRead = () -> border.arrive(83);
        border.work();
        assertThat(border.handled(1)).containsExactly(11L, 31L);
        assertThat(border.handled(2)).containsExactly(22L, 42L);
        // Twice before anything ends, as what has ended would not be read again.
        assertThat(border.refill()).isTrue();
        assertThat(border.refill()).isTrue();
        border.work();
        while (border.refill() || border.readOn()) border.work();
        assertThat(border.handled(1)).containsExactly(11L, 31L, 51L, 83L);
        assertThat(border.handled(2)).containsExactly(22L, 42L, 62L, 72L, 83L);
        assertThat(border.custody.spilled()).isZero();
        assertThat(journal.size()).isZero();
    }
}
