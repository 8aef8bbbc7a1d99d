package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.world.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes of one bot over one PostgreSQL, as they are on several machines, while people write. */
@Timeout(180)
class PostgresRelayTest {
    private static final int PEOPLE = 4;
    private static final long EVERY_NANOS = 40_000_000;
    private static final String END = "";

    @TempDir
    Path folder;

    private final String url = EmbeddedPostgresServer.newDatabase();

    /** A program of the bot, and what it says. */
    private final class Program implements AutoCloseable {
        private final Process process;
        private final String name;
        private final LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();
        private final List<String> heard = new ArrayList<>();
        private final Thread reader;

        Program(TestBot bot, String name) throws IOException {
            this.name = name;
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            PostgresRelayProgram.class.getName(),
                            bot.api().toString(),
                            bot.token(),
                            url,
                            lines().toString(),
                            name,
                            "6")
                    .redirectError(ProcessBuilder.Redirect.appendTo(errors().toFile()))
                    .start();
            reader = Thread.ofVirtual().start(this::read);
        }

        /** All the time: a pipe that is full would stop the program. */
        private void read() {
            try (var out = process.inputReader(StandardCharsets.UTF_8)) {
                out.lines().filter(line -> line.startsWith(name + " ")).forEach(said::add);
            } catch (IOException | UncheckedIOException gone) {
                said.add(gone.toString());
            }
            said.add(END);
        }

        Program until(String word) throws IOException, InterruptedException {
            for (String line = said.take(); !line.equals(END); line = said.take()) {
                heard.add(line);
                if (line.contains(word)) return this;
            }
            throw new AssertionError("not said: " + word + ", but " + heard + "\n" + Files.readString(errors()));
        }

        /** What it said until it ended. */
        List<String> end() throws InterruptedException {
            process.waitFor();
            reader.join();
            said.drainTo(heard);
            heard.remove(END);
            return heard;
        }

        void signal(String name) throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        }

        @Override
        public void close() {
            process.toHandle().destroyForcibly();
        }
    }

    private Path lines() {
        return folder.resolve("lines");
    }

    private Path errors() {
        return folder.resolve("errors");
    }

    /** People who write until told to stop, each counting. */
    private static final class Crowd {
        private final AtomicBoolean enough = new AtomicBoolean();
        private final Map<Long, AtomicInteger> written = new HashMap<>();
        private final List<Thread> threads;

        Crowd(Telegram telegram, TestBot bot) {
            threads = IntStream.range(0, PEOPLE)
                    .mapToObj(i -> {
                        TestPerson person = telegram.person("P" + i);
                        person.opens(bot);
                        var count = new AtomicInteger();
                        written.put(person.id(), count);
                        return Thread.ofVirtual().unstarted(() -> {
                            while (!enough.get()) {
                                person.says(bot, "m" + count.incrementAndGet());
                                LockSupport.parkNanos(EVERY_NANOS);
                            }
                        });
                    })
                    .toList();
            threads.forEach(Thread::start);
        }

        int total() {
            return written.values().stream().mapToInt(AtomicInteger::get).sum();
        }

        void stop() throws InterruptedException {
            enough.set(true);
            for (var thread : threads) thread.join();
        }
    }

    /** A line of the file: a message as one of the programs has handled it. */
    private record Handled(String program, long chat, int message, int attempt) {
        static Handled parse(String line) {
            var words = line.split(" ", -1);
            var text = words[2].equals("/start") ? "m0" : words[2];
            return new Handled(
                    words[0],
                    Long.parseLong(words[1]),
                    Integer.parseInt(text.substring(1)),
                    Integer.parseInt(words[3]));
        }
    }

    private List<Handled> handled() throws IOException {
        if (!Files.exists(lines())) return List.of();
        return Files.readAllLines(lines()).stream().map(Handled::parse).toList();
    }

    /** Until that program has handled so many. */
    private void awaitLines(String program, int count) throws IOException {
        while (handled().stream().filter(line -> line.program().equals(program)).count() < count)
            LockSupport.parkNanos(EVERY_NANOS);
    }

    private void awaitAll(Crowd crowd) throws IOException {
        while (handled().stream()
                        .map(line -> List.of(line.chat(), line.message()))
                        .distinct()
                        .count()
                < crowd.total() + PEOPLE) LockSupport.parkNanos(EVERY_NANOS); // another process writes it
    }

    private static long refusals(TestBot bot) {
        return bot.calls("getUpdates").stream()
                .filter(call -> call.reply() instanceof Reply.Failure failure && failure.code() == 409)
                .count();
    }

    @Test
    void line27ARollingDeploymentOverOneDatabaseLosesAndRepeatsNothingAndMeetsNoRefusal(
            @StartEmulator Telegram telegram) throws Exception {
        var bot = telegram.bot("relay_bot");
        var crowd = new Crowd(telegram, bot);
        try (var first = new Program(bot, "g0").until("works under 1");
                var second = new Program(bot, "g1").until("waits")) {
            assertThat(first.end()).endsWith("g0 HANDED_OVER");
            second.until("works under 2");
            awaitLines("g1", 50);
            try (var third = new Program(bot, "g2").until("works under 3")) {
                assertThat(second.end()).endsWith("g1 HANDED_OVER");
                awaitLines("g2", 50);
                crowd.stop();
                awaitAll(crowd);
                third.process.toHandle().destroyForcibly();
            }
        } finally {
            crowd.stop();
        }
        var next = new HashMap<Long, Integer>();
        for (var line : handled()) {
            assertThat(line.message()).as(line.toString()).isEqualTo(next.merge(line.chat(), 1, Integer::sum) - 1);
        }
        assertThat(handled()).hasSize(crowd.total() + PEOPLE);
        assertThat(refusals(bot)).isZero();
    }

    /** One is killed; the next one is frozen, taken for dead, and goes on. */
    @Test
    @Tag("slow")
    void line27ProgramsThatAreKilledOrFrozenAreSucceededAndWhatComesTwiceIsFlagged(@StartEmulator Telegram telegram)
            throws Exception {
        var bot = telegram.bot("relay_bot");
        var crowd = new Crowd(telegram, bot);
        try (var killed = new Program(bot, "killed").until("works under 1")) {
            awaitLines("killed", 50);
            killed.process.toHandle().destroyForcibly();
            try (var frozen = new Program(bot, "frozen").until("works under 2")) {
                awaitLines("frozen", 50);
                frozen.signal("STOP");
                try (var last = new Program(bot, "last").until("works under 3")) {
                    frozen.signal("CONT");
                    frozen.until("LOST").end();
                    awaitLines("last", 50);
                    crowd.stop();
                    awaitAll(crowd);
                    last.process.toHandle().destroyForcibly();
                }
            }
        } finally {
            crowd.stop();
        }
        checkRepetitions();
    }

    /** Nothing is missing, and whoever has a message second is told that he may not be the first. */
    private void checkRepetitions() throws IOException {
        var expected = new HashMap<Long, Integer>();
        var unflagged = new HashMap<List<?>, Handled>();
        for (var line : handled()) {
            int next = expected.getOrDefault(line.chat(), 0);
            assertThat(line.message()).as(line.toString()).isLessThanOrEqualTo(next);
            if (line.message() == next) expected.put(line.chat(), next + 1);
            if (line.attempt() == 1)
                assertThat(unflagged.put(List.of(line.chat(), line.message()), line))
                        .isNull();
        }
    }
}
