package io.botmesh.runner;

import io.botmesh.runner.OpenEntries.Count;
import io.botmesh.runner.Recovery.Place;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a {@link FileJournal} does with bytes: each act is a job of its {@link JournalWriter}, whose thread owns all that is in here. */
final class JournalStore {
    private static final System.Logger LOG = System.getLogger("io.botmesh.runner");
    private static final Pattern FULL =
            Pattern.compile("no space left|not enough space|disk quota", Pattern.CASE_INSENSITIVE);
    /** Segments that are never worth carrying anything out of. */
    private static final int FEW_SEGMENTS = 4;

    /** Updates that have arrived together, the first {@code count} of these. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Batch(long[] ids, byte[][] updates, int count) {
        Batch {
            if (ids.length > count) {
                ids = Arrays.copyOf(ids, count);
                updates = Arrays.copyOf(updates, count);
            }
        }

        private byte[][] only(BitSet places) {
            if (places.cardinality() == count) return updates;
            return places.stream().mapToObj(place -> updates[place]).toArray(byte[][]::new);
        }
    }

    /** Which of them were new, the batch that they are, in order, and when that was. */
    record Appended(long batch, BitSet fresh, @Nullable Instant arrived) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Found(
            long sequence,
            Count count,
            boolean repeated,
            @Nullable Instant arrived,
            boolean isSound,
            byte[] update) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record FoundLetter(DeadRecord letter, byte[] update) {}

    private final String name;
    private final SegmentLog log;
    private final InstantSource clock;
    private final ClockJumps jumps;
    private final OpenEntries open = new OpenEntries();
    private final EndNotes notes;
    private final JournalWriter writer;
    private final KnownIds known;
    private final TreeMap<Long, Place> letters;
    private final List<Recovery.Damage> damages;
    private final String tail;
    private final long opening;
    private long nextBatch;
    /** What is on disk about known ids is not what is known. */
    private boolean knownChanged;

    private volatile LongConsumer replays = sequence -> {};

    /** Reads what is there. On the thread that is going to run the {@link #writer()}. */
    JournalStore(String name, SegmentLog log, EndNotes notes, InstantSource clock, LongSupplier nanoTime)
            throws IOException {
        this.name = name;
        this.notes = notes;
        this.log = log;
        this.clock = clock;
        this.jumps = new ClockJumps(clock, nanoTime);
        var recovery = new Recovery(log, open, notes);
        try {
            recovery.run();
        } catch (RuntimeException unforeseen) {
            throw new SegmentLog.Refused(
                    "its files are damaged (" + firstLine(unforeseen) + ")" + Recovery.MEND, unforeseen);
        }
        known = recovery.known;
        letters = recovery.letters;
        damages = recovery.damages;
        tail = recovery.tail;
        opening = recovery.opening + 1;
        nextBatch = recovery.nextBatch;
        writer = new JournalWriter(log, this::beginSegment, open, failure -> explained(name, failure));
    }

    JournalWriter writer() {
        return writer;
    }

    OpenEntries open() {
        return open;
    }

    EndNotes notes() {
        return notes;
    }

    void onReplay(LongConsumer listener) {
        replays = listener;
    }

    private void beginSegment(GroupBuffer out, long front, int previousEnd) {
        JournalRecords.state(out, front, previousEnd, opening, nextBatch);
        JournalRecords.known(out, known);
    }

    // ---- failures ---------------------------------------------------------------------------------------------------

    static JournalException unusable(String name, IOException failure) {
        var why = switch (failure) {
            case SegmentLog.Refused refused -> String.valueOf(refused.getMessage());
            case AccessDeniedException denied -> "no permission to read and write " + denied.getFile();
            default -> isFull(failure) ? "the disk is full: free some space and start again" : firstLine(failure);
        };
        return new JournalException.Unusable("cannot use " + name + ": " + why, failure);
    }

    private static JournalException explained(String name, Throwable failure) {
        if (failure instanceof SegmentLog.Lost)
            return new JournalException.Unusable(
                    "cannot use " + name + ": the disk failed ("
                            + firstLine(Objects.requireNonNullElse(failure.getCause(), failure))
                            + "): check it, then start again",
                    failure);
        if (isFull(failure))
            return new JournalException.NotStored(
                    "cannot write to " + name + ": the disk is full; free some space and start again", failure);
        return new JournalException.NotStored("cannot write to " + name + ": " + firstLine(failure), failure);
    }

    private static boolean isFull(Throwable failure) {
        return failure instanceof IOException
                && FULL.matcher(String.valueOf(failure.getMessage())).find();
    }

