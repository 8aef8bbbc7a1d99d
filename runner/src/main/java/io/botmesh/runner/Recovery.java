package io.botmesh.runner;

import io.botmesh.runner.OpenEntries.Batch;
import io.botmesh.runner.OpenEntries.Count;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the segments of a journal, as a process left them that has stopped, was killed or lost its power.
 *
 * <p>A record of a group proves that everything of the groups before it was synced, for each sync is over before the next
 * group begins. So what is unreadable in the last group was never promised, as long as the disk keeps what it has: the log ends there, which is
 * told. What is unreadable anywhere else is damage, which is set aside as a dead letter, and all else is there.
 */
final class Recovery {
    /** Where a record lies. */
    record Place(Segment segment, int offset, int length) {}

    /** Bytes that nobody can read: an entry, or a part of a segment about which no more is known (then sequence is 0). */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Damage(long sequence, Segment segment, int offset, byte[] bytes) {}

    /** Part of a segment in which there may be damage, by offset. */
    private record Spot(long segment, int offset) {}

    final KnownIds known;
    final TreeMap<Long, Place> letters = new TreeMap<>();
    /** Not yet a dead letter. */
    final List<Damage> damages = new ArrayList<>();

    long opening;
    long nextBatch = 1;
    /** What is left out at the end of the log, in words; empty if nothing is. */
    String tail = "";

    static final String MEND = ": restore it, or move the folder away to begin anew";

