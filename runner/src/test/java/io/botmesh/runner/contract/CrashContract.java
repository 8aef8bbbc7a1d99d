package io.botmesh.runner.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.Delivery;
import io.botmesh.runner.Journal;
import io.botmesh.runner.Keys;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerLimits;
import io.botmesh.runner.RunnerListener;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Source;
import io.botmesh.runner.contract.JournalContract.Item;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Line 15: a process that appends to a journal and handles is killed, again and again, where it just stands. */
public abstract class CrashContract {

    @TempDir
    Path folder;

    private final Class<?> program;

    /** @param program its {@code main} is {@link Child#main} with a journal of its own */
    protected CrashContract(Class<?> program) {
        this.program = program;
    }

    /**
     * Whether the journal knows what had ended when the process was killed, though it had written nothing of it yet: then only what was
     * running is repeated.
     */
    protected boolean knowsAllEnds() {
        return false;
    }

    /**
     * Where the journal of all lives is, which the program is told.
     *
     * @param folder that is gone after the test
     */
    protected String place(Path folder) {
        return folder.resolve("journal.db").toString();
    }

    /** What the processes said, one life after the other. */
    private static final class Story {
        long confirmed;
        final Set<Long> started = new HashSet<>();
        /** In the order of their first end. */
        final LinkedHashSet<Long> ended = new LinkedHashSet<>();
        /** Whose mark was on disk before a kill. */
        final Set<Long> marked = new HashSet<>();

        final List<String> faults = new ArrayList<>();
        int repeated;

        /** Ends of this life whose mark the journal has been told, in order. */
        private final List<Long> told = new ArrayList<>();

        private final boolean knowsAllEnds;
        /** Which of a key were begun last in this life: the next one begins when they have ended. */
        private final Map<Long, Long> running = new HashMap<>();

        Story(boolean knowsAllEnds) {
            this.knowsAllEnds = knowsAllEnds;
        }

        void nextLife() {
            told.clear();
            running.clear();
        }

        void hear(String line) {
            var words = line.split(" ", -1);
            if (words.length < 2 || !line.endsWith(".")) return; // the kill has cut it
            long number = Long.parseLong(words[1]);
            switch (words[0]) {
                case "confirmed" -> confirmed = Math.max(confirmed, number);
                case "start" -> {
                    boolean again = !started.add(number);
                    boolean flagged = Integer.parseInt(words[2]) > 1;
                    if (again) repeated++;
                    if (again && !flagged) faults.add(number + " is repeated and does not say so");
                    if (marked.contains(number)) faults.add(number + " is repeated although its end was on disk");
                    var before = running.put(number % Child.KEYS, number);
                    if (knowsAllEnds && before != null) marked.add(before);
                }
                case "end" -> ended.add(number);
                case "told" -> {
                    told.add(number);
                    if (knowsAllEnds) marked.add(number);
                }
                case "flushed" -> marked.addAll(told.subList(0, (int) number));
                default -> faults.add(line);
            }
        }
    }

    @Test
    @Timeout(900)
    void line15KilledTwentyTimesNothingIsLostAndOnlyWhatWasRunningIsRepeated() throws Exception {
        kill(20);
    }

    @Test
    @Tag("slow")
    @Timeout(900)
    void line15KilledAHundredTimesNothingIsLostAndOnlyWhatWasRunningIsRepeated() throws Exception {
        kill(100);
    }

