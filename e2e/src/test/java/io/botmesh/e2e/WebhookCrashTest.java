package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A webhook over a journal in a process that is killed again and again while the server posts. */
@Timeout(300)
class WebhookCrashTest {
    private static final int PEOPLE = 4;
    private static final int KILLS = 3;
    private static final long EVERY_NANOS = 60_000_000;
    /** Some seconds, so that a process that starts is not posted to hundreds of times in vain. */
    private static final int LOOKS_PER_ADVANCE = 10;

    @TempDir
    Path folder;

    private final Map<Long, AtomicInteger> written = new HashMap<>();

    private record Handled(long chat, String text, int attempt) {
        static Handled parse(String line) {
            var words = line.split(" ", -1);
            return new Handled(Long.parseLong(words[0]), words[1], Integer.parseInt(words[2]));
        }
    }

    private Path lines() {
        return folder.resolve("lines");
    }

    private List<Handled> handled() throws IOException {
        if (!Files.exists(lines())) return List.of();
        return Files.readAllLines(lines()).stream().map(Handled::parse).toList();
    }

    private Process start(TestBot bot, int port) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HookedProgram.class.getName(),
                        bot.api().toString(),
                        bot.token(),
                        folder.resolve("journal.db").toString(),
                        String.valueOf(port),
                        lines().toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("errors").toFile()))
                .start();
    }

    /** The server waits longer with every request that failed, so its clock is put forward while nothing happens. */
    private void awaitLines(Telegram telegram, int count, Process process) throws IOException {
        for (int looks = 1; handled().size() < count; looks++) {
            if (!process.isAlive()) throw new AssertionError(Files.readString(folder.resolve("errors")));
            if (looks % LOOKS_PER_ADVANCE == 0) telegram.advance(Duration.ofSeconds(30));
            LockSupport.parkNanos(EVERY_NANOS); // another process writes it
        }
    }

    private long distinct() throws IOException {
        return handled().stream()
                .map(line -> line.chat() + line.text())
                .distinct()
                .count();
    }

    @Test
    void line24AWebhookOverAJournalThatIsKilledLosesNothingAndFlagsWhatComesAgain(
            @StartEmulator(virtualClock = true) Telegram telegram) throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("WebhookCrashTest seed " + seed);
        var random = new Random(seed);
        var bot = telegram.bot("hooked_bot");
        var enough = new AtomicBoolean();
        var crowd = IntStream.range(0, PEOPLE)
                .mapToObj(i -> writer(telegram.person("P" + i), bot, enough))
                .toList();
        int port = FreePort.next();
        Process process = start(bot, port);
        try {
            for (int kill = 0; kill < KILLS; kill++) {
                awaitLines(telegram, handled().size() + 1 + random.nextInt(25), process);
                LockSupport.parkNanos(random.nextInt(20_000_000));
                process.toHandle().destroyForcibly();
                process.waitFor();
                process = start(bot, port);
            }
            awaitLines(telegram, handled().size() + 20, process);
            enough.set(true);
            for (var thread : crowd) thread.join();
            int all = written.values().stream().mapToInt(AtomicInteger::get).sum() + PEOPLE;
            while (distinct() < all) awaitLines(telegram, handled().size() + 1, process);
        } finally {
            enough.set(true);
            process.toHandle().destroyForcibly();
        }
        check();
    }

    private Thread writer(TestPerson person, TestBot bot, AtomicBoolean enough) {
        person.opens(bot);
        var count = new AtomicInteger();
        written.put(person.id(), count);
        return Thread.ofVirtual().start(() -> {
            while (!enough.get()) {
                person.says(bot, "m" + count.incrementAndGet());
                LockSupport.parkNanos(EVERY_NANOS);
            }
        });
    }

    /** In the order of each chat, and whoever has a message second is told that he may not be the first. */
    private void check() throws IOException {
        var expected = new HashMap<Long, Integer>();
        var first = new HashSet<String>();
        for (var line : handled()) {
            int number = line.text().equals("/start")
                    ? 0
                    : Integer.parseInt(line.text().substring(1));
            int next = expected.getOrDefault(line.chat(), 0);
            assertThat(number).as(line.toString()).isLessThanOrEqualTo(next);
            if (number == next) expected.put(line.chat(), next + 1);
            if (line.attempt() == 1)
                assertThat(first.add(line.chat() + line.text()))
                        .as(line.toString())
                        .isTrue();
        }
    }
}
