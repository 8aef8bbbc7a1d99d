package io.botmesh.store;

import static io.botmesh.store.TornFile.FRAME;
import static io.botmesh.store.TornFile.LOG_HEADER;
import static io.botmesh.store.TornFile.PAGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.JournalException;
import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Line 16: a file and its log as a loss of power, or worse, may leave them. */
class TornTailTest {
    private static final int BATCHES = 6;

    @TempDir
    Path folder;

    private final long seed = Long.getLong("seed", 1);
    private final Random random = new Random(seed);

    @SuppressWarnings("NullAway.Init") // before each test
    private TornFile<List<Long>> torn;

    @BeforeEach
    void write() throws IOException {
        System.out.println("TornTailTest seed " + seed);
        torn = new TornFile<>(folder, JournalException.class, TornTailTest::undone);
        var open = new TreeSet<Long>();
        SqliteDatabase.open(torn.path()).close();
        torn.begun(List.of());
        try (var database = SqliteDatabase.open(torn.path())) {
            var journal = new JdbcJournal<>(database, 1, Item::id, JournalContract.CODEC);
            for (int batch = 0; batch < BATCHES; batch++) {
                var items = LongStream.rangeClosed(batch * 10L, batch * 10L + random.nextInt(10))
                        .mapToObj(id -> new Item(id, "text ".repeat(1 + random.nextInt(200))))
                        .toList();
                var entries = journal.append(items);
                items.forEach(item -> open.add(item.id()));
                torn.promise(List.copyOf(open));
                for (var entry : entries) {
                    if (random.nextBoolean()) continue;
                    journal.done(entry.sequence());
                    open.remove(entry.update().id());
                    journal.flush();
                    torn.promise(List.copyOf(open));
                }
            }
            torn.written();
        }
        torn.closed();
    }

    private static List<Long> undone(Path file) {
        try (var database = SqliteDatabase.open(file)) {
            return new JdbcJournal<>(database, 1, Item::id, JournalContract.CODEC)
                    .undone(0, 10_000).stream()
                            .map(entry -> entry.update().id())
                            .toList();
        }
    }

    @Test
    void line16WhereverTheLogIsCutAllThatWasPromisedUntilThenIsThere() throws IOException {
        for (int length = LOG_HEADER; length <= torn.log.length; length += FRAME) {
            torn.assertCut(length);
            torn.assertCut(Math.min(torn.log.length, length + 1 + random.nextInt(FRAME - 1)));
        }
        torn.assertCut(0);
        torn.assertCut(LOG_HEADER - 1);
    }

    /** A disk writes in any order what nobody has synced. */
    @Test
    void line16ATailWithAHoleCountsUpToTheHole() throws IOException {
        for (int frame = random.nextInt(3); LOG_HEADER + frame * FRAME < torn.log.length; frame += 3) {
            var left = torn.log.clone();
            int at = LOG_HEADER + frame * FRAME;
            int from = at + random.nextInt(FRAME - 512);
            for (int i = from; i < from + 512; i++) left[i] = (byte) (frame % 2 == 0 ? 0 : random.nextInt());
            if (Arrays.equals(left, torn.log)) continue;
            torn.assertTailLost(at, left);
        }
    }

    @Test
    void line16ALogThatWasFoldedInHalfWayIsFoldedInAgain() throws IOException {
        for (int round = 0; round < 24; round++) {
            var half = Arrays.copyOf(torn.file, random.nextBoolean() ? torn.folded.length : torn.file.length);
            for (int at = 0; at < half.length; at += 512)
                if (random.nextInt(3) > 0) System.arraycopy(torn.folded, at, half, at, 512);
            if (round % 4 == 0) System.arraycopy(torn.file, 0, half, 0, 512); // the header comes last
            assertThat(torn.found("fold" + round, half, torn.log))
                    .as("seed %d, round %d", seed, round)
                    .contains(torn.last());
        }
    }

    @Test
    void line16AFileThatIsCutIsRefusedInOneLineOrComplete() throws IOException {
        int refused = 0;
        for (int length = 0; length < torn.file.length; length += PAGE) {
            for (int cut : new int[] {length, length + 1 + random.nextInt(PAGE - 1)}) {
                var found = torn.found("short" + cut, Arrays.copyOf(torn.file, cut), torn.log);
                if (found.isPresent())
                    assertThat(found.get())
                            .as("seed %d, %d bytes of the file", seed, cut)
                            .isEqualTo(torn.last());
                else refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}
