package io.botmesh.bot;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.runner.MemoryLease;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SIGTERM to a bot whose handlers obey nothing, have all carriers of virtual threads, and can be given no more: the program ends,
 * with all that follows a stop.
 */
@Timeout(300)
class StarvedBotStopTest {
    private static final int CARRIERS = 2;

    /** Two people keep it busy for good. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws Exception {
            var scheduler = new ObjectName("jdk.management:type=VirtualThreadScheduler");
            if (ManagementFactory.getPlatformMBeanServer().isRegistered(scheduler))
                ManagementFactory.getPlatformMBeanServer().unregisterMBean(scheduler);
            var options = BotOptions.of(arguments[0])
                    .withServer(ApiOptions.defaults().withBase(URI.create(arguments[1])))
                    .withStopDeadline(Duration.ofMillis(100));
            if (arguments[2].equals("lease")) options = options.withLease(new MemoryLease(new MemoryLease.Place()));
            var spinning = new CountDownLatch(CARRIERS);
            try (var bot = new Bot(options)) {
                bot.command("spin", ctx -> {
                    spinning.countDown();
                    while (true) Thread.onSpinWait();
                });
                bot.onStop((report, failure) -> System.out.println("what follows the stop"));
                Thread.ofPlatform().start(() -> {
                    try {
                        spinning.await();
                        System.out.println("spinning");
                    } catch (InterruptedException nobodyDoesThis) {
                        Thread.currentThread().interrupt();
                    }
                });
                bot.run();
            }
        }
    }

    private static Process start(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:ActiveProcessorCount=" + CARRIERS,
                "-Djdk.virtualThreadScheduler.parallelism=" + CARRIERS,
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alone", "lease"})
    void line23SigtermEndsABotWhoseHandlersKeepEverythingElseAway(String how, @StartEmulator Telegram telegram)
            throws Exception {
        var account = telegram.bot("echo_bot");
        Process program = start(account.token(), account.api().toString(), how);
        try (BufferedReader out = program.inputReader()) {
            telegram.person("Ann").says(account, "/spin");
            telegram.person("Ben").says(account, "/spin");
            var said = new ArrayList<String>();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.add(line);
                if (line.equals("spinning")) program.toHandle().destroy(); // which leaves the stream open
            }
            assertThat(said).contains("spinning", "what follows the stop");
            assertThat(program.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).isEqualTo(128 + 15);
        } finally {
            program.destroyForcibly().waitFor();
        }
    }
}
