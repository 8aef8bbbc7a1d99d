package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.runner.contract.ForwardingJournal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Until when a journal is a runner's, and nobody else's; {@code JournalContract} shows the usual. */
@Timeout(120)
class JournalUseTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final MemoryJournal<Long> memory = new MemoryJournal<>(Long::longValue, InstantSource.system());
    private final LinkedBlockingQueue<Long> handled = new LinkedBlockingQueue<>();

    private Runner<Long> over(Journal<Long> journal, Source<Long> source) {
        return new Runner<>(
                source,
                delivery -> handled.add(delivery.update()),
                RunnerOptions.<Long>defaults().withJournal(journal));
    }

    /** Its handlers may be at work still, and its next start goes on with what it has in memory. */
    @Test
    void aRunnerThatHasFailedKeepsItsJournalUntilItIsStopped() throws Exception {
        var broken = new AtomicBoolean(true);
        var source = new QueueSource<Long>() {
            @Override
            public List<Long> next(int limit) throws InterruptedException {
                if (broken.get()) throw new IllegalStateException("broken");
                return super.next(limit);
            }
        };
        var first = over(memory, source);
        first.start();
        assertThatThrownBy(() -> first.stopped().get()).hasMessageContaining("broken");
        var second = over(memory, QueueSource.of(2L));
        assertThatIllegalStateException().isThrownBy(second::start);
        broken.set(false);
        source.updates.add(1L);
        first.start();
        assertThat(handled.take()).isEqualTo(1L);
        first.stop(LONG);
        second.start();
        assertThat(handled.take()).isEqualTo(2L);
        second.stop(LONG);
    }

    @Test
    void aRunnerThatCannotStartDoesNotKeepItsJournal() throws Exception {
        var damaged = new AtomicBoolean(true);
        var journal = new ForwardingJournal<Long>(memory) {
            @Override
            public long size() {
                if (damaged.get()) throw new JournalException.Unusable("damaged", null);
                return super.size();
            }
        };
        assertThatThrownBy(over(journal, QueueSource.of(1L))::start).hasMessage("damaged");
        damaged.set(false);
        var second = over(journal, QueueSource.of(2L));
        second.start();
        assertThat(handled.take()).isEqualTo(2L);
        second.stop(LONG);
    }

    /** What it is writing would come in behind the other's back. */
    @Test
    void aStopThatLeavesAWriteBehindKeepsTheJournalUntilThatHasEnded() throws Exception {
        var writing = new CountDownLatch(1);
        var disk = new CountDownLatch(1);
        var journal = new ForwardingJournal<Long>(memory) {
            @Override
            public List<Entry<Long>> append(List<Long> updates) {
                writing.countDown();
                while (disk.getCount() > 0) {
                    try {
                        disk.await();
                    } catch (InterruptedException aDiskKnowsNone) {
                        // so it goes on
                    }
                }
                return super.append(updates);
            }
        };
        var first = over(journal, QueueSource.of(1L));
        first.start();
        writing.await();
        first.stop(Duration.ZERO);
        var second = over(journal, QueueSource.of(2L));
        assertThatIllegalStateException().isThrownBy(second::start);
        disk.countDown();
        first.start(); // returns when the write has ended
        assertThat(handled.take()).isEqualTo(1L);
        first.stop(LONG);
        second.start();
        assertThat(handled.take()).isEqualTo(2L);
        second.stop(LONG);
    }
}
