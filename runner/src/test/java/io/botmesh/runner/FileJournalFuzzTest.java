package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Line 16: the folder of a journal that was closed, and what disks and hands may make of it since. */
class FileJournalFuzzTest {
    private static final Logger LOG = Logger.getLogger("io.botmesh.runner");
    private static final int SEGMENT_BYTES = 2048;

    private final long seed = Long.getLong("seed", 1);
    private final Random random = new Random(seed);
    private final TreeSet<Long> open = new TreeSet<>();
    private final TreeSet<Long> dead = new TreeSet<>();

    private record Found(List<Item> open, List<DeadLetters.Letter<Item>> letters) {
        List<Long> ids() {
            return open.stream().map(Item::id).toList();
        }

        boolean isDamaged() {
            return letters.stream().anyMatch(letter -> letter.cause().type().equals("damaged"));
        }
    }

    @BeforeAll
    static void hush() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speak() {
        LOG.setLevel(null);
    }

    private static FileJournal<Item> journal(PowerLoss disk) {
        return new FileJournal<>(
                "folder", () -> disk, 1, Item::id, JournalContract.CODEC, () -> Instant.EPOCH, () -> 0, SEGMENT_BYTES);
    }

    private PowerLoss written() {
        open.clear();
        dead.clear();
        var disk = new PowerLoss();
        int batches = 1 + random.nextInt(30);
        for (int batch = 0; batch < batches; ) {
            try (var journal = journal(disk)) {
                for (int life = batch + 1 + random.nextInt(15); batch < Math.min(batches, life); batch++)
                    for (var entry :
                            journal.append(LongStream.rangeClosed(batch * 10L, batch * 10L + random.nextInt(10))
                                    .mapToObj(id -> new Item(id, "text of " + id + "x".repeat(random.nextInt(100))))
                                    .toList())) use(journal, entry);
            }
        }
        return disk;
    }

    private void use(FileJournal<Item> journal, Journal.Entry<Item> entry) {
        switch (random.nextInt(8)) {
            case 0, 1 -> open.add(entry.update().id());
            case 2 -> {
                journal.dead(entry.sequence(), 1, new DeadLetters.Cause("x", "", ""));
                dead.add(entry.update().id());
            }
            default -> journal.done(entry.sequence());
        }
    }

    private static Found look(PowerLoss disk) {
        try (var journal = journal(disk)) {
            return new Found(
                    journal.undone(0, 10_000).stream()
                            .map(Journal.Entry::update)
                            .toList(),
                    journal.deadLetters().list(0, 10_000));
        }
    }

    /** Changes one file, and says how. */
    private String harm(PowerLoss disk) throws Exception {
        var names = disk.names().stream().filter(SegmentLog::isSegment).toList();
        if (names.isEmpty()) return "nothing is left";
        var name = names.get(random.nextInt(names.size()));
        var bytes = disk.bytes(name);
        int at = random.nextInt(bytes.length + 1);
        return switch (random.nextInt(8)) {
            case 0 -> {
                disk.replace(name, Arrays.copyOf(bytes, at));
                yield name + " cut at " + at;
            }
            case 1 -> {
                disk.replace(name, Arrays.copyOf(bytes, random.nextInt(120)));
                yield name + " cut at its beginning";
            }
            case 2 -> {
                disk.delete(name);
                yield name + " deleted";
            }
            case 3 -> {
                var other = SegmentLog.name(1 + random.nextInt(2 * names.size()));
                disk.rename(name, other);
                yield name + " called " + other;
            }
            case 4 -> {
                var other = SegmentLog.name(names.size() + random.nextInt(1_000));
                var foreign = new byte[random.nextInt(200)];
                random.nextBytes(foreign);
                disk.replace(other, foreign);
                yield other + " of somebody else";
            }
            case 5 -> {
                disk.replace("0000" + name, bytes);
                yield "0000" + name + " of somebody else";
            }
            case 6 -> {
                disk.replace(name, Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(600)));
                yield name + " made longer";
            }
            default -> {
                int block = random.nextInt(1 + bytes.length / 512) * 512;
                if (block < bytes.length) Arrays.fill(bytes, block, Math.min(bytes.length, block + 512), (byte) 0);
                disk.replace(name, bytes);
                yield name + " zero at " + block;
            }
        };
    }

    private void fuzz(int rounds) throws Exception {
        System.out.println("FileJournalFuzzTest seed " + seed);
        int refused = 0;
        int damaged = 0;
        int whole = 0;
        for (int round = 0; round < rounds; round++) {
            var disk = written();
            var harms = new ArrayList<String>();
            for (int i = 1 + random.nextInt(2); i > 0; i--) harms.add(harm(disk));
            var what = "seed " + seed + ", round " + round + ": " + harms;
            Found found;
            try {
                found = look(disk);
            } catch (JournalException.Unusable told) {
                assertThat(told.getMessage())
                        .as(what)
                        .startsWith("cannot use folder: ")
                        .doesNotContain("\n", "Exception");
                refused++;
                continue;
            }
            if (found.isDamaged()) {
                damaged++;
            } else {
                whole++;
                assertThat(found.ids()).as(what).containsExactlyElementsOf(open);
                assertThat(found.letters()).as(what).hasSize(dead.size());
            }
            for (var item : found.open()) assertThat(item.text()).as(what).startsWith("text of " + item.id());
            assertThat(found.ids()).as(what).doesNotHaveDuplicates();
            var again = look(disk);
            assertThat(again.ids()).as(what).isEqualTo(found.ids());
            assertThat(again.letters()).as(what).hasSameSizeAs(found.letters());
        }
        System.out.println("FileJournalFuzzTest refused " + refused + ", damaged " + damaged + ", whole " + whole);
        assertThat(List.of(refused, damaged, whole)).allMatch(count -> count > rounds / 20);
    }

    @Test
    @Timeout(300)
    void line16WhateverIsDoneToTheFilesIsToldAndNeverASilentLoss() throws Exception {
        fuzz(400);
    }

    @Test
    @Tag("slow")
    @Timeout(900)
    void line16WhateverIsDoneToTheFilesIsToldAndNeverASilentLossForLong() throws Exception {
        fuzz(10_000);
    }

    /** It says only what the segments say too, unless one of these is gone. */
    @Test
    void withoutItsNoteAJournalIsWhatItWas() throws Exception {
        for (int round = 0; round < 30; round++) {
            var disk = written();
            var note = disk.bytes(HeadNote.NAME);
            if (random.nextBoolean()) disk.delete(HeadNote.NAME);
            else if (random.nextBoolean())
                disk.replace(HeadNote.NAME, Arrays.copyOf(note, random.nextInt(note.length)));
            else disk.replace(HeadNote.NAME, new byte[note.length]);
            var found = look(disk);
            assertThat(found.ids()).containsExactlyElementsOf(open);
            assertThat(found.letters()).hasSize(dead.size());
        }
    }
}
