package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.botmesh.runner.contract.JournalContract;
import io.botmesh.runner.contract.JournalContract.Item;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Line 16: the last file of a journal as a loss of power, or worse, may leave it. */
class FileJournalDamageTest {
    /** Each damage is told as a warning, hundreds of times in here. */
    private static final Logger LOG = Logger.getLogger("io.botmesh.runner");

    private static final int BATCHES = 6;
    private static final String FILE = "0000000001.log";

    private final long seed = Long.getLong("seed", 1);
    private final Random random = new Random(seed);
    private final Map<Long, Item> items = new TreeMap<>();
    /** What has not ended, by the length that the file had when that was promised. */
    private final TreeMap<Integer, List<Long>> promised = new TreeMap<>();
    /** Where the batch of an update ends. */
    private final Map<Long, Integer> ends = new TreeMap<>();

    private byte[] file = {};

    private record Found(List<Item> open, List<DeadLetters.Letter<byte[]>> letters) {
        List<Long> ids() {
            return open.stream().map(Item::id).toList();
        }
    }

    private static FileJournal<Item> journal(PowerLoss disk) {
        return new FileJournal<>(
                "folder", () -> disk, 1, Item::id, JournalContract.CODEC, () -> Instant.EPOCH, () -> 0, 1 << 20);
    }

    @BeforeAll
    static void hush() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speak() {
        LOG.setLevel(null);
    }

    @BeforeEach
    void write() {
        System.out.println("FileJournalDamageTest seed " + seed);
        var disk = new PowerLoss();
        var open = new TreeSet<Long>();
        try (var journal = journal(disk)) {
            for (int batch = 0; batch < BATCHES; batch++) {
                var batchItems = LongStream.rangeClosed(batch * 10L, batch * 10L + random.nextInt(10))
                        .mapToObj(id -> new Item(id, "text ".repeat(1 + random.nextInt(20))))
                        .toList();
                var entries = journal.append(batchItems);
                batchItems.forEach(item -> {
                    items.put(item.id(), item);
                    open.add(item.id());
                    ends.put(item.id(), disk.bytes(FILE).length);
                });
                promised.put(disk.bytes(FILE).length, List.copyOf(open));
                for (var entry : entries) {
                    if (random.nextBoolean()) continue;
                    journal.done(entry.sequence());
                    open.remove(entry.update().id());
                    journal.flush();
                    promised.put(disk.bytes(FILE).length, List.copyOf(open));
                }
            }
        }
        file = disk.bytes(FILE);
    }

    /** What the next process finds, twice: what it has set aside must not be set aside again. */
    private Found found(byte[] file) {
        var disk = new PowerLoss();
        disk.replace(FILE, file);
        var first = look(disk);
        var second = look(disk);
        assertThat(second.ids()).isEqualTo(first.ids());
        assertThat(second.letters())
                .extracting(DeadLetters.Letter::sequence)
                .isEqualTo(first.letters().stream()
                        .map(DeadLetters.Letter::sequence)
                        .toList());
        return first;
    }

    private static Found look(PowerLoss disk) {
        List<Item> open;
        try (var journal = journal(disk)) {
            open = journal.undone(0, 10_000).stream().map(Journal.Entry::update).toList();
        }
        try (var raw = new FileJournal<byte[]>(
                "folder", () -> disk, 1, bytes -> 0, Codec.bytes(), () -> Instant.EPOCH, () -> 0, 1 << 20)) {
            return new Found(open, raw.deadLetters().list(0, 10_000));
        }
    }

    @Test
    void line16WhereverTheFileIsCutAllThatWasPromisedUntilThenIsThere() {
        int beginning = promised.firstKey();
        for (int length = file.length; length >= beginning; length--) {
            var found = found(Arrays.copyOf(file, length));
            assertThat(found.ids())
                    .as("seed %d, %d bytes", seed, length)
                    // The zeros at the end of a record are not missed.
                    .isIn(
                            promised.floorEntry(length).getValue(),
                            promised.floorEntry(length + GroupBuffer.ALIGNMENT - 1)
                                    .getValue());
            assertThat(found.letters()).isEmpty();
        }
    }

