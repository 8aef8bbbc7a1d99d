package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndNotesTest {
    private final PowerLoss disk = new PowerLoss();

    private static Set<Long> found(Disk disk) throws IOException {
        var found = new TreeSet<Long>();
        new EndNotes(disk).keep(sequence -> found.add(sequence));
        return found;
    }

    private static EndNotes begun(Disk disk) throws IOException {
        var notes = new EndNotes(disk);
        notes.keep(sequence -> true);
        return notes;
    }

    /** Sequences as a journal gives them: some batches, of each some places. */
    private static List<Long> sequences(int count) {
        return LongStream.range(0, count)
                .mapToObj(i -> OpenEntries.sequence(1 + i / 100, (int) (i % 100)))
                .toList();
    }

    @Test
    void whatIsNotedIsThereAfterAKill() throws IOException {
        var notes = begun(disk);
        sequences(4000).forEach(notes::put);
        assertThat(found(disk.kill())).containsExactlyElementsOf(sequences(4000));
    }

    @Test
    void soItIsInAFileOfTheSystem(@TempDir Path folder) throws IOException {
        try (var files = new FolderDisk(folder)) {
            var notes = begun(files);
            sequences(300).forEach(notes::put);
            assertThat(found(files)).containsExactlyElementsOf(sequences(300));
        }
    }

    @Test
    void manyThreadsNoteAtOnce() throws IOException {
        var notes = begun(disk);
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (long sequence : sequences(3000)) threads.execute(() -> notes.put(sequence));
        }
        assertThat(found(disk.kill())).containsExactlyElementsOf(sequences(3000));
    }

    @Test
    void theOldestGiveWayAndThoseOfTheProcessBeforeAreNotTheFirst() throws IOException {
        var notes = begun(disk);
        var all = sequences(100_000);
        all.forEach(notes::put);
        int room = EndNotes.BYTES / Long.BYTES;
        var last = all.subList(all.size() - room, all.size());
        assertThat(found(disk.kill())).containsExactlyElementsOf(last);

        var kept = Set.copyOf(last.subList(0, 1000));
        var next = disk.kill();
        var after = new EndNotes(next);
        after.keep(kept::contains);
        LongStream.range(0, room - 1000).forEach(i -> after.put(OpenEntries.sequence(5000 + i, 0)));
        assertThat(found(next.kill())).hasSize(room).containsAll(kept);
    }

    @Test
    void whatNobodyKnowsIsDroppedForGood() throws IOException {
        var notes = begun(disk);
        sequences(10).forEach(notes::put);
        var next = disk.kill();
        new EndNotes(next).keep(sequence -> false);
        assertThat(found(next.cut(new Random(1)))).isEmpty();
    }

    /** A byte that the disk has changed makes another number of a note, which is nobody's. */
    @Test
    void aChangedNoteIsNoOtherEntrys() throws IOException {
        var notes = begun(disk);
        var all = sequences(2000);
        all.forEach(notes::put);
        var next = disk.kill();
        var bytes = next.bytes(EndNotes.NAME);
        var changed = new ArrayList<Integer>();
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == 0 || at % 7 > 0) continue;
            bytes[at] ^= 1;
            changed.add(at / Long.BYTES);
        }
        next.replace(EndNotes.NAME, bytes);
        assertThat(changed).isNotEmpty();
        var known = new HashSet<>(all);
        var found = new TreeSet<Long>();
        new EndNotes(next).keep(sequence -> known.contains(sequence) && found.add(sequence));
        assertThat(found).hasSize(all.size() - new HashSet<>(changed).size());
    }

    @Test
    void aFileThatIsCutOrTooLongIsReadAsFarAsItGoes() throws IOException {
        var notes = begun(disk);
        sequences(2000).forEach(notes::put);
        for (int length : new int[] {0, 5, 8_000, EndNotes.BYTES + 12}) {
            var next = disk.kill();
            var bytes = next.bytes(EndNotes.NAME);
            next.replace(
                    EndNotes.NAME,
                    ByteBuffer.allocate(length)
                            .put(bytes, 0, Math.min(length, bytes.length))
                            .array());
            assertThat(new HashSet<>(sequences(2000)).containsAll(found(next))).isTrue();
            begun(next).put(77);
            assertThat(found(next.kill())).contains(77L);
        }
    }

    /** Then what ended a moment ago is repeated, as before there were notes. */
    @Test
    void aSystemThatMapsNoFilesGoesWithout() throws IOException {
        begun(disk).put(77);
        var next = disk.kill();
        next.maps = false;
        var notes = begun(next);
        notes.put(78);
        assertThat(next.names()).doesNotContain(EndNotes.NAME);
    }

    @Test
    void whatIsInTheWayAndStaysIsRefusedInOneLine(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("1/ends/something"));
        assertThatThrownBy(() -> FileJournal.open(folder, 1, Item::id, JournalContract.CODEC))
                .isInstanceOf(JournalException.Unusable.class)
                .hasMessage("cannot use " + folder.resolve("1")
                        + ": what is called \"ends\" in it can be neither used nor removed: remove it");
    }

    @Test
    void whereTheDiskIsFullItGoesWithout() throws IOException {
        disk.space = 1000;
        var notes = begun(disk);
        notes.put(78);
        assertThat(disk.names()).doesNotContain(EndNotes.NAME);
    }

    /** The system says so late, and whoever notes an end may hold locks. */
    @Test
    void aFileThatIsCutWhileItIsInUseStopsNobody(@TempDir Path folder) throws IOException {
        try (var journal = FileJournal.open(folder, 1, Item::id, JournalContract.CODEC)) {
            for (int round = 0; round < 2000; round++) {
                long first = 1 + 100L * round;
                var items = LongStream.range(first, first + 100)
                        .mapToObj(id -> new Item(id, "x"))
                        .toList();
                var entries = journal.append(items);
                if (round == 1000) {
                    try (var ends = FileChannel.open(folder.resolve("1/ends"), StandardOpenOption.WRITE)) {
                        ends.truncate(0);
                    }
                }
                for (var entry : entries) journal.done(entry.sequence());
            }
            assertThat(journal.size()).isZero();
        }
        try (var journal = FileJournal.open(folder, 1, Item::id, JournalContract.CODEC)) {
            assertThat(journal.undone(0, 10)).isEmpty();
        }
    }

    @Test
    void scramblingHasAnInverseAndKeepsNothing() {
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            long any = random.nextLong();
            assertThat(EndNotes.unscrambled(EndNotes.scrambled(any))).isEqualTo(any);
        }
        assertThat(EndNotes.scrambled(0)).isZero();
    }
}
