package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers that call {@link System#exit}, in processes whose stop would wait for handlers for a day. */
@Timeout(300)
class ExitTest {
    @TempDir
    Path folder;

    /** Handles "a:exit", "b:slow" and "a:behind" of a file's journal, or without one. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) {
            var options = RunnerOptions.<String>defaults()
                    .withKeys(Keys.sequentialize(update -> update.substring(0, 1)))
                    .withRetry(RetryOptions.defaults().withAttempts(3));
            options = switch (args[0]) {
                case "journal" -> options.withJournal(FileJournal.open(Path.of(args[1]), 1, String::hashCode, CODEC));
                case "most" -> options.withGuarantee(new Guarantee.AtMostOnce<>());
                default -> options;
            };
            var slow = new CountDownLatch(1);
            var leaving = new CountDownLatch(1);
            Handler<String> handler = delivery -> {
                System.out.println(delivery.update() + " " + delivery.attempt());
                switch (delivery.update()) {
                    case "a:exit" -> {
                        if (delivery.attempt() == 1) slow.await();
                        System.exit(3);
                    }
                    case "b:slow" -> {
                        slow.countDown();
                        leaving.await(); // a stop waits for this one
                        System.out.println("slow has ended");
                    }
                    default -> {}
                }
            };
            var runner = new Runner<>(
                    QueueSource.of("a:exit", "a:behind", "b:slow"),
                    args[0].equals("workers") ? new Workers<>(2, handler) : handler,
                    options.withListener(new RunnerListener<>() {
                        @Override
                        public void onDeadLetter(Delivery<String> delivery, DeadLetters.Cause cause) {
                            System.out.println("dead " + delivery.update() + " " + cause.type());
                        }

                        @Override
                        public void onEnded(Delivery<String> delivery, Duration took, @Nullable Throwable failure) {
                            if (delivery.update().equals("a:behind")) System.exit(0);
                        }
                    }));
            Runtime.getRuntime().addShutdownHook(new Thread(leaving::countDown));
            var shutdown = Shutdown.runs(() -> System.out.println(runner.stop(Duration.ofDays(1))));
            assertThat(shutdown).isNotNull();
            runner.start();
            runner.stopped().join();
        }

        private static final Codec<String> CODEC = new Codec<>(
                update -> update.getBytes(StandardCharsets.UTF_8), bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    private String run(int exitCode, String guarantee) throws Exception {
        var out = folder.resolve("out").toFile();
        var process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        guarantee,
                        folder.resolve("journal").toString()))
                .redirectErrorStream(true)
                .redirectOutput(out)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        try {
            assertThat(process.waitFor(200, TimeUnit.SECONDS))
                    .as(() -> read(out))
                    .isTrue();
            assertThat(process.exitValue()).as(read(out)).isEqualTo(exitCode);
            return read(out);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static String read(File file) {
        try {
            return Files.readString(file.toPath());
        } catch (java.io.IOException gone) {
            throw new java.io.UncheckedIOException(gone);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"least", "most", "journal", "workers"})
    void line23AStopDoesNotWaitForTheHandlerThatAsksForTheEndOfTheProgramButForAllOthers(String guarantee)
            throws Exception {
        assertThat(run(3, guarantee))
                .contains("a:exit 1", "slow has ended", "cancelled=1")
                .doesNotContain("a:behind");
    }

    /** It is what took the program down, so it comes again, flagged, and not for ever. */
    @Test
    void line18AnUpdateWhoseHandlerEndsTheProgramComesAgainAndIsADeadLetterAfterItsLastAttempt() throws Exception {
        assertThat(run(3, "journal")).contains("a:exit 1");
        assertThat(run(3, "journal")).contains("a:exit 2").doesNotContain("b:slow");
        assertThat(run(3, "journal")).contains("a:exit 3");
        assertThat(run(0, "journal")).contains("dead a:exit vanished", "a:behind 2");
    }
}
