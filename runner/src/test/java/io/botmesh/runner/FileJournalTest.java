package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.runner.contract.StoredJournalContract;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FileJournalTest extends StoredJournalContract {
    /** Small, so that every test goes through several. */
    static final int SEGMENT_BYTES = 4096;

    @TempDir
    Path folder;

    @Override
    protected Journal<Item> open(long botId) {
        return FileJournal.open(folder, botId, Item::id, CODEC, () -> now, () -> nanos, SEGMENT_BYTES);
    }

    @Override
    protected <U> Journal<U> open(ToLongFunction<? super U> updateId, Codec<U> codec) {
        return FileJournal.open(folder, 1, updateId, codec, () -> now, () -> nanos, SEGMENT_BYTES);
    }

    @Override
    protected void end(Journal<?> journal) {
        journal.close();
    }

    @Override
    protected Journal<Item> openWhereRoomEnds() {
        return onDisk();
    }

    @Override
    protected void fill() {
        disk.space = disk.bytes() + 1_000;
    }

    @Override
    protected void makeRoom() {
        disk.space = Long.MAX_VALUE;
    }

    /** A program may make the folder of the bot first, for something of its own beside the journal. */
    @Test
    void itsFoldersAreForcedWhetherItHasMadeOrFoundThem(@TempDir Path made) throws IOException {
        var folder = made.resolve("journals");
        var own = folder.resolve("1");
        var forced = new ArrayList<Path>();
        FileJournal.make(folder, own, forced::add);
        assertThat(forced).containsExactly(folder, made);
        FileJournal.make(folder, own, forced::add);
        assertThat(forced).containsExactly(folder, made, folder, made);
        FileJournal.make(folder, own, others -> {
            throw new AccessDeniedException(others.toString());
        });
    }

    @Test
    void botsSharingAFolderAreListed() {
        assertThat(FileJournal.bots(folder.resolve("none"))).isEmpty();
        end(open(12));
        end(open(2));
        assertThat(FileJournal.bots(folder)).containsExactly(2L, 12L);
    }

    /** Opening a folder makes a journal of it, so nobody may be told that there is one. */
    @Test
    void foldersOfOthersAreNoJournals() throws IOException {
        Files.createDirectories(folder.resolve("2024"));
        Files.writeString(folder.resolve("2024").resolve("photo.jpg"), "x");
        Files.writeString(folder.resolve("7"), "a file");
        assertThat(FileJournal.bots(folder)).isEmpty();
        var journal = open(12);
        journal.append(items(1, 1));
        end(journal);
        Files.delete(folder.resolve("12").resolve("lock")); // as from a backup
        assertThat(FileJournal.bots(folder)).containsExactly(12L);
    }

    private final PowerLoss disk = new PowerLoss();

    private FileJournal<Item> onDisk() {
        return new FileJournal<>("folder", () -> disk, 1, Item::id, CODEC, () -> now, () -> nanos, SEGMENT_BYTES);
    }

    // ---- group commit -----------------------------------------------------------------------------------------------

    /** The disk is held until all appends wait for it; what has come meanwhile shares the next sync. */
    @Test
    @Timeout(60)
    void line16AppendsThatComeDuringASyncShareTheNext() throws Exception {
        try (var journal = onDisk()) {
            journal.append(items(1, 1));
            long before = disk.syncs;
            var writing = new CountDownLatch(1);
            var goOn = new CountDownLatch(1);
            disk.before = () -> {
                writing.countDown();
                awaitQuietly(goOn);
            };
            var first = Thread.ofVirtual().start(() -> journal.append(items(2, 2)));
            writing.await();
            var others = LongStream.rangeClosed(3, 22)
                    .mapToObj(id -> Thread.ofVirtual().start(() -> journal.append(items(id, id))))
                    .toList();
            for (var other : others) while (other.getState() != Thread.State.WAITING) Thread.onSpinWait();
            goOn.countDown();
            first.join();
            for (var other : others) other.join();
            assertThat(disk.syncs - before).isEqualTo(2);
            assertThat(journal.size()).isEqualTo(22);
        }
    }

    @Test
    @Timeout(60)
    void anUpdateArrivesWhenItIsHandedOverHoweverLongTheDiskTakes() throws Exception {
        var arrived = now;
        try (var journal = onDisk()) {
            var writing = new CountDownLatch(1);
            var goOn = new CountDownLatch(1);
            disk.before = () -> {
                writing.countDown();
                awaitQuietly(goOn);
            };
            var first = Thread.ofVirtual().start(() -> journal.append(items(1, 1)));
            writing.await();
            var second = Thread.ofVirtual().start(() -> journal.append(items(2, 2)));
            while (second.getState() != Thread.State.WAITING) Thread.onSpinWait();
            now = now.plusSeconds(100);
            goOn.countDown();
            first.join();
            second.join();
            assertThat(journal.undone(0, 10)).extracting(Journal.Entry::arrived).containsExactly(arrived, arrived);
        }
        try (var again = onDisk()) {
            assertThat(again.undone(0, 10)).extracting(Journal.Entry::arrived).containsExactly(arrived, arrived);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    @Test
    void durabilityCostsPerBatchAndNotPerUpdate() {
        try (var journal =
                new FileJournal<>("folder", () -> disk, 1, Item::id, CODEC, () -> now, () -> nanos, 1 << 20)) {
            journal.append(items(0, 0));
            long before = disk.syncs;
            for (int i = 1; i <= 20; i++)
                journal.append(items(i * 100L, i * 100L + 99)).forEach(entry -> journal.done(entry.sequence()));
            assertThat(disk.syncs - before).isEqualTo(20);
            journal.flush();
            assertThat(disk.syncs - before).isEqualTo(21);
        }
    }

    // ---- room -------------------------------------------------------------------------------------------------------

    @Test
    void filesOfWhichNothingIsNeededAreUsedAgain() {
        try (var journal = onDisk()) {
            for (int i = 0; i < 500; i++)
                journal.append(items(i * 100L, i * 100L + 99)).forEach(entry -> journal.done(entry.sequence()));
            assertThat(disk.names()).hasSizeLessThanOrEqualTo(6);
            assertThat(disk.bytes() - EndNotes.BYTES).isLessThan(6 * 2 * SEGMENT_BYTES);
        }
    }

    /** Each file has an update that stays; these are written anew, again and again, and stay what they are. */
    @Test
    void line16WhatStaysForLongDoesNotKeepTheFilesThatItCameWith() {
        var journal = onDisk();
        var stay = new ArrayList<Long>();
        for (int i = 0; i < 400; i++) {
            var entries = journal.append(items(i * 100L, i * 100L + 99));
            for (var entry : entries) {
                if (entry.update().id() % 5_000 != 17) journal.done(entry.sequence());
                else stay.add(entry.sequence());
            }
            if (i == 10) journal.failed(stay.getFirst(), 3);
        }
        assertThat(stay).hasSize(8);
        assertThat(disk.bytes() - EndNotes.BYTES).isLessThan(20 * SEGMENT_BYTES);
        for (int life = 0; life < 2; life++) {
            var left = journal.undone(0, 100);
            assertThat(left).extracting(Journal.Entry::sequence).isEqualTo(stay);
            assertThat(ids(left))
                    .isEqualTo(LongStream.range(0, 8)
                            .map(n -> n * 5_000 + 17)
                            .boxed()
                            .toList());
            assertThat(left.getFirst().attempts()).isEqualTo(3);
            assertThat(journal.append(items(17, 40_000 - 1))).isEmpty();
            journal.close();
            journal = onDisk();
        }
        journal.close();
    }

    @Test
    void line16CompactLeavesNothingButWhatIsOpen() {
        var journal = onDisk();
        for (int i = 0; i < 100; i++) {
            var entries = journal.append(items(i * 100L, i * 100L + 99));
            for (var entry : entries) if (entry.update().id() % 1000 > 0) journal.done(entry.sequence());
        }
        long dead = journal.undone(0, 1).getFirst().sequence();
        journal.dead(dead, 1, new DeadLetters.Cause("x", "", ""));
        long before = disk.bytes();
        long freed = journal.compact();
        assertThat(freed).isPositive().isEqualTo(before - disk.bytes());
        assertThat(disk.bytes() - EndNotes.BYTES).isLessThan(SEGMENT_BYTES);
        journal.close();
        journal = onDisk();
        assertThat(ids(journal.undone(0, 100)))
                .isEqualTo(
                        LongStream.rangeClosed(1, 9).map(n -> n * 1000).boxed().toList());
        assertThat(journal.deadLetters().count()).isOne();
        journal.close();
    }

    @Test
    void line20CompactingKeepsWhenItArrived() {
        var journal = onDisk();
        var first = now;
        var entries = journal.append(items(1, 3));
        journal.done(entries.get(1).sequence());
        journal.dead(entries.get(2).sequence(), 1, new DeadLetters.Cause("x", "", ""));
        pass(Duration.ofDays(1));
        var second = now;
        journal.deadLetters().replay(entries.get(2).sequence());
        pass(Duration.ofDays(1));
        for (int i = 0; i < 3; i++) {
            journal.compact();
            pass(Duration.ofDays(1));
            assertThat(journal.undone(0, 10)).extracting(Journal.Entry::arrived).containsExactly(first, second);
            journal.close();
            journal = onDisk();
            assertThat(journal.undone(0, 10)).extracting(Journal.Entry::arrived).containsExactly(first, second);
        }
        journal.close();
    }

    /** What version 1 of the files has kept: an update as it came, one that was carried, one that was replayed. */
    @Test
    void line20FilesOfTheFirstVersionAreReadAndSayNothingOfArrivals() throws IOException {
        var own = Files.createDirectories(folder.resolve("1"));
        var decoder = Base64.getDecoder();
        Files.write(own.resolve("0000000002.log"), decoder.decode(String.join("", FIRST_VERSION_CARRIED)));
        Files.write(own.resolve("0000000003.log"), decoder.decode(String.join("", FIRST_VERSION_LAST)));
        var codec = new Codec<String>(
                text -> text.getBytes(StandardCharsets.UTF_8), bytes -> new String(bytes, StandardCharsets.UTF_8));
        for (int i = 0; i < 3; i++) {
            try (var journal = (FileJournal<String>) open(text -> Long.parseLong(text.substring(0, 1)), codec)) {
                assertThat(journal.append(List.of("4 again"))).isEmpty();
                assertThat(journal.undone(0, 10))
                        .allMatch(entry -> entry.arrived() == null && entry.repeated())
                        .extracting(Journal.Entry::update)
                        .containsExactly("3 carried", "2 replayed", "4 as it came");
                if (i == 1) journal.compact();
            }
        }
    }

    private static final List<String> FIRST_VERSION_CARRIED = List.of(
            "Qk1FU0hMT0cAAAABXOBgOgAAAAAAAAACAAAAAAAAAAGlAez0AAAAAFDkMQsAAAAGAAAAAFzgYDoAAAAAAAAABQAAAAABAAAAAAHoAgEC",
            "AADtFcK3AAAABwAAAABc4GA6AAAAAAAAAAUAAAABAgAAAAABAgLq8DwAmClMcAAAAAsAAAAJXOBgOgAAAAAAAAAGAAAAAAQAAAABAgmS",
            "39WWAQEDADMgY2FycmllZAAAAADbUTWfAAAAGAAAAApc4GA6AAAAAAAAAAYAAAABBwAAAAEACtEj7kyBgAQBgILFpsFoAXgBeQAAADIg",
            "cmVwbGF5ZWQAAAAAAAA=");
    private static final List<String> FIRST_VERSION_LAST = List.of(
            "Qk1FU0hMT0cAAAABMH4lSAAAAAAAAAADAAAAAAAAAAGIR+yzAAAAALYq7tQAAAAGAAAAADB+JUgAAAAAAAAABwAAAAABAAAAAAL4AQEC",
            "AAC5j/LXAAAABwAAAAAwfiVIAAAAAAAAAAcAAAABAgAAAAABAgLq8DwAOAoufwAAAAwAAAAKMH4lSAAAAAAAAAAIAAAAAAgAAAABAArR",
            "I+5MgYAEAgEyIHJlcGxheWVkAAD2if35AAAADwAAAAwwfiVIAAAAAAAAAAkAAAAAAwAAAAEADMZmHnEDAerwPAEIADQgYXMgaXQgY2Ft",
            "ZQAAAAAA");

    /** The head of each segment says all that is known of ids, and most of the segment must stay for others. */
    @Test
    @Timeout(60)
    void line17IdsWithoutAnyOrderLeaveRoomInEachSegment() {
        var random = new Random(1);
        int appends = 5_000;
        try (var journal = onDisk()) {
            for (int i = 0; i < appends; i++)
                for (var entry : journal.append(List.of(new Item(random.nextLong() / 2, "x"))))
                    journal.done(entry.sequence());
        }
        // Else each one begins a segment, with two syncs more.
        assertThat(disk.syncs).isBetween((long) appends, appends + appends / 4L);
        var head = disk.names().stream()
                .filter(SegmentLog::isSegment)
                .mapToInt(name -> known(disk.bytes(name)))
                .max();
        assertThat(head.orElseThrow()).isBetween(500, SEGMENT_BYTES / 3);
    }

    /** Bytes of what a segment says first about ids. */
    private static int known(byte[] segment) {
        var bytes = ByteBuffer.wrap(segment);
        var state = Objects.requireNonNull(StoredRecord.at(bytes, SegmentLog.HEAD, bytes.getInt(12)));
        var known = Objects.requireNonNull(StoredRecord.at(bytes, state.end, bytes.getInt(12)));
        assertThat(known.type).isEqualTo(RecordTypes.KNOWN);
        return known.end - known.offset;
    }

    // ---- what goes wrong --------------------------------------------------------------------------------------------

    /** What a failed write has left behind is not taken for what was stored, whatever is written over it. */
    @Test
    void aFailedWriteLeavesNothingThatIsFoundLater() {
        var journal = onDisk();
        journal.append(items(1, 1));
        disk.space = disk.bytes() + 400;
        assertThatThrownBy(() -> journal.append(List.of(
                        new Item(2, "a".repeat(100)), new Item(3, "b".repeat(100)), new Item(4, "c".repeat(1_000)))))
                .isInstanceOf(JournalException.NotStored.class);
        disk.space = Long.MAX_VALUE;
        journal.append(items(5, 5));
        journal.append(items(2, 2));
        journal.close();
        try (var again = onDisk()) {
            assertThat(ids(again.undone(0, 10))).containsExactly(1L, 5L, 2L);
            assertThat(again.deadLetters().count()).isZero();
        }
    }

    /** The system may have dropped what it could not write, so no later sync proves anything. */
    @Test
    void aFailedSyncIsTheEndUntilTheJournalIsOpenedAnew() {
        var journal = onDisk();
        journal.append(items(1, 1));
        disk.syncFails = true;
        assertThatThrownBy(() -> journal.append(items(2, 2)))
                .isInstanceOf(JournalException.Unusable.class)
                .hasMessageContaining("the disk failed")
                .message()
                .doesNotContain("\n");
        disk.syncFails = false;
        assertThatThrownBy(() -> journal.append(items(3, 3))).isInstanceOf(JournalException.Unusable.class);
        assertThatThrownBy(journal::close).isInstanceOf(JournalException.Unusable.class);
        try (var again = onDisk()) {
            assertThat(ids(again.append(items(1, 3)))).contains(3L).doesNotContain(1L);
        }
    }

    @Test
    void aSecondJournalInThisProcessIsRefusedInOneLine() {
        var journal = open(1);
        assertThatThrownBy(() -> open(1))
                .isInstanceOf(JournalException.Unusable.class)
                .hasMessageContaining("cannot use " + folder.resolve("1"))
                .hasMessageContaining("in use by this process");
        end(journal);
        end(open(1));
    }

    /** Holds a journal until its input ends. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws IOException {
            var journal = FileJournal.open(Path.of(args[0]), 1, Item::id, CODEC);
            System.out.println("holds " + journal.size());
            System.in.transferTo(OutputStream.nullOutputStream());
            Runtime.getRuntime().halt(0);
        }
    }

    private Process holder() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    @Timeout(120)
    void line16AJournalThatAnotherProcessHoldsIsRefusedAndItsHolderIsNamed() throws Exception {
        var holder = holder();
        try (var says = holder.inputReader(StandardCharsets.UTF_8)) {
            assertThat(says.readLine()).isEqualTo("holds 0");
            assertThatThrownBy(() -> open(1))
                    .isInstanceOf(JournalException.Unusable.class)
                    .hasMessage("cannot use " + folder.resolve("1") + ": the journal is in use by process "
                            + holder.pid() + ": end that one or name another folder");
            holder.toHandle().destroyForcibly();
            holder.waitFor();
            end(open(1));
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    @Timeout(120)
    void line16AJournalIsRefusedThoughSomebodyHasDeletedTheFileThatSaysWhoHasIt() throws Exception {
        var holder = holder();
        try (var says = holder.inputReader(StandardCharsets.UTF_8)) {
            assertThat(says.readLine()).isEqualTo("holds 0");
            Files.delete(folder.resolve("1").resolve(FolderLock.NAME));
            assertThatThrownBy(() -> open(1))
                    .isInstanceOf(JournalException.Unusable.class)
                    .hasMessage("cannot use " + folder.resolve("1")
                            + ": the journal is in use by another process, whose file "
                            + "\"lock\" somebody has deleted: end that one");
            holder.toHandle().destroyForcibly();
            holder.waitFor();
            end(open(1));
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    @Timeout(120)
    void line16AHolderThatDiesIsWaitedForAsLongAsPatienceLasts() throws Exception {
        var now = new AtomicLong(Long.MAX_VALUE); // about to wrap
        var patience = Duration.ofMinutes(1);
        var holder = holder();
        try (var says = holder.inputReader(StandardCharsets.UTF_8)) {
            assertThat(says.readLine()).isEqualTo("holds 0");
            assertThatThrownBy(() -> FolderLock.take(
                            folder.resolve("1"), patience, now::get, pause -> now.addAndGet(pause.toNanos())))
                    .isInstanceOf(JournalException.Unusable.class)
                    .hasMessageContaining("in use by process " + holder.pid());
            assertThat(now.get() - Long.MAX_VALUE).isEqualTo(patience.toNanos());
            Sleeper untilItIsDead = pause -> {
                holder.destroyForcibly();
                holder.waitFor();
            };
            FolderLock.take(folder.resolve("1"), patience, now::get, untilItIsDead)
                    .close();
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void saysInOneLineWhatIsWrongWithAFolder() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "x");
        refused(() -> FileJournal.open(file, 1, Item::id, CODEC), "is not a folder");
        var nowhere = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
        for (var place : List.of(nowhere, nowhere.resolve("deeper")))
            refused(
                    () -> FileJournal.open(place, 1, Item::id, CODEC),
                    "cannot use " + place.resolve("1") + ": " + nowhere + " is a link to nothing");
        end(open(7));
        var own = folder.resolve("7");
        Files.write(own.resolve("0000000001.log"), new byte[] {1, 2, 3}); // cut: being made when the power went
        end(open(7));
        var journal = open(7);
        journal.append(items(1, 1));
        end(journal);
        Files.move(own, folder.resolve("8"));
        refused(() -> open(8), "it belongs to bot 7");
        var segment = folder.resolve("8").resolve("0000000001.log");
        var bytes = Files.readAllBytes(segment);
        var newer = ByteBuffer.wrap(bytes.clone()).putInt(8, SegmentLog.VERSION + 1);
        var crc = new CRC32C();
        crc.update(newer.array(), 0, 32);
        Files.write(segment, newer.putInt(32, (int) crc.getValue()).array());
        refused(() -> open(8), "newer version");
        bytes[3]++;
        Files.write(segment, bytes);
        refused(() -> open(8), "0000000001.log is damaged at its beginning");
        Files.write(segment, new byte[0]);
        refused(() -> open(8), "0000000001.log is damaged at its beginning");
        Files.delete(segment);
        refused(() -> open(8), "0000000001.log is missing");
    }

    private void refused(ThrowableAssert.ThrowingCallable opening, String why) {
        assertThatThrownBy(opening)
                .isInstanceOf(JournalException.Unusable.class)
                .hasMessageContaining(why)
                .hasMessageContaining(folder.toString())
                .message()
                .doesNotContain("\n");
    }
}