    /** A disk writes in any order what nobody has synced: here the last append and the marks before it. */
    @Test
    void line16ATailWithHolesCountsUpToTheFirst() {
        var lengths = List.copyOf(promised.keySet());
        int from = lengths.get(lengths.size() - 2);
        for (int at = from; at < file.length; at++) {
            var bytes = file.clone();
            Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(64)), (byte) random.nextInt());
            if (Arrays.equals(bytes, file)) continue;
            var found = found(bytes);
            assertThat(found.ids()).as("seed %d, at %d", seed, at).isIn(promised.get(from), promised.get(file.length));
            assertThat(found.letters()).isEmpty();
        }
    }

    /** It may have been confirmed, and the disk have changed it: nobody can tell that from a power loss, so nothing is passed over in silence. */
    @Test
    void line16AnEndThatCannotBeReadIsToldOf() {
        assertThat(told(file)).isEmpty();
        var lengths = List.copyOf(promised.keySet());
        int last = lengths.get(lengths.size() - 2);
        var bytes = file.clone();
        bytes[last + GroupBuffer.HEADER] ^= 1;
        assertThat(told(bytes))
                .singleElement()
                .asString()
                .contains(
                        "the journal folder is torn at its end", " bytes at " + last + " of " + FILE + " are left out");
        assertThat(told(Arrays.copyOf(file, last))).as("a log that ends there").isEmpty();
    }

    /** What the log says of a journal that is opened. */
    private static List<String> told(byte[] file) {
        var disk = new PowerLoss();
        disk.replace(FILE, file);
        LOG.setLevel(null);
        try (var told = new ToldLines()) {
            look(disk);
            return List.copyOf(new LinkedHashSet<>(told.lines())); // look() opens it twice
        } finally {
            LOG.setLevel(Level.OFF);
        }
    }

    /**
     * Nothing wrong is handed out, nothing that follows is lost, and what is missing lies with the dead letters, or was the
     * last thing that was written.
     */
    @Test
    void line16DamageInTheMiddleIsSetAsideAndNothingThatFollowsIsLost() {
        int letters = 0;
        int refused = 0;
        for (int at = 0; at < file.length; at += 1 + random.nextInt(3)) {
            var bytes = file.clone();
            int width = random.nextInt(3) == 0 ? 200 : 1;
            for (int i = at; i < Math.min(bytes.length, at + width); i++) bytes[i] ^= (byte) (1 + random.nextInt(255));
            Found found;
            try {
                found = found(bytes);
            } catch (JournalException told) {
                assertThat(told).isInstanceOf(JournalException.Unusable.class);
                assertThat(told.getMessage())
                        .contains("folder", FILE, "restore")
                        .doesNotContain("\n");
                refused++;
                continue;
            }
            var what = "seed " + seed + ", " + width + " bytes at " + at;
            for (var item : found.open())
                assertThat(items.get(item.id())).as(what).isEqualTo(item);
            assertThat(found.ids()).as(what).isSorted().doesNotHaveDuplicates();
            int place = at;
            var missing = promised.lastEntry().getValue().stream()
                    .filter(id -> !found.ids().contains(id))
                    .toList();
            assertThat(missing).as(what).allMatch(id -> end(id) > place);
            if (found.letters().isEmpty()) {
                // The end of the file: or else it would have said so.
                if (!missing.isEmpty()) assertThat(at + width).as(what).isGreaterThan(lastButOne());
                continue;
            }
            letters++;
            assertThat(found.letters())
                    .as(what)
                    .allMatch(letter -> letter.cause().type().equals("damaged"));
            int end = at + width;
            assertThat(missing).as(what).allMatch(id -> starts(id) < end);
        }
        assertThat(letters).isGreaterThan(20);
        assertThat(refused).isPositive();
    }

    private int lastButOne() {
        var lengths = List.copyOf(promised.keySet());
        return lengths.get(lengths.size() - 2);
    }

    private int end(long id) {
        return Objects.requireNonNull(ends.get(id));
    }

    private int starts(long id) {
        var before = promised.lowerKey(end(id));
        return before == null ? 0 : before;
    }

    /** One update is damaged, and its neighbours in the same batch are as they were. */
    @Test
    void line16ADamagedUpdateIsADeadLetterWithItsBytesAndItsNeighboursAreThere() {
        var open = promised.lastEntry().getValue();
        long id =
                open.stream().filter(one -> end(one) < lastButOne()).findFirst().orElseThrow();
        var update = JournalContract.CODEC.encode().apply(Objects.requireNonNull(items.get(id)));
        int at = indexOf(update);
        var bytes = file.clone();
        bytes[at + update.length - 1]++;
        var found = found(bytes);
        assertThat(found.ids()).isEqualTo(open.stream().filter(one -> one != id).toList());
        assertThat(found.letters()).hasSize(1);
        update[update.length - 1]++;
        assertThat(found.letters().getFirst().update()).isEqualTo(update);
    }

    private int indexOf(byte[] part) {
        for (int at = 0; at + part.length <= file.length; at++)
            if (Arrays.equals(file, at, at + part.length, part, 0, part.length)) return at;
        throw new AssertionError("not there");
    }

    @Test
    void line16ASegmentThatIsMissingIsNamedAndNothingIsOpened() {
        var disk = new PowerLoss();
        try (var journal = new FileJournal<Item>(
                "folder", () -> disk, 1, Item::id, JournalContract.CODEC, () -> Instant.EPOCH, () -> 0, 512)) {
            for (long i = 0; i < 20; i++) journal.append(List.of(new Item(i, "text ".repeat(50))));
        }
        var names = disk.names().stream().filter(name -> name.endsWith(".log")).toList();
        assertThat(names).hasSizeGreaterThan(5);
        Function<String, PowerLoss> without = missing -> {
            var next = new PowerLoss();
            disk.names().stream()
                    .filter(name -> !name.equals(missing))
                    .forEach(name -> next.replace(name, disk.bytes(name)));
            return next;
        };
        for (var missing : names) {
            var told = catchThrowableOfType(JournalException.Unusable.class, () -> journal(without.apply(missing)));
            assertThat(told.getMessage()).contains(missing + " is missing").doesNotContain("\n");
            for (int left : List.of(0, 3, SegmentLog.HEAD - 1)) {
                var cut = without.apply(missing);
                cut.replace(missing, Arrays.copyOf(disk.bytes(missing), left));
                told = catchThrowableOfType(JournalException.Unusable.class, () -> journal(cut));
                assertThat(told.getMessage())
                        .contains(missing + " is damaged at its beginning")
                        .doesNotContain("\n");
                assertThat(cut.names()).contains(missing);
            }
        }
    }
}