    private void kill(int kills) throws Exception {
        long seed = Long.getLong("seed", 1);
        System.out.println(program.getName() + " seed " + seed);
        var random = new Random(seed);
        var story = new Story(knowsAllEnds());
        var place = place(folder);
        for (int kill = 0; kill < kills; kill++) live(place, story, random, Long.MAX_VALUE, 20 + random.nextInt(1000));
        long last = story.confirmed + 100;
        live(place, story, random, last, Integer.MAX_VALUE);

        assertThat(story.faults).as("seed %d", seed).isEmpty();
        assertThat(story.ended)
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, last).boxed().toList());
        Map<Long, Long> lastOfKey = new HashMap<>();
        for (long id : story.ended) {
            var before = lastOfKey.put(id % Child.KEYS, id);
            assertThat(before == null || before < id)
                    .as("seed %d: %d after %d", seed, id, before)
                    .isTrue();
        }
        System.out.println(program.getName() + " handled " + last + ", on disk " + story.marked.size() + ", repeated "
                + story.repeated);
        // Otherwise the kills came too early to show anything.
        assertThat(last).isGreaterThan(500);
        assertThat(story.marked).isNotEmpty();
    }

    /** One process, from its start until it has said so many lines, or until it ends by itself. */
    private void live(String place, Story story, Random random, long last, int lines)
            throws IOException, InterruptedException {
        story.nextLife();
        // The server may not have heard the last confirmations, so it sends those again.
        long first = Math.max(1, story.confirmed + 1 - random.nextInt(60));
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                place,
                Long.toString(first),
                Long.toString(last));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int heard = 0;
            for (var line = said.readLine(); line != null; line = said.readLine()) {
                story.hear(line);
                if (++heard == lines) process.toHandle().destroyForcibly(); // SIGKILL, and the pipe stays open
            }
            if (lines == Integer.MAX_VALUE) assertThat(process.waitFor()).isZero();
            else assertThat(process.waitFor()).isEqualTo(128 + 9);
        } finally {
            process.destroyForcibly();
        }
    }

    /** The process that is killed. */
    public static final class Child {
        static final int KEYS = 7;

        private final ReentrantLock saying = new ReentrantLock();
        private final FileOutputStream out = new FileOutputStream(FileDescriptor.out); // unbuffered
        private final Condition more = saying.newCondition();
        private long told;

        private Child() {}

        /**
         * The process.
         *
         * @param open the journal at a place: what {@link CrashContract#place} has said
         */
        public static void main(String[] args, Function<String, Journal<Item>> open) throws InterruptedException {
            System.setOut(System.err); // what libraries log is no word of this
            try (var journal = open.apply(args[0])) {
                new Child().run(journal, Long.parseLong(args[1]), Long.parseLong(args[2]));
            }
        }

        private void say(String words) {
            saying.lock();
            try {
                if (words.startsWith("told")) {
                    told++;
                    more.signal();
                }
                out.write((words + " .\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException nobodyListens) {
                throw new UncheckedIOException(nobodyListens);
            } finally {
                saying.unlock();
            }
        }

        /** Says of how many ends the marks are on disk. */
        private void flush(Journal<Item> journal) {
            long before = 0;
            while (true) {
                saying.lock();
                try {
                    while (told == before) more.awaitUninterruptibly();
                    before = told;
                } finally {
                    saying.unlock();
                }
                journal.flush();
                say("flushed " + before);
            }
        }

        private void run(Journal<Item> journal, long first, long last) throws InterruptedException {
            var finished = new CountDownLatch(1);
            var options = RunnerOptions.<Item>defaults()
                    .withJournal(journal)
                    .withLimits(
                            // Without a limit of what spills the poller runs away, and the last life has it all to
                            // do.
                            RunnerLimits.defaults()
                                    .withWatermarks(40, 120)
                                    .withSpill(500)
                                    .withConcurrency(16))
                    .withKeys(Keys.sequentialize(item -> item.id() % KEYS))
                    .withListener(new RunnerListener<>() {
                        @Override
                        public void onEnded(Delivery<Item> delivery, Duration took, @Nullable Throwable failure) {
                            say("told " + delivery.update().id());
                        }
                    });
            var runner = new Runner<Item>(
                    new Numbers(first, last, finished),
                    delivery -> {
                        say("start " + delivery.update().id() + " " + delivery.attempt());
                        say("end " + delivery.update().id());
                    },
                    options);
            runner.start();
            Thread.ofVirtual().start(() -> flush(journal));
            finished.await();
            while (runner.size() > 0 || journal.size() > 0) Thread.onSpinWait();
            runner.close();
        }

        /** A server that has all numbers. */
        private final class Numbers implements Source<Item> {
            private final long last;
            private final CountDownLatch finished;
            private long next;

            Numbers(long first, long last, CountDownLatch finished) {
                this.next = first;
                this.last = last;
                this.finished = finished;
            }

            @Override
            public List<Item> next(int limit) throws InterruptedException {
                if (next > last) {
                    finished.countDown();
                    new CountDownLatch(1).await();
                }
                long to = Math.min(last, next + 1 + next % limit);
                var batch = LongStream.rangeClosed(next, to)
                        .mapToObj(id -> new Item(id, "text of " + id))
                        .toList();
                next = to + 1;
                return batch;
            }

            @Override
            public void confirm(Item through) {
                say("confirmed " + through.id());
            }

            @Override
            public void flush() {}
        }
    }
}
