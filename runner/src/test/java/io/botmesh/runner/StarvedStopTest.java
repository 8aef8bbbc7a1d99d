package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stops while no virtual thread gets its turn ever again, for handlers that obey nothing have all carriers, and no more can be made. */
@Timeout(300)
class StarvedStopTest {
    private static final int CARRIERS = 2;

    @TempDir
    Path folder;

    /** Handles as many updates without end as there are carriers, and one before them. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws Exception {
            if (ManagementFactory.getPlatformMBeanServer().isRegistered(SCHEDULER))
                ManagementFactory.getPlatformMBeanServer().unregisterMBean(SCHEDULER);
            var source = new QueueSource<Integer>();
            var ended = new CountDownLatch(1);
            var spinning = new CountDownLatch(CARRIERS);
            var options = RunnerOptions.<Integer>defaults().withListener(new RunnerListener<>() {
                @Override
                public void onEnded(Delivery<Integer> delivery, Duration took, @Nullable Throwable failure) {
                    ended.countDown();
                }

                @Override
                public void onMarkFailed(Throwable failure) {
                    System.out.println("not marked: " + failure);
                }
            });
            var journal = FileJournal.open(Path.of(args[0]), 1, Integer::longValue, CODEC);
            var runner = new Runner<>(
                    source,
                    delivery -> {
                        if (delivery.update() == 0) return;
                        spinning.countDown();
                        while (true) Thread.onSpinWait();
                    },
                    options.withJournal(journal));
            var shutdown = Shutdown.runs(() -> {
                System.out.println(runner.stop(Duration.ofSeconds(1)));
                System.out.println("told the server " + source.flushes + " times");
                journal.close();
            });
            assertThat(shutdown).isNotNull();
            source.updates.add(0);
            runner.start();
            ended.await();
            for (int i = 1; i <= CARRIERS; i++) source.updates.add(i);
            spinning.await();
            System.exit(3);
        }

        private static final Codec<Integer> CODEC = new Codec<>(
                update -> update.toString().getBytes(StandardCharsets.UTF_8),
                bytes -> Integer.valueOf(new String(bytes, StandardCharsets.UTF_8)));

        private static final ObjectName SCHEDULER = scheduler();

        private static ObjectName scheduler() {
            try {
                return new ObjectName("jdk.management:type=VirtualThreadScheduler");
            } catch (JMException unthinkable) {
                throw new IllegalStateException(unthinkable);
            }
        }
    }

    @Test
    void line23AStopMarksAndConfirmsAndTheProgramEndsThoughNoVirtualThreadGetsItsTurn() throws Exception {
        var out = folder.resolve("out").toFile();
        var process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:ActiveProcessorCount=" + CARRIERS,
                        "-Djdk.virtualThreadScheduler.parallelism=" + CARRIERS,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        folder.resolve("journal").toString()))
                .redirectErrorStream(true)
                .redirectOutput(out)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        try {
            assertThat(process.waitFor(200, TimeUnit.SECONDS))
                    .as(Files.readString(out.toPath()))
                    .isTrue();
            assertThat(Files.readString(out.toPath()))
                    .contains("cancelled=2", "leftInJournal=2", "told the server 1 times")
                    .doesNotContain("not marked");
            assertThat(process.exitValue()).isEqualTo(3);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
