package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Lines 15 and 16 on a machine that loses its power, or whose process is killed, at a random write or sync: each life finds what
 * {@link PowerLoss} has left of what the one before has written, torn anywhere that was not synced.
 */
class FileJournalPowerLossTest {
    private static final int KEYS = 5;
    private static final int SEGMENT_BYTES = 2048;
    /** Updates whose attempts take about as much room as themselves. */
    private static final int SLOW = 40;

    /** What has happened in all lives. */
    private static final class Story {
        /** The server has been told that all up to here has arrived. */
        long confirmed;

        final Set<Long> started = new HashSet<>();
        final Set<Long> ended = new HashSet<>();
        /** Whose end, or death, was promised to be on disk. */
        final Set<Long> marked = new HashSet<>();

        /** Which had ended when a process was killed, since power was lost last. */
        final Set<Long> noted = new HashSet<>();

        final Set<Long> dead = new TreeSet<>();
        final Set<Long> deadMarked = new HashSet<>();
        /** Attempts that were promised to be on disk. */
        final Map<Long, Integer> begun = new HashMap<>();

        int repeated;
    }

    @Test
    @Timeout(300)
    void line15NineHundredAndEightyLossesOfPowerAndKillsLoseNothingAndRepeatOnlyWhatWasNotMarked() {
        live(980);
    }

    @Test
    @Tag("slow")
    @Timeout(900)
    void line15TenThousandLossesOfPowerAndKillsLoseNothingAndRepeatOnlyWhatWasNotMarked() {
        live(10_000);
    }

    private static void live(int lives) {
        long seed = Long.getLong("seed", 1);
        System.out.println("FileJournalPowerLossTest seed " + seed);
        var random = new Random(seed);
        var story = new Story();
        var disk = new PowerLoss();
        for (int life = 0; life < lives; life++) {
            disk = new Life(story, disk, random).run(1 + random.nextInt(120));
        }
        disk = new Life(story, disk, random).run(Integer.MAX_VALUE);
        System.out.println("FileJournalPowerLossTest handled " + story.ended.size() + ", repeated " + story.repeated
                + ", dead " + story.dead.size() + ", files " + disk.names().size());
        var all = new TreeSet<>(story.ended);
        all.addAll(story.dead);
        assertThat(LongStream.rangeClosed(1, story.confirmed).filter(id -> !all.contains(id)))
                .as("lost, seed %d", seed)
                .isEmpty();
        assertThat(story.confirmed).isGreaterThan(lives * 10L);
        assertThat(story.repeated).isPositive();
        assertThat(disk.names().size()).isLessThan(30);
    }

    private static FileJournal<Item> open(PowerLoss disk) {
        return new FileJournal<>(
                "disk", () -> disk, 1, Item::id, JournalContract.CODEC, () -> Instant.EPOCH, () -> 0, SEGMENT_BYTES);
    }

    /** Appends and ends so many updates, so that old segments are used again. */
    private static void turnOver(FileJournal<Item> journal, long from, int count) {
        for (long id = from; id < from + count; id++) {
            for (var entry : journal.append(List.of(new Item(id, "x".repeat(400))))) journal.done(entry.sequence());
            journal.flush();
        }
    }

    /** Its bytes are written anew again and again, and what is torn may lie between them and the count of its attempts. */
    @Test
    @Timeout(300)
    void line18AnAttemptThatWasCountedStaysSoWhereverTheCarryingOfItsEntryIsCutShort() {
        long seed = Long.getLong("seed", 1);
        System.out.println("FileJournalPowerLossTest seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < 400; round++) {
            var disk = new PowerLoss();
            var left = new PowerLoss[1];
            try (var journal = open(disk)) {
                var slow = LongStream.rangeClosed(1, SLOW)
                        .mapToObj(id -> new Item(id, "slow"))
                        .toList();
                for (var entry : journal.append(slow)) journal.failed(entry.sequence(), 1);
                journal.flush();
                int[] before = {1 + random.nextInt(12)};
                disk.before = () -> {
                    if (--before[0] == 0) left[0] = disk.cut(random);
                };
                journal.compact();
            } catch (JournalException noPower) {
                assertThat(left[0]).isNotNull();
            }
            var next = left[0] == null ? disk : left[0];
            next.before = () -> {};
            for (int life = 0; life < 3; life++) {
                try (var journal = open(next)) {
                    assertThat(journal.undone(0, 1000))
                            .as("seed %d, round %d", seed, round)
                            .filteredOn(entry -> entry.update().id() <= SLOW)
                            .hasSize(SLOW)
                            .allSatisfy(entry -> assertThat(entry.attempts()).isOne());
                    for (var entry : journal.undone(0, 1000))
                        if (entry.update().id() > SLOW) journal.done(entry.sequence());
                    turnOver(journal, 1000 + 100 * life, random.nextInt(12));
                }
            }
        }
    }

    private static final class Life {
        private final Story story;
        private final PowerLoss disk;
        private final Random random;
        private volatile @Nullable PowerLoss left;
        /** Something of it may not be on the disk that is left. */
        private volatile boolean ending;

