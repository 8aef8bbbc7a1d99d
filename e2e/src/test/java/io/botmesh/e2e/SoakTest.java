package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.world.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A bot with a journal in a process of its own, over the emulator: people write all the time, one of them more than most
 * others together, while the process is killed and the server fails. In the second half nobody kills it, so that its heap
 * can be watched.
 */
class SoakTest {
    private static final int PEOPLE = 40;
    private static final int PER_SECOND = 100;
    /** What a collection leaves differs by classes that are loaded late and buffers that are kept. */
    private static final long HEAP_MARGIN = 8L << 20;

    /** Names that tell the bot which kind of journal to keep there. */
    private static final String FILES = "journal";

    private static final String SQLITE = "journal.db";

    @TempDir
    private Path folder;

    /** What all lives of the bot have said. */
    private static final class Story {
        /** The numbers that a chat's handlers have seen, in the order of their first time. */
        final Map<Long, List<Integer>> seen = new HashMap<>();

        private final Map<Long, Set<Integer>> known = new HashMap<>();
        final List<String> faults = new ArrayList<>();
        final List<Long> heap = new ArrayList<>();
        final AtomicLong count = new AtomicLong();
        int repeated;
        long left = -1;

        void hear(String line) {
            var words = line.split(" ", -1);
            if (!line.endsWith(" .")) return; // the kill has cut it
            switch (words[0]) {
                case "did" -> did(Long.parseLong(words[1]), words[2], Integer.parseInt(words[3]));
                case "heap" -> heap.add(Long.parseLong(words[1]));
                case "left" -> left = Long.parseLong(words[1]);
                default -> faults.add(line);
            }
        }

        private void did(long chat, String text, int attempt) {
            if (text.startsWith("/")) return; // how a chat begins
            int number = Integer.parseInt(text);
            if (known.computeIfAbsent(chat, none -> new HashSet<>()).add(number)) {
                seen.computeIfAbsent(chat, none -> new ArrayList<>()).add(number);
                count.incrementAndGet();
            } else {
                repeated++;
                if (attempt < 2) faults.add(chat + ": " + number + " is repeated and does not say so");
            }
        }

        long count() {
            return count.get();
        }
    }

    /** One process of the bot, and who listens to it. */
    private static final class Life {
        final Process process;
        final Thread listener;
        /** It has got as far as handling something: a kill before would show little. */
        volatile boolean works;

