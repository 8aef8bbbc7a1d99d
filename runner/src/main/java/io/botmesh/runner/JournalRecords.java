package io.botmesh.runner;

import io.botmesh.runner.OpenEntries.Batch;
import io.botmesh.runner.OpenEntries.Count;
import io.botmesh.runner.OpenEntries.Marks;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes records; {@link RecordTypes} says what is in them, {@link Recovery} reads them. Each returns where its record is. */
final class JournalRecords {
    private JournalRecords() {}

    static void state(GroupBuffer out, long front, int previousEnd, long opening, long nextBatch) {
        out.open(RecordTypes.STATE);
        out.number(front);
        out.number(previousEnd);
        out.number(opening);
        out.number(nextBatch);
        out.close();
    }

    static void known(GroupBuffer out, KnownIds known) {
        out.open(RecordTypes.KNOWN);
        out.ranges(List.copyOf(known.ranges()));
        out.close();
    }

    /** @param ids ascending, and not in the order of the updates */
    static int batch(GroupBuffer out, long id, long opening, Instant arrived, long[] ids, byte[][] updates) {
        int at = out.open(RecordTypes.BATCH, updates, null);
        out.number(id);
        out.number(opening);
        arrived(out, arrived);
        out.number(KnownIds.runs(ids));
        long[] before = {0};
        KnownIds.eachRun(ids, (first, last) -> {
            out.signed(first - before[0]);
            out.number(last - first);
            before[0] = last;
        });
        out.close(updates);
        return at;
    }

    static int carried(GroupBuffer out, Batch batch, BitSet places, byte[][] updates) {
        int at = out.open(RecordTypes.CARRIED, updates, places);
        out.number(batch.id);
        out.number(batch.born);
        out.number(batch.size);
        out.number(batch.revived ? 1 : 0);
        arrived(out, batch.arrived);
        out.close(updates);
        return at;
    }

    static int revived(GroupBuffer out, long letter, long id, long opening, Instant arrived, byte[] update) {
        byte[][] body = {update};
        int at = out.open(RecordTypes.REVIVED, body, null);
        out.number(letter);
        out.number(id);
        out.number(opening);
        arrived(out, arrived);
        out.close(body);
        return at;
    }

    private static void arrived(GroupBuffer out, @Nullable Instant arrived) {
        out.signed(arrived == null ? 0 : arrived.toEpochMilli());
    }

    static void discarded(GroupBuffer out, long letter) {
        out.open(RecordTypes.DISCARDED);
        out.number(letter);
        out.close();
    }

    static void attempts(GroupBuffer out, Map<Long, Count> counts) {
        if (counts.isEmpty()) return;
        out.open(RecordTypes.ATTEMPT);
        out.number(counts.size());
        counts.forEach((sequence, count) -> {
            out.number(sequence);
            out.number(count.attempts());
            out.number(count.vanished());
            out.number(count.unfinished() ? 1 : 0);
        });
        out.close();
    }

    static void marks(GroupBuffer out, Marks marks) {
        if (!marks.batches().isEmpty()) {
            out.open(RecordTypes.MARKS);
            out.number(marks.batches().size());
            for (var mark : marks.batches()) {
                out.number(mark.batch().id);
                out.number(mark.all() ? 1 : 0);
                if (!mark.all()) out.runs(mark.ended());
            }
            out.close();
        }
        attempts(out, marks.attempts());
    }
}
