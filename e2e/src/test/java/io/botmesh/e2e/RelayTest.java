package io.botmesh.e2e;

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
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that work for one bot one after the other, while people write. Lines are those of docs/runner.md. */
@Timeout(300)
class RelayTest {
    private static final int PEOPLE = 6;
    private static final String END = "";

    /** How often each writes; fast enough that every hand-over falls among messages. */
    private static final long EVERY_NANOS = 10_000_000;

    @TempDir
    Path folder;

    /** A generation of the bot in a process of its own. */
    private final class Generation implements AutoCloseable {
        private final Process process;
        private final String name;
        private final LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();
        private final List<String> heard = new ArrayList<>();
        private final Thread reader;

        Generation(TestBot bot, String name) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            RelayProgram.class.getName(),
                            bot.api().toString(),
                            bot.token(),
                            folder.resolve("journal.db").toString(),
                            lines().toString(),
                            name)
                    .redirectError(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("errors").toFile()))
                    .start();
            this.name = name;
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

        /** Reads on until it says that, and fails if it ends instead. */
        Generation until(String word) throws IOException, InterruptedException {
            for (String line = said.take(); !line.equals(END); line = said.take()) {
                heard.add(line);
                if (line.contains(word)) return this;
            }
            throw new AssertionError(
                    "not said: " + word + ", but " + heard + "\n" + Files.readString(folder.resolve("errors")));
        }

        /** What it said until it ended by itself or because it was asked to. */
        List<String> end() throws InterruptedException {
            process.waitFor();
            reader.join();
            said.drainTo(heard);
            heard.remove(END);
            return heard;
        }

        @Override
        public void close() {
            process.toHandle().destroyForcibly();
        }
    }

    private Path lines() {
        return folder.resolve("lines");
    }

    /** People who write until told to stop, each counting. */
    private static final class Crowd {
        private final AtomicBoolean enough = new AtomicBoolean();
        private final Semaphore unseen = new Semaphore(0);
        private final List<Thread> threads;
        final AtomicInteger[] written =
                IntStream.range(0, PEOPLE).mapToObj(i -> new AtomicInteger()).toArray(AtomicInteger[]::new);
        final Map<Long, AtomicInteger> byChat = new HashMap<>();

        Crowd(Telegram telegram, TestBot bot) {
            threads = IntStream.range(0, PEOPLE)
                    .mapToObj(i -> {
                        TestPerson person = telegram.person("P" + i);
                        person.opens(bot);
                        byChat.put(person.id(), written[i]);
                        return Thread.ofVirtual().unstarted(() -> {
                            while (!enough.get()) {
                                person.says(bot, "m" + written[i].incrementAndGet());
                                unseen.release();
                                LockSupport.parkNanos(EVERY_NANOS);
                            }
                        });
                    })
                    .toList();
            threads.forEach(Thread::start);
        }

        void awaitMore(int messages) throws InterruptedException {
            unseen.drainPermits();
            unseen.acquire(messages);
        }

        int total() {
            int sum = 0;
            for (var count : written) sum += count.get();
            return sum;
        }

        void stop() throws InterruptedException {
            enough.set(true);
            for (var thread : threads) thread.join();
        }
    }

    private void awaitLines(int count) throws IOException {
        while (true) {
            try (var all = Files.lines(lines())) {
                if (all.count() >= count) return;
            }
            LockSupport.parkNanos(EVERY_NANOS); // another process writes it
        }
    }

    /** Every message of everyone is there once, and in the order it was written. */
    private void check(Crowd crowd) throws IOException {
        var next = new HashMap<Long, Integer>();
        for (var line : Files.readAllLines(lines())) {
            var words = line.split(" ", -1);
            if (words[2].equals("/start")) continue;
            int expected = next.merge(Long.valueOf(words[1]), 1, Integer::sum);
            assertThat(words[2]).as(line).isEqualTo("m" + expected);
        }
        crowd.byChat.forEach((chat, written) -> assertThat(next.get(chat)).isEqualTo(written.get()));
    }

    private static long refusals(TestBot bot) {
        return bot.calls("getUpdates").stream()
                .filter(call -> call.reply() instanceof Reply.Failure failure && failure.code() == 409)
                .count();
    }

    @Test
    void line27GenerationsTakeOverFromEachOtherWithoutALossARepetitionOrARefusal(@StartEmulator Telegram telegram)
            throws Exception {
        var bot = telegram.bot("relay_bot");
        var crowd = new Crowd(telegram, bot);
        try {
            var current = new Generation(bot, "g0").until("polls under 1");
            for (int i = 1; i <= 2; i++) {
                crowd.awaitMore(150);
                var next = new Generation(bot, "g" + i).until("polls under " + (i + 1));
                assertThat(current.end())
                        .endsWith("g" + (i - 1) + " HANDED_OVER")
                        .noneMatch(RelayTest::refused);
                current = next;
            }
            crowd.awaitMore(150);
            crowd.stop();
            awaitLines(crowd.total() + PEOPLE);
            current.process.toHandle().destroy();
            assertThat(current.end()).noneMatch(RelayTest::refused);
            check(crowd);
        } finally {
            crowd.stop();
        }
        assertThat(refusals(bot)).isZero();
    }

    private static boolean refused(String line) {
        return line.contains("refused");
    }

    @Test
    void line23ASigtermAndARestartLoseAndRepeatNothing(@StartEmulator Telegram telegram) throws Exception {
        var bot = telegram.bot("relay_bot");
        var crowd = new Crowd(telegram, bot);
        try {
            for (int i = 0; i < 2; i++) {
                try (var process = new Generation(bot, "p" + i).until("polls under " + (i + 1))) {
                    crowd.awaitMore(150);
                    process.process.toHandle().destroy();
                    assertThat(process.end()).noneMatch(RelayTest::refused);
                }
            }
            crowd.stop();
            try (var last = new Generation(bot, "last").until("polls under 3")) {
                awaitLines(crowd.total() + PEOPLE);
                last.process.toHandle().destroy();
                last.end();
            }
            check(crowd);
        } finally {
            crowd.stop();
        }
    }
}