        private boolean killed;
        private final List<Journal.Entry<Item>> running = new ArrayList<>();
        private final Map<Long, Long> lastOfKey = new HashMap<>();
        private final Set<Long> ended = new HashSet<>();
        private final Set<Long> dead = new HashSet<>();
        private final Set<Long> noted = new HashSet<>();

        Life(Story story, PowerLoss disk, Random random) {
            this.story = story;
            this.disk = disk;
            this.random = random;
        }

        /** Returns the disk as the next life finds it. */
        PowerLoss run(int events) {
            int[] before = {events};
            killed = random.nextInt(4) == 0;
            disk.before = () -> {
                if (--before[0] != 0) return;
                ending = true;
                left = killed ? disk.kill() : disk.cut(random);
            };
            try {
                var journal = open(disk);
                try {
                    use(journal, events == Integer.MAX_VALUE);
                } finally {
                    journal.close();
                }
            } catch (JournalException broken) {
                if (left == null) throw broken;
            }
            disk.before = () -> {};
            var next = left == null ? disk : left;
            if (left == null || killed) story.noted.addAll(noted);
            else story.noted.clear();
            return next;
        }

        private void use(FileJournal<Item> journal, boolean last) {
            var letters = journal.deadLetters().list(0, 100_000);
            assertThat(letters).noneMatch(letter -> letter.cause().type().equals("damaged"));
            var ids = new HashSet<Long>();
            for (var letter : letters)
                ids.add(letter.update() == null ? 0 : letter.update().id());
            // Sets themselves, for AssertJ goes through all of them, and there are many by the end.
            assertThat(story.dead.containsAll(ids)).isTrue();
            assertThat(ids.containsAll(story.deadMarked)).isTrue();
            letters.forEach(letter -> story.deadMarked.add(
                    letter.update() == null ? 0 : letter.update().id()));
            // Nobody looks at them for ever, and they need room.
            for (var letter : letters) if (random.nextInt(20) == 0) discard(journal, letter);
            for (var entry : journal.undone(0, 100_000)) start(entry);
            long next = Math.max(1, story.confirmed + 1 - random.nextInt(12));
            for (int step = 0; step < (last ? 3 : 60); step++) {
                long to = next + random.nextInt(8);
                var items = LongStream.rangeClosed(next, to)
                        .mapToObj(id -> new Item(id, "text of " + id + "x".repeat(random.nextInt(300))))
                        .toList();
                var entries = journal.append(items);
                if (left == null) story.confirmed = Math.max(story.confirmed, to);
                next = to + 1;
                entries.forEach(this::start);
                end(journal);
                if (random.nextInt(6) == 0) flush(journal);
            }
            if (!last) return;
            for (var entry : running) finish(journal, entry);
            journal.compact();
            assertThat(journal.size()).isZero();
        }

        private void discard(FileJournal<Item> journal, DeadLetters.Letter<Item> letter) {
            var update = letter.update();
            if (update == null || left != null) return;
            story.deadMarked.remove(update.id());
            journal.deadLetters().discard(letter.sequence());
        }

        private void start(Journal.Entry<Item> entry) {
            if (left != null) return; // the dead do not start anything
            long id = entry.update().id();
            if (!story.started.add(id)) {
                story.repeated++;
                assertThat(entry.attempt()).as("attempt of %d", id).isGreaterThan(1);
            }
            assertThat(story.marked.contains(id)).as("%d has ended", id).isFalse();
            assertThat(story.noted.contains(id))
                    .as("%d had ended when the process was killed", id)
                    .isFalse();
            assertThat(entry.attempts()).isGreaterThanOrEqualTo(story.begun.getOrDefault(id, 0));
            assertThat(entry.update().text()).startsWith("text of " + id);
            var before = lastOfKey.put(id % KEYS, id);
            assertThat(before == null || before < id)
                    .as("%d after %d", id, before)
                    .isTrue();
            running.add(entry);
        }

        private void end(FileJournal<Item> journal) {
            for (var entry : List.copyOf(running)) {
                // Some stay for long, or else nothing is ever carried.
                boolean slow = entry.update().id() % 97 == 0;
                if (random.nextInt(slow ? 300 : 3) > 0) continue;
                switch (random.nextInt(25)) {
                    case 0 -> {
                        int attempt = entry.attempts() + 1;
                        journal.began(entry.sequence(), attempt);
                        if (left == null) story.begun.put(entry.update().id(), attempt);
                    }
                    case 1 -> {
                        running.remove(entry);
                        if (left == null) story.dead.add(entry.update().id());
                        dead.add(entry.update().id());
                        journal.dead(entry.sequence(), 1, new DeadLetters.Cause("x", "", ""));
                    }
                    default -> {
                        running.remove(entry);
                        finish(journal, entry);
                    }
                }
            }
        }

        private void finish(FileJournal<Item> journal, Journal.Entry<Item> entry) {
            if (left == null) story.ended.add(entry.update().id());
            ended.add(entry.update().id());
            journal.done(entry.sequence());
            if (!ending) noted.add(entry.update().id());
        }

        private void flush(FileJournal<Item> journal) {
            journal.flush();
            if (left != null) return;
            story.marked.addAll(ended);
            story.deadMarked.addAll(dead);
        }
    }
}
