package io.botmesh.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.JournalException;
import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Line 16: a file and its log as a loss of power, or worse, may leave them. */
class TornTailTest {
    private static final int PAGE = 4096;

    /** Of the log: its own header, and that of each page in it. */
    private static final int LOG_HEADER = 32;

    private static final int FRAME = 24 + PAGE;

    private static final int BATCHES = 6;

    @TempDir
    Path folder;

    private final long seed = Long.getLong("seed", 1);
    private final Random random = new Random(seed);

    /** What has not ended, by the length that the log had when that was promised. */
    private final TreeMap<Integer, List<Long>> promised = new TreeMap<>();

    private byte[] file = {};
    private byte[] log = {};
    /** The file once the log is folded in. */
    private byte[] folded = {};

    @BeforeEach
    void write() throws IOException {
        System.out.println("TornTailTest seed " + seed);
        var path = folder.resolve("journal.db");
        var open = new TreeSet<Long>();
        SqliteDatabase.open(path).close();
        file = Files.readAllBytes(path);
        promised.put(0, List.of());
        try (var database = SqliteDatabase.open(path)) {
            var journal = new JdbcJournal<>(database, 1, Item::id, JournalContract.CODEC);
            for (int batch = 0; batch < BATCHES; batch++) {
                var items = LongStream.rangeClosed(batch * 10L, batch * 10L + random.nextInt(10))
                        .mapToObj(id -> new Item(id, "text ".repeat(1 + random.nextInt(200))))
                        .toList();
                var entries = journal.append(items);
                items.forEach(item -> open.add(item.id()));
                promised.put(log(path).length, List.copyOf(open));
                for (var entry : entries) {
                    if (random.nextBoolean()) continue;
                    journal.done(entry.sequence());
                    open.remove(entry.update().id());
                    journal.flush();
                    promised.put(log(path).length, List.copyOf(open));
                }
            }
            log = log(path);
            assertThat(Files.readAllBytes(path)).isEqualTo(file); // all of it is in the log
        }
        folded = Files.readAllBytes(path);
    }

    private static byte[] log(Path file) throws IOException {
        return Files.readAllBytes(file.resolveSibling(file.getFileName() + "-wal"));
    }

    /** What is found, or nothing if the file is refused in one line. */
    private Optional<List<Long>> found(String name, byte[] file, byte[] log) throws IOException {
        var path = folder.resolve(name + ".db");
        var beside = folder.resolve(name + ".db-wal");
        Files.write(path, file);
        Files.write(beside, log);
        var found = new ArrayList<Long>();
        try (var database = SqliteDatabase.open(path)) {
            new JdbcJournal<>(database, 1, Item::id, JournalContract.CODEC)
                    .undone(0, 10_000)
                    .forEach(entry -> found.add(entry.update().id()));
            return Optional.of(found);
        } catch (JournalException told) {
            assertThat(told.getMessage()).contains(path.toString()).doesNotContain("\n");
            return Optional.empty();
        } finally {
            Files.deleteIfExists(path);
            Files.deleteIfExists(beside);
        }
    }

    private void assertTailLost(int length, byte[] left) throws IOException {
        assertThat(found("cut" + length, file, left))
                .as("seed %d, %d bytes of the log", seed, length)
                .contains(promised.floorEntry(length).getValue());
    }

    @Test
    void line16WhereverTheLogIsCutAllThatWasPromisedUntilThenIsThere() throws IOException {
        for (int length = LOG_HEADER; length <= log.length; length += FRAME) {
            assertTailLost(length, Arrays.copyOf(log, length));
            int odd = Math.min(log.length, length + 1 + random.nextInt(FRAME - 1));
            assertTailLost(odd, Arrays.copyOf(log, odd));
        }
        assertTailLost(0, new byte[0]);
        assertTailLost(LOG_HEADER - 1, Arrays.copyOf(log, LOG_HEADER - 1));
    }

    /** A disk writes in any order what nobody has synced. */
    @Test
    void line16ATailWithAHoleCountsUpToTheHole() throws IOException {
        for (int frame = random.nextInt(3); LOG_HEADER + frame * FRAME < log.length; frame += 3) {
            var left = log.clone();
            int at = LOG_HEADER + frame * FRAME;
            int from = at + random.nextInt(FRAME - 512);
            for (int i = from; i < from + 512; i++) left[i] = (byte) (frame % 2 == 0 ? 0 : random.nextInt());
            if (Arrays.equals(left, log)) continue;
            assertTailLost(at, left);
        }
    }

    @Test
    void line16ALogThatWasFoldedInHalfWayIsFoldedInAgain() throws IOException {
        for (int round = 0; round < 24; round++) {
            var torn = Arrays.copyOf(file, random.nextBoolean() ? folded.length : file.length);
            for (int at = 0; at < torn.length; at += 512)
                if (random.nextInt(3) > 0) System.arraycopy(folded, at, torn, at, 512);
            if (round % 4 == 0) System.arraycopy(file, 0, torn, 0, 512); // the header comes last
            assertThat(found("fold" + round, torn, log))
                    .as("seed %d, round %d", seed, round)
                    .contains(promised.lastEntry().getValue());
        }
    }

    @Test
    void line16AFileThatIsCutIsRefusedInOneLineOrComplete() throws IOException {
        int refused = 0;
        for (int length = 0; length < file.length; length += PAGE) {
            for (int cut : new int[] {length, length + 1 + random.nextInt(PAGE - 1)}) {
                var found = found("short" + cut, Arrays.copyOf(file, cut), log);
                if (found.isPresent())
                    assertThat(found.get())
                            .as("seed %d, %d bytes of the file", seed, cut)
                            .isEqualTo(promised.lastEntry().getValue());
                else refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}