    private static String firstLine(Throwable failure) {
        return failure.toString().lines().findFirst().orElse("");
    }

    // ---- updates ----------------------------------------------------------------------------------------------------

    /** As it is kept, so that it is the same when it is read back. */
    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    /** In which ids are known that arrived at that time. */
    static long hour(@Nullable Instant arrived) {
        return arrived == null
                ? 0
                : Math.floorDiv(arrived.getEpochSecond(), Duration.ofHours(1).toSeconds());
    }

    Appended append(Batch batch) {
        return writer.call(new Append(batch)).appended();
    }

    private final class Append extends JournalWriter.Job {
        private final Batch batch;
        /** Before it waits for its turn, or for the disk. */
        private final Instant arrived = now();

        private BitSet fresh = new BitSet();
        private long[] admitted = {};
        private boolean added;
        private long id;
        private int offset;
        private int length;

        Append(Batch batch) {
            this.batch = batch;
        }

        Appended appended() {
            return new Appended(id, fresh, arrived);
        }

        @Override
        void stage(GroupBuffer out) {
            long hour = hour(now());
            var jump = jumps.jump();
            if (known.moveTo(hour, jump.toHours())) knownChanged = true;
            jumps.settled(jump);
            if (knownChanged) JournalRecords.known(out, known);
            fresh = known.fresh(batch.ids());
            if (fresh.isEmpty()) return;
            admitted = KnownIds.ascending(batch.ids(), fresh);
            known.admit(admitted, hour);
            id = nextBatch++;
            offset = JournalRecords.batch(out, id, opening, arrived, admitted, batch.only(fresh));
            length = out.size() - offset;
        }

        @Override
        void written(Segment segment, int at) {
            knownChanged = false;
            if (fresh.isEmpty() || added) return;
            int size = fresh.cardinality();
            open.add(
                    new OpenEntries.Batch(
                            id, size, opening, false, arrived, new BitSet(size), segment, at + offset, length),
                    true);
            added = true;
            carryIfMuch(segment);
        }

        @Override
        void failed() {
            known.forget(admitted);
            fresh.clear();
        }
    }

    private StoredRecord record(Place place) throws IOException {
        var record =
                StoredRecord.at(log.read(place.segment(), place.offset(), place.length()), 0, place.segment().salt);
        if (record == null) throw unreadable(place.segment(), place.offset());
        return record;
    }

    /** It could be read when the journal was opened. */
    private JournalException unreadable(Segment segment, int offset) {
        return new JournalException.Unusable(
                "cannot use " + name + ": " + SegmentLog.name(segment.number) + " is damaged at " + offset
                        + " since it was opened: check the disk, then start again",
                null);
    }

    private StoredRecord record(OpenEntries.Batch batch) throws IOException {
        return record(new Place(batch.segment, batch.offset, batch.length));
    }

    List<Found> undone(long after, int limit) {
        return writer.look(() -> {
            var found = new ArrayList<Found>();
            var batch = open.first(OpenEntries.batch(after));
            while (batch != null) {
                read(batch, sequence -> sequence > after, found);
                if (found.size() >= limit) break;
                batch = open.first(batch.id + 1);
            }
            return found;
        });
    }

    /** Those of these that have not ended. */
    List<Found> undone(List<Long> sequences) {
        var byBatch = new TreeMap<Long, Set<Long>>();
        for (long sequence : sequences)
            byBatch.computeIfAbsent(OpenEntries.batch(sequence), none -> new HashSet<>())
                    .add(sequence);
        return writer.look(() -> {
            var found = new ArrayList<Found>();
            for (var wanted : byBatch.entrySet()) {
                var batch = open.first(wanted.getKey());
                if (batch != null && batch.id == wanted.getKey()) read(batch, wanted.getValue()::contains, found);
            }
            return found;
        });
    }

    private void read(OpenEntries.Batch batch, LongPredicate asked, List<Found> found) throws IOException {
        var record = record(batch);
        var wanted = open.show(batch);
        for (int i = 0; i < record.bodies(); i++) {
            long sequence = OpenEntries.sequence(batch.id, record.place(i));
            if (!wanted.get(record.place(i)) || !asked.test(sequence)) continue;
            boolean repeated = batch.revived || batch.born < opening;
            found.add(new Found(
                    sequence, open.count(sequence), repeated, batch.arrived, record.isSound(i), record.body(i)));
        }
    }