        Life(TestBot bot, Path journal, Story story) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "--enable-native-access=ALL-UNNAMED",
                            "-Dslf4j.internal.verbosity=ERROR",
                            "-Duser.language=tr",
                            "-cp",
                            System.getProperty("java.class.path"),
                            SoakBot.class.getName(),
                            bot.api().toString(),
                            bot.token(),
                            journal.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD) // it logs every outage
                    .start();
            var said = process.inputReader(StandardCharsets.US_ASCII);
            listener = Thread.ofVirtual().name("soak-listener").start(() -> listen(said, story));
        }

        private void listen(BufferedReader said, Story story) {
            try {
                for (var line = said.readLine(); line != null; line = said.readLine()) {
                    story.hear(line);
                    works = true;
                }
            } catch (IOException killed) {
                // What it had said before was read.
            }
        }

        void kill() throws InterruptedException {
            process.toHandle().destroyForcibly(); // SIGKILL, and the pipe stays open
            process.waitFor();
            listener.join();
        }

        void askForHeap() throws IOException {
            process.getOutputStream().write('h');
            process.getOutputStream().flush();
        }

        int end() throws IOException, InterruptedException {
            process.getOutputStream().close();
            int code = process.waitFor();
            listener.join();
            return code;
        }
    }

    @Test
    @Timeout(300)
    void line15KillsAndOutagesLoseNothingKeepOrderAndLeaveTheHeapFlat() throws Exception {
        soak(FILES, Duration.ofSeconds(20), 4);
    }

    /** Half an hour, or {@code -Dbotmesh.soak.minutes}. */
    @ParameterizedTest
    @ValueSource(strings = {FILES, SQLITE})
    @Tag("slow")
    @Timeout(24 * 3600)
    void line15HalfAnHourOfKillsAndOutagesLosesNothingKeepsOrderAndLeavesTheHeapFlat(String journal) throws Exception {
        int minutes = Integer.getInteger("botmesh.soak.minutes", 30);
        soak(journal, Duration.ofMinutes(minutes), 2 * minutes);
    }

    private void soak(String journal, Duration time, int kills) throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println("SoakTest seed " + seed);
        var random = new Random(seed);
        var story = new Story();
        var sent = new HashMap<Long, Integer>();
        long ticks = time.toMillis() * PER_SECOND / 1000;
        var events = plan(random, ticks, kills);
        int killed = 0;
        try (var telegram = Telegram.start()) {
            var bot = telegram.bot("soak_bot");
            var people = new ArrayList<TestPerson>();
            for (int i = 0; i < PEOPLE; i++) people.add(telegram.person("Person" + i));
            people.forEach(person -> person.opens(bot));
            var life = new Life(bot, folder.resolve(journal), story);
            try {
                long begun = System.nanoTime();
                for (long tick = 0; tick < ticks; tick++) {
                    long left = begun + tick * 1_000_000_000L / PER_SECOND - System.nanoTime();
                    if (left > 0) Thread.sleep(Duration.ofNanos(left)); // the rate at which people write
                    var person = people.get(random.nextInt(10) < 3 ? 0 : random.nextInt(PEOPLE));
                    int number = sent.merge(person.id(), 1, Integer::sum);
                    person.says(bot, Integer.toString(number));
                    switch (events.getOrDefault(tick, Event.NONE)) {
                        case KILL -> {
                            if (life.works) {
                                life.kill();
                                killed++;
                                life = new Life(bot, folder.resolve(journal), story);
                            } else if (tick < ticks / 2) {
                                events.put(tick + PER_SECOND / 4, Event.KILL);
                            }
                        }
                        case OUTAGE -> outage(telegram, bot, random);
                        case HEAP -> life.askForHeap();
                        case NONE -> {}
                    }
                }
                telegram.emulator().world().faults().clear();
                while (story.count() < ticks && life.process.isAlive()) Thread.sleep(20); // the timeout bounds it
                assertThat(life.end()).isZero();
            } finally {
                life.process.destroyForcibly();
            }
        }
        System.out.printf(
                "SoakTest %s: handled %d, killed %d times, repeated %d, heap %s%n",
                journal, story.count(), killed, story.repeated, story.heap);
        assertThat(story.faults).as("seed %d", seed).isEmpty();
        assertThat(story.left).isZero();
        assertThat(story.seen.keySet()).isEqualTo(sent.keySet());
        story.seen.forEach((chat, numbers) -> assertThat(numbers)
                .as("seed %d, chat %d", seed, chat)
                .hasSize(sent.getOrDefault(chat, 0))
                .isSorted());
        assertFlat(story.heap);
    }

    private enum Event {
        NONE,
        KILL,
        OUTAGE,
        HEAP
    }

    /** Kills in the first half, outages in all of it but the end, looks at the heap in the second half. */
    private static Map<Long, Event> plan(Random random, long ticks, int kills) {
        var plan = new HashMap<Long, Event>();
        for (int i = 0; i < 2 * kills; i++) plan.put(random.nextLong(ticks * 9 / 10), Event.OUTAGE);
        for (int i = 0; i < kills; i++) plan.put(ticks / 20 + random.nextLong(ticks * 9 / 20), Event.KILL);
        for (int i = 0; i < 10; i++) plan.put(ticks * 3 / 5 + i * ticks * 4 / 100, Event.HEAP);
        return plan;
    }

    private static void outage(Telegram telegram, TestBot bot, Random random) {
        var fault = switch (random.nextInt(5)) {
            case 0 -> Fault.badGateway();
            case 1 -> Fault.refuse(500, "Internal Server Error");
            case 2 -> Fault.reset();
            case 3 -> Fault.loseReply();
            default -> Fault.silence();
        };
        // Polls alone: a start waits longer after each failure than it takes until the next outage.
        telegram.emulator()
                .world()
                .faults()
                .add(fault.ofBot(bot.id()).onMethods("getUpdates").times(1 + random.nextInt(3)));
    }

    /** The least of the early looks beside the least of the late ones: a leak shows in both, a passing load in neither. */
    private static void assertFlat(List<Long> heap) {
        assertThat(heap).hasSizeGreaterThan(5);
        long early = Collections.min(heap.subList(0, heap.size() / 2));
        long late = Collections.min(heap.subList(heap.size() / 2, heap.size()));
        assertThat(late).isLessThan(early + HEAP_MARGIN);
    }
}
