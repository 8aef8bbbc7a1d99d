package io.botmesh.wire;

import io.botmesh.wire.WireException.Malformed;
import io.botmesh.wire.WireException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which packet numbers of one incarnation have not come, and since when: for a sender that is told nothing, and so repeats nothing that was posted.
 * Where the carrier destroyed all that there was of a stream, nothing but the hole in these numbers is left of it. Numbers side by side that have
 * been missing for the same time are one run, however many they are. Not for several threads at once.
 *
 * <p>A {@link PacketWindow} tells what came before, and this what did not come: a number that was given up here is not awaited any more, and its packet
 * is as good as any other if it comes all the same.
 *
 * <p>Times are milliseconds of a clock that does not go back and goes on across restarts.
 */
public final class MissingPackets {
    /** What a run takes of the memory of whoever keeps it. */
    public static final int RUN_COST = 96;

    private static final int STATE_VERSION = 1;
    private static final int STATE_RUN_BYTES = 24;

    private record Run(long until, long since) {}

    private final int most;
    private final TreeMap<Long, Run> runs =
            new TreeMap<>(); // by their first number; the first one is missing for longest
    private long next; // one above the highest number that has come; its complement where the account is yet to begin

    private MissingPackets(long next, int most) {
        if (most < 1) throw new IllegalArgumentException("most: " + most);
        this.next = next;
        this.most = most;
    }

    /**
     * An account that begins with this number: all from there on are to come.
     *
     * @param most runs that are kept, at least 1; of more the first one is given up
     */
    public static MissingPackets from(long next, int most) {
        if (next < 0) throw new IllegalArgumentException("next: " + next);
        return new MissingPackets(next, most);
    }

    /** An account that begins behind the first packet that comes with this number or a higher one: nobody knows what came before. */
    public static MissingPackets beyond(long next, int most) {
        if (next < 0) throw new IllegalArgumentException("next: " + next);
        return new MissingPackets(~next, most);
    }

    /** Whether a number is missing, or above all that have come. */
    public boolean awaits(long number) {
        return number >= top() || isMissing(number);
    }

    private boolean isMissing(long number) {
        Map.Entry<Long, Run> run = runs.floorEntry(number);
        return run != null && number < run.getValue().until;
    }

    private long top() {
        return next < 0 ? ~next : next;
    }

    /**
     * A packet has come.
     *
     * @return how many numbers are given up for it, as there are too many runs
     */
    public long onPacket(long number, long now) {
        if (number < 0 || number > Limits.MAX_NUMBER) throw new IllegalArgumentException("number: " + number);
        long top = top();
        if (number < top) {
            fill(number);
        } else {
            if (next >= 0 && number > top) runs.put(top, new Run(number, now));
            next = number + 1;
        }
        long gone = 0;
        while (runs.size() > most) gone += giveUpFirst();
        return gone;
    }

    /** A packet has come of a sender that is told by now what is missing: it repeats that, so nothing more goes on the account until it is told no more. */
    public void onRepeatable(long number) {
        fill(number);
        next = ~Math.max(top(), number + 1);
    }

    private void fill(long number) {
        Map.Entry<Long, Run> around = runs.floorEntry(number);
        if (around == null || around.getValue().until <= number) return;
        long from = around.getKey();
        Run run = around.getValue();
        runs.remove(from);
        if (from < number) runs.put(from, new Run(number, run.since));
        if (number + 1 < run.until) runs.put(number + 1, run);
    }

    /** Gives up what has been missing since then, or for longer; says how many numbers that is. */
    public long giveUp(long since) {
        long gone = 0;
        while (!runs.isEmpty() && since() <= since) gone += giveUpFirst();
        return gone;
    }

    private long giveUpFirst() {
        Map.Entry<Long, Run> first = runs.pollFirstEntry();
        return first.getValue().until - first.getKey();
    }

    /** Since when the first run has been missing; {@link Long#MAX_VALUE} if nothing is. */
    public long since() {
        return runs.isEmpty() ? Long.MAX_VALUE : runs.firstEntry().getValue().since;
    }

    /** The lowest number that is missing; {@link Long#MAX_VALUE} if none is. */
    public long lowest() {
        return runs.isEmpty() ? Long.MAX_VALUE : runs.firstKey();
    }

    /** Whether nothing is missing. */
    public boolean isEmpty() {
        return runs.isEmpty();
    }

    /** Bytes of memory that the runs take. */
    public long cost() {
        return (long) runs.size() * RUN_COST;
    }

    /** The state for a store; {@link #parse} reads it. */
    public byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(STATE_VERSION);
            out.writeLong(next);
            out.writeInt(runs.size());
            for (Map.Entry<Long, Run> run : runs.entrySet()) {
                out.writeLong(run.getKey());
                out.writeLong(run.getValue().until);
                out.writeLong(run.getValue().since);
            }
        } catch (IOException impossible) {
            throw new AssertionError("writing to memory", impossible);
        }
        return bytes.toByteArray();
    }

    /**
     * The account that {@link #toBytes} wrote.
     *
     * @param most runs that are kept; what was stored under another bound is kept until the next packet
     * @throws WireException when nobody wrote it so
     */
    public static MissingPackets parse(byte[] state, int most) {
        try (var in = new DataInputStream(new ByteArrayInputStream(state))) {
            if (in.readByte() != STATE_VERSION) throw malformed();
            long next = in.readLong();
            var missing = new MissingPackets(next, most);
            if (missing.top() > Limits.MAX_NUMBER + 1) throw malformed();
            int size = in.readInt();
            if (size < 0 || in.available() != (long) size * STATE_RUN_BYTES) throw malformed();
            long until = 0;
            for (int i = 0; i < size; i++) {
                long from = in.readLong();
                var run = new Run(in.readLong(), in.readLong());
                if (from < until || run.until <= from || run.until > Limits.MAX_NUMBER) throw malformed();
                until = run.until;
                missing.runs.put(from, run);
            }
            if (until > missing.top()) throw malformed();
            return missing;
        } catch (IOException damaged) {
            throw malformed();
        }
    }

    private static Malformed malformed() {
        return new Malformed(Reason.STATE_MALFORMED, "the stored account of missing packets is damaged");
    }
}