    private byte[] update(OpenEntries.Batch batch, long sequence) throws IOException {
        var record = record(batch);
        for (int i = 0; i < record.bodies(); i++)
            if (record.place(i) == OpenEntries.place(sequence)) return record.body(i);
        throw unreadable(batch.segment, batch.offset);
    }

    // ---- dead letters -----------------------------------------------------------------------------------------------

    /** An entry becomes a dead letter; it is dying already. */
    void bury(long sequence, int attempts, DeadLetters.Cause cause, Instant at) {
        Bury bury;
        try {
            bury = writer.submit(new Bury(new DeadRecord(sequence, attempts, at, cause, 0, 0), null));
        } catch (Throwable nobodyWill) {
            open.died(sequence, false);
            throw nobodyWill;
        }
        var unused = bury.end().exceptionally(failed -> {
            writer.tellLater(failed instanceof JournalException told ? told : explained(name, new IOException(failed)));
            return null;
        });
    }

    /** What recovery could not read becomes dead letters, but for the end of the log. */
    void reportDamage(Instant at) {
        if (!tail.isEmpty())
            LOG.log(
                    Level.WARNING,
                    "the journal {0} is torn at its end: {1} are left out; a power loss does that to what was confirmed to nobody, else look at the disk",
                    name,
                    tail);
        for (var damage : damages) {
            var where = damage.bytes().length + " bytes at " + damage.offset() + " of "
                    + SegmentLog.name(damage.segment().number);
            LOG.log(
                    Level.WARNING,
                    "the journal {0} is damaged: {1} are kept as a dead letter, all else is there",
                    name,
                    where);
            boolean entry = damage.sequence() > 0;
            long sequence = entry ? damage.sequence() : writer.look(() -> OpenEntries.sequence(nextBatch++, 0));
            var letter = new DeadRecord(
                    sequence, 0, at, damaged(where), entry ? 0 : damage.segment().number, entry ? 0 : damage.offset());
            writer.call(new Bury(letter, damage.bytes()));
        }
        damages.clear();
    }

    static DeadLetters.Cause damaged(String what) {
        return new DeadLetters.Cause("damaged", what + " are not what was written: the disk has changed them", "");
    }

    private final class Bury extends JournalWriter.Job {
        private final DeadRecord letter;
        private final byte @Nullable [] given;
        private int offset;
        private int length;

        /** @param given the update; null for that of the entry */
        Bury(DeadRecord letter, byte @Nullable [] given) {
            this.letter = letter;
            this.given = given;
        }

        @Override
        void stage(GroupBuffer out) throws IOException {
            var update = given;
            if (update == null) {
                var batch = open.batchOf(letter.sequence());
                if (batch == null) throw new IllegalStateException(letter.sequence() + " has ended");
                update = update(batch, letter.sequence());
            }
            offset = out.size();
            letter.write(out, update);
            length = out.size() - offset;
        }

        @Override
        void written(Segment segment, int at) {
            if (letters.put(letter.sequence(), new Place(segment, at + offset, length)) == null) segment.users++;
            if (open.batchOf(letter.sequence()) != null) open.died(letter.sequence(), true);
        }

        @Override
        void failed() {
            if (open.batchOf(letter.sequence()) != null) open.died(letter.sequence(), false);
        }
    }

    private FoundLetter letter(Place place) throws IOException {
        var record = record(place);
        return new FoundLetter(DeadRecord.read(record), record.body(0));
    }

    List<FoundLetter> letters(long after, int limit) {
        return writer.look(() -> {
            var found = new ArrayList<FoundLetter>();
            for (var place : letters.tailMap(after, false).values()) {
                if (found.size() >= limit) break;
                found.add(letter(place));
            }
            return found;
        });
    }

    long countLetters() {
        return writer.look(letters::size);
    }

    boolean revive(long sequence) {
        return writer.call(new Revive(sequence)).done;
    }

    boolean discard(long sequence) {
        return writer.call(new Discard(sequence)).done;
    }

    private void forget(long letter) {
        var place = letters.remove(letter);
        if (place != null) place.segment().users--;
    }

    private final class Revive extends JournalWriter.Job {
        private final long letter;
        private boolean done;
        private @Nullable Instant arrived;
        private long id;
        private int offset;
        private int length;

        Revive(long letter) {
            this.letter = letter;
        }

        @Override
        void stage(GroupBuffer out) throws IOException {
            var place = letters.get(letter);
            if (place == null) return;
            id = nextBatch++;
            var now = now();
            arrived = now;
            offset = JournalRecords.revived(
                    out, letter, id, opening, now, letter(place).update());
            length = out.size() - offset;
        }

