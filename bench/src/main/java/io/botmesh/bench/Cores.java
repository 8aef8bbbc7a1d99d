package io.botmesh.bench;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.Update;
import io.botmesh.runner.Keys;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/**
 * Updates are decoded where they are handled, on all processors, with nothing to set up for it. Handlers decode, and compute as
 * little; the same work is done one handler at a time beside it.
 */
final class Cores implements Figure {
    private static final int BATCH = 100;
    /** Looks at the text of an update, so that a handler does about as much as the decoder. */
    private static final int LOOKS = 20;

    @Override
    public String name() {
        return "cores";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        var ratios = new double[scale.rounds()];
        int count = (int) Math.max(BATCH, scale.drained());
        for (int i = -scale.warmUps(); i < ratios.length; i++) {
            double one = seconds(count, 1);
            double all =
                    seconds(count, RunnerOptions.<RawUpdate>defaults().limits().concurrency());
            if (i >= 0) ratios[i] = one / all;
        }
        return List.of(new Row(
                String.format(
                        Locale.ROOT,
                        "%,d updates decoded and handled by handlers that compute, on %d processors: throughput of the defaults, in that of "
                                + "one handler at a time",
                        count,
                        Runtime.getRuntime().availableProcessors()),
                "",
                Spread.of(ratios).text(2)));
    }

    private static double seconds(int count, int concurrency) throws InterruptedException {
        var left = new CountDownLatch(count);
        var options = RunnerOptions.<RawUpdate>defaults()
                .withKeys(Keys.sequentialize(RawUpdate::chatId))
                .withConcurrency(concurrency);
        long begin = System.nanoTime();
        try (var runner = new Runner<>(
                new Waiting(count),
                delivery -> {
                    if (compute(delivery.update().decode()) == 0) throw new IllegalStateException("nothing decoded");
                    left.countDown();
                },
                options)) {
            runner.start();
            left.await();
            double seconds = (System.nanoTime() - begin) / 1e9;
            runner.stop(Duration.ZERO);
            return seconds;
        }
    }

    private static int compute(Update update) {
        var text =
                Objects.requireNonNull(Objects.requireNonNull(update.message()).text());
        int sum = 1;
        for (int look = 0; look < LOOKS; look++)
            for (int i = 0; i < text.length(); i++) sum = sum * 31 + text.charAt(i);
        return sum | 1;
    }

    /** All updates wait already. */
    private static final class Waiting implements Source<RawUpdate> {
        private final int count;
        private int next;

        Waiting(int count) {
            this.count = count;
        }

        @Override
        public List<RawUpdate> next(int limit) throws InterruptedException {
            if (next == count) new CountDownLatch(1).await();
            var answer = new StringBuilder("{\"ok\":true,\"result\":[");
            int end = Math.min(count, next + BATCH);
            for (int i = next; i < end; i++) {
                if (i > next) answer.append(',');
                answer.append(new String(Updates.of(Updates.FIRST_ID + i), StandardCharsets.US_ASCII));
            }
            next = end;
            return RawUpdate.scan(answer.append("]}").toString().getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void confirm(RawUpdate through) {}

        @Override
        public void flush() {}
    }
}
