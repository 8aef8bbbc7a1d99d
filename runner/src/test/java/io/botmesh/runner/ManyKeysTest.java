package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A bot's whole life of chats in a minute. */
@Tag("slow")
class ManyKeysTest {
    private static final long MEGABYTE = 1 << 20;

    /** Hands out numbers as long as there are, then nothing for ever. */
    private static final class Numbers implements Source<Long> {
        private final long end;
        private long next;

        Numbers(long end) {
            this.end = end;
        }

        @Override
        public List<Long> next(int limit) throws InterruptedException {
            if (next >= end) new CountDownLatch(1).await();
            long from = next;
            next = Math.min(end, from + limit);
            return LongStream.range(from, next).boxed().toList();
        }

        @Override
        public void confirm(Long through) {}

        @Override
        public void flush() {}
    }

    private static long usedHeap() {
        for (int i = 0; i < 5; i++) System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void pass(Runner<Long> runner, CountDownLatch all) throws InterruptedException {
        runner.start();
        all.await();
        while (runner.size() > 0) Thread.onSpinWait();
    }

    private static Runner<Long> runner(int keys, CountDownLatch all) {
        var options = RunnerOptions.<Long>defaults()
                .withGuarantee(new Guarantee.AtMostOnce<>())
                .withKeys(update -> List.of(update))
                .withLimits(RunnerLimits.defaults().withWatermarks(500, 1000));
        return new Runner<>(new Numbers(keys), delivery -> all.countDown(), options);
    }

    @Test
    void line8TenMillionKeysPassAndTheHeapIsBackAtItsBase() throws InterruptedException {
        var few = new CountDownLatch(100_000); // classes are loaded, threads have been used
        try (var warm = runner(100_000, few)) {
            pass(warm, few);
        }
        long base = usedHeap();
        var all = new CountDownLatch(10_000_000);
        try (var runner = runner(10_000_000, all)) {
            pass(runner, all);
            assertThat(runner.keys()).isZero();
            long growth = usedHeap() - base;
            System.out.println(
                    "ManyKeysTest: heap " + base / 1024 + " KiB before, " + growth / 1024 + " KiB more after");
            assertThat(growth).isLessThan(2 * MEGABYTE);
        }
    }
}