        @Override
        void written(Segment segment, int at) {
            if (!done) {
                if (id == 0 || !letters.containsKey(letter)) return;
                open.add(
                        new OpenEntries.Batch(
                                id, 1, opening, true, arrived, new BitSet(), segment, at + offset, length),
                        false);
                done = true;
            }
            forget(letter);
            replays.accept(OpenEntries.sequence(id, 0)); // here, because nobody may see what comes later before
        }
    }

    private final class Discard extends JournalWriter.Job {
        private final long letter;
        private boolean done;

        Discard(long letter) {
            this.letter = letter;
        }

        @Override
        void stage(GroupBuffer out) {
            if (letters.containsKey(letter)) JournalRecords.discarded(out, letter);
        }

        @Override
        void written(Segment segment, int at) {
            done = done || letters.containsKey(letter);
            forget(letter);
        }
    }

    // ---- size -------------------------------------------------------------------------------------------------------

    /** The rest of an old segment is written anew when most of the folder is of no use, so that no entry keeps it large. */
    private void carryIfMuch(Segment written) {
        var oldest = log.oldestUsed();
        if (oldest == null || oldest.number == written.number || oldest.isLeaving) return;
        if (log.bytes() <= (long) FEW_SEGMENTS * log.segmentBytes() + 2 * open.bytes()) return;
        try {
            oldest.isLeaving = true;
            var carry = new Carry(oldest);
            var unused = carry.end().exceptionally(failed -> {
                oldest.isLeaving = !(failed instanceof JournalException.NotStored);
                return null;
            });
            writer.offer(carry);
        } catch (Throwable noMemory) {
            oldest.isLeaving = false; // there will be another occasion
        }
    }

    private final class Carry extends JournalWriter.Job {
        private record Moved(OpenEntries.@Nullable Batch batch, long letter, int offset, int length) {}

        private final Segment from;
        private final List<Moved> moved = new ArrayList<>();

        Carry(Segment from) {
            this.from = from;
        }

        @Override
        void stage(GroupBuffer out) throws IOException {
            for (var batch : open.in(from)) carry(batch, out);
            for (var entry : letters.entrySet()) {
                if (entry.getValue().segment().number != from.number) continue;
                var letter = letter(entry.getValue());
                int offset = out.size();
                letter.letter().write(out, letter.update());
                moved.add(new Moved(null, entry.getKey(), offset, out.size() - offset));
            }
        }

        private void carry(OpenEntries.Batch batch, GroupBuffer out) throws IOException {
            var record = record(batch);
            var left = open.left(batch);
            var updates = new ArrayList<byte[]>();
            var places = new BitSet();
            Map<Long, Count> counts = new HashMap<>();
            for (int i = 0; i < record.bodies(); i++) {
                int place = record.place(i);
                if (!left.get(place)) continue;
                long sequence = OpenEntries.sequence(batch.id, place);
                if (!record.isSound(i)) throw unreadable(from, record.offset); // and stays, with its checksum
                places.set(place);
                updates.add(record.body(i));
                var count = open.count(sequence);
                if (!count.equals(Count.NONE)) counts.put(sequence, count);
            }
            if (updates.isEmpty()) return;
            // First the counts: a batch may be found without what was to follow it, and then its old place is given up.
            JournalRecords.attempts(out, counts);
            int offset = JournalRecords.carried(out, batch, places, updates.toArray(byte[][]::new));
            moved.add(new Moved(batch, 0, offset, out.size() - offset));
        }

        @Override
        void written(Segment segment, int at) {
            for (var one : moved) {
                var batch = one.batch();
                if (batch != null) {
                    open.moved(batch, segment, at + one.offset(), one.length());
                } else if (letters.containsKey(one.letter())) {
                    var before = letters.put(one.letter(), new Place(segment, at + one.offset(), one.length()));
                    if (before != null) before.segment().users--;
                    segment.users++;
                }
            }
        }
    }

    /** Carries all into new segments, and says by how many bytes the files are smaller then. */
    long compact() {
        long before = writer.look(log::fileBytes);
        var old = writer.look(() -> {
            var all = log.all();
            shrink();
            return all;
        });
        for (var segment : old) if (writer.look(() -> segment.users > 0)) writer.call(new Carry(segment));
        long after = writer.look(() -> {
            shrink();
            return log.fileBytes();
        });
        return Math.max(0, before - after);
    }

    /** A new segment, made of no old one, and no file of which nothing is needed. */
    private void shrink() throws IOException {
        log.forgetSpares();
        log.roll(this::beginSegment);
        log.forgetSpares();
    }
}