    private final SegmentLog log;
    private final EndNotes notes;
    private final OpenEntries open;
    private final TreeMap<Long, Batch> batches = new TreeMap<>();
    private final TreeMap<Long, BitSet> done = new TreeMap<>();
    private final TreeMap<Long, Count> counts = new TreeMap<>();
    private final Set<Spot> setAside = new HashSet<>();
    private final List<Damage> found = new ArrayList<>();
    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);
    private HeadNote.Reached reached = HeadNote.NOTHING;
    private long lastGroup;

    Recovery(SegmentLog log, OpenEntries open, EndNotes notes) {
        this.notes = notes;
        this.log = log;
        this.known = new KnownIds(log.segmentBytes());
        this.open = open;
    }

    void run() throws IOException {
        var segments = new ArrayDeque<>(log.find());
        var needless = new ArrayList<Segment>(); // which go when it is clear that all others are there
        reached = log.reached();
        // A file that was being made when the process ended says nothing, not even where the one before it ends.
        while (!segments.isEmpty() && segments.getLast().number > reached.segment() && isUnfinished(segments.getLast()))
            needless.add(segments.removeLast());
        long newest = segments.isEmpty() ? 0 : segments.getLast().number;
        if (newest < reached.segment()) throw missing(reached.segment());
        if (newest > 0) {
            long front = state(segments.getLast()).number();
            while (segments.getFirst().number < front) needless.add(segments.removeFirst());
            read(List.copyOf(segments), front);
        }
        for (var segment : needless) log.leave(segment);
        log.forceLast();
        finish();
    }

    private static SegmentLog.Refused missing(long number) {
        return new SegmentLog.Refused(SegmentLog.name(number) + " is missing" + MEND);
    }

    private void read(List<Segment> segments, long front) throws IOException {
        for (int i = 0; i < segments.size(); i++) if (segments.get(i).number != front + i) throw missing(front + i);
        for (int i = 0; i < segments.size(); i++) {
            var segment = segments.get(i);
            if (segment.end != SegmentLog.HEAD) throw damagedBeginning(segment);
            if (i + 1 < segments.size()) {
                var next = state(segments.get(i + 1));
                next.number();
                read(segment, (int) next.number(), false);
            } else {
                read(segment, segment.number == reached.segment() ? reached.end() : SegmentLog.HEAD, true);
            }
            log.keep(segment, lastGroup);
        }
    }

    /** Nothing but its first records can be in it: these are synced before it is used. */
    private boolean isUnfinished(Segment segment) throws IOException {
        if (segment.end == SegmentLog.UNFINISHED) return true;
        if (segment.end == SegmentLog.DAMAGED || first(segment) != null) return false;
        return records(segment, content(segment)).stream().allMatch(record -> record.type == RecordTypes.KNOWN);
    }

    private static StoredRecord state(Segment segment) throws IOException {
        var record = segment.end == SegmentLog.HEAD ? first(segment) : null;
        if (record == null) throw damagedBeginning(segment);
        return record;
    }

    private static SegmentLog.Refused damagedBeginning(Segment segment) {
        return new SegmentLog.Refused(SegmentLog.name(segment.number) + " is damaged at its beginning" + MEND);
    }

    /** The first record of a segment, or null if it has none. */
    private static @Nullable StoredRecord first(Segment segment) throws IOException {
        var bytes = ByteBuffer.allocate(512);
        segment.content.read(bytes, SegmentLog.HEAD);
        var record = StoredRecord.at(bytes.flip(), 0, segment.salt);
        return record == null || record.type != RecordTypes.STATE ? null : record;
    }

    private ByteBuffer content(Segment segment) throws IOException {
        int size = (int) Math.min(segment.content.size(), Integer.MAX_VALUE);
        if (buffer.capacity() < size) buffer = ByteBuffer.allocateDirect(size);
        segment.content.read(buffer.clear().limit(size), 0);
        return buffer.flip();
    }

    /**
     * @param end  what was synced ends there
     * @param last whether more may follow, which nobody was promised if it cannot be read
     */
    private void read(Segment segment, int end, boolean last) throws IOException {
        var bytes = content(segment);
        if (!last) bytes.limit(Math.min(end, bytes.limit()));
        var records = records(segment, bytes);
        long newest = last && !records.isEmpty() ? records.getLast().group : Long.MAX_VALUE;
        int at = SegmentLog.HEAD;
        for (var record : records) {
            boolean unpromised = record.group == newest && record.offset >= end;
            if (unpromised && !record.isSound()) break;
            if (record.offset > at) {
                if (unpromised && record.ordinal > 0) break;
                damage(0, segment, at, bytes.slice(at, record.offset - at));
            }
            visit(record, segment);
            lastGroup = Math.max(lastGroup, record.group);
            at = record.end;
        }
        if (at < end) {
            int left = Math.min(end, bytes.limit()) - at;
            damage(0, segment, at, left > 0 ? bytes.slice(at, left) : ByteBuffer.allocate(0));
        }
        segment.end = last ? Math.max(at, end) : end;
        if (last) leftOut(segment, bytes);
    }

    /** A power loss leaves the last group in pieces; so does a disk that has changed a byte of it, and nobody can tell one from the other. */
    private void leftOut(Segment segment, ByteBuffer bytes) {
        int until = bytes.limit();
        while (until > segment.end && bytes.get(until - 1) == 0) until--;
        if (until > segment.end)
            tail = until - segment.end + " bytes at " + segment.end + " of " + SegmentLog.name(segment.number);
    }

    /** All whose heads can be read, in order. */
    private static List<StoredRecord> records(Segment segment, ByteBuffer bytes) {
        var records = new ArrayList<StoredRecord>();
        long group = 0;
        for (int at = SegmentLog.HEAD; at + GroupBuffer.HEADER <= bytes.limit(); ) {
            var record = StoredRecord.at(bytes, at, segment.salt);
            // An older group behind a younger one is what a write has left that failed.
            if (record == null || record.group < group || record.end > bytes.limit() + GroupBuffer.ALIGNMENT) {
                at += GroupBuffer.ALIGNMENT;
                continue;
            }
            records.add(record);
            group = record.group;
            at = record.end;
        }
        return records;
    }

    private void damage(long sequence, Segment segment, int offset, ByteBuffer at) {
        var bytes = new byte[at.remaining()];
        at.get(bytes);
        found.add(new Damage(sequence, segment, offset, bytes));
    }

    // ---- records ----------------------------------------------------------------------------------------------------

    private void visit(StoredRecord record, Segment segment) {
        switch (record.type) {
            case RecordTypes.STATE -> {
                record.number();
                record.number();
                opening = Math.max(opening, record.number());
                nextBatch = Math.max(nextBatch, record.number());
            }
            case RecordTypes.KNOWN -> known.replace(record.ranges());
            case RecordTypes.BATCH -> batch(record, segment);
            case RecordTypes.CARRIED -> carried(record, segment);
            case RecordTypes.MARKS -> marks(record);
            case RecordTypes.ATTEMPT -> {
                for (long rest = record.number(); rest > 0; rest--)
                    counts.put(
                            record.number(),
                            new Count((int) record.number(), (int) record.number(), record.number() == 1));
            }
            case RecordTypes.DEAD -> {
                var dead = DeadRecord.read(record);
                place(dead.sequence(), record, segment);
                end(dead.sequence());
                if (dead.segment() > 0) setAside.add(new Spot(dead.segment(), dead.offset()));
            }
            case RecordTypes.REVIVED -> {
                letters.remove(record.number());
                long id = record.number();
                long born = record.number();
                var arrived = segment.version > 1 ? record.arrived() : null;
                put(record, id, 1, born, true, arrived, new BitSet(), segment);
            }
            case RecordTypes.DISCARDED -> letters.remove(record.number());
            default -> {} // nobody writes one under this version
        }
    }

    private void place(long sequence, StoredRecord record, Segment segment) {
        letters.put(sequence, new Place(segment, record.offset, record.end - record.offset));
        nextBatch = Math.max(nextBatch, OpenEntries.batch(sequence) + 1);
    }

    private void batch(StoredRecord record, Segment segment) {
        long id = record.number();
        long born = record.number();
        boolean timed = segment.version > 1;
        var arrived = timed ? record.arrived() : null;
        long hour = timed ? JournalStore.hour(arrived) : record.signed();
        long before = 0;
        for (long runs = record.number(); runs > 0; runs--) {
            long first = before + record.signed();
            before = first + record.number();
            known.remember(new KnownIds.Range(first, before, hour));
        }
        put(record, id, record.bodies(), born, false, arrived, new BitSet(), segment);
    }

    private void carried(StoredRecord record, Segment segment) {
        long id = record.number();
        long born = record.number();
        int size = (int) record.number();
        boolean revived = record.number() == 1;
        var arrived = segment.version > 1 ? record.arrived() : null;
        var ended = new BitSet(size);
        ended.set(0, size);
        for (int i = 0; i < record.bodies(); i++) ended.clear(record.place(i));
        put(record, id, size, born, revived, arrived, ended, segment);
    }

    private void put(
            StoredRecord record,
            long id,
            int size,
            long born,
            boolean revived,
            @Nullable Instant arrived,
            BitSet ended,
            Segment segment) {
        opening = Math.max(opening, born);
        nextBatch = Math.max(nextBatch, id + 1);
        done.put(id, ended);
        batches.put(
                id,
                new Batch(id, size, born, revived, arrived, ended, segment, record.offset, record.end - record.offset));
        for (int i = 0; i < record.bodies(); i++)
            if (!record.isSound(i))
                damage(
                        OpenEntries.sequence(id, record.place(i)),
                        segment,
                        record.offset,
                        ByteBuffer.wrap(record.body(i)));
    }

    private void marks(StoredRecord record) {
        for (long rest = record.number(); rest > 0; rest--) {
            long id = record.number();
            if (record.number() == 1) {
                batches.remove(id);
                done.remove(id);
            } else {
                var ended = record.runs();
                var before = done.get(id);
                if (before != null) before.or(ended);
            }
        }
    }

    private void end(long sequence) {
        var ended = done.get(OpenEntries.batch(sequence));
        if (ended != null) ended.set(OpenEntries.place(sequence));
    }

    private void finish() throws IOException {
        letters.keySet().forEach(this::end); // also those that were carried while they became letters
        batches.forEach((id, read) -> {
            var ended = done.getOrDefault(id, new BitSet());
            if (ended.cardinality() == read.size) return;
            open.add(
                    new Batch(
                            id,
                            read.size,
                            read.born,
                            read.revived,
                            read.arrived,
                            ended,
                            read.segment,
                            read.offset,
                            read.length),
                    false);
        });
        notes.keep(open::endNoted);
        for (Map.Entry<Long, Count> count : counts.entrySet()) open.count(count.getKey(), count.getValue());
        open.startOver();
        for (var place : letters.values()) place.segment().users++;
        for (var damage : found) {
            boolean seen = damage.sequence() > 0
                    ? open.batchOf(damage.sequence()) == null
                    : setAside.contains(new Spot(damage.segment().number, damage.offset()));
            if (!seen) damages.add(damage);
        }
    }
}
