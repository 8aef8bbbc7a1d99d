package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals to processes. How commands end is shown in the module e2e. */
@Timeout(300)
class StopSignalTest {
    /** A command of which one part never ends. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws Exception {
            var never = new CountDownLatch(1);
            boolean stopHangs = arguments[0].equals("stop");
            Runnable onSignal = () -> {
                try {
                    if (stopHangs) never.await();
                } catch (InterruptedException nobodyDoesThis) {
                    Thread.currentThread().interrupt();
                }
            };
            var brief = Duration.ofMillis(1);
            try (var signal = StopSignal.open(
                    onSignal,
                    brief,
                    List.of("nothing", "end", "guard").contains(arguments[0]) ? Duration.ofDays(1) : brief)) {
                System.out.println("ready");
                signal.await();
                if (arguments[0].equals("guard"))
                    signal.guard(new Terminal(System.in, System.out, System.out), StopSignalTest::broken);
                if (arguments[0].equals("end")) System.out.println(signal.fail() ? "failed" : "nobody has asked");
                else if (!arguments[0].equals("nothing")) never.await();
            }
        }
    }

    private static Integer broken() {
        throw CommandException.failed("the disk is gone", new IOException());
    }

    private static int exitCodeAfterASignal(String whatHangs) throws IOException, InterruptedException {
        var process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        whatHangs))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("ready");
            process.toHandle().destroy();
            assertThat(process.waitFor(200, TimeUnit.SECONDS)).isTrue();
            if (whatHangs.equals("end")) assertThat(out.readLine()).isEqualTo("failed");
            if (whatHangs.equals("guard")) assertThat(out.readLine()).isEqualTo("botmesh: the disk is gone");
            return process.exitValue();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "command"})
    void aSignalEndsTheProcessWhateverHangs(String whatHangs) throws Exception {
        assertThat(exitCodeAfterASignal(whatHangs)).isEqualTo(ExitCodes.FAILED);
    }

    @Test
    void aCommandWhoseEndFailsAfterASignalIsToldAndTheExitCodeSaysSo() throws Exception {
        assertThat(exitCodeAfterASignal("end")).isEqualTo(ExitCodes.FAILED);
        assertThat(exitCodeAfterASignal("guard")).isEqualTo(ExitCodes.FAILED);
    }

    @Test
    void aCommandThatComesToItsEndAfterASignalHasSucceeded() throws Exception {
        assertThat(exitCodeAfterASignal("nothing")).isEqualTo(ExitCodes.OK);
    }
}
