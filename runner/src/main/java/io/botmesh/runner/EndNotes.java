package io.botmesh.runner;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which entries have ended without that their marks are in the log yet, in a file beside the segments that is part of the memory: to note
 * an end there is one store, and the system keeps it when the process is killed. So the next process repeats what was running, and
 * nothing else. Never synced: after a loss of power notes may be missing, which only repeats more.
 *
 * <p>The file is a table of longs, 0 for nothing; a sequence stands, scrambled, in one of a few places that follow from it. What the disk has
 * changed is then some number out of 2^64, and no entry's. A note is true for ever, as an entry is only handled after it was synced, and no
 * sequence of such an entry is given out again; but for a log that was replaced by hand, for which {@link #keep} drops what it does not know.
 */
final class EndNotes {
    static final String NAME = "ends";

    private static final int SLOTS = 16 << 10;
    static final int BYTES = SLOTS * Long.BYTES;
    /** Places of a sequence. */
    private static final int PLACES = 8;

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private final Disk disk;
    private volatile @Nullable ByteBuffer table;

    EndNotes(Disk disk) {
        this.disk = disk;
    }

    /**
     * Begins to take notes, with those of an earlier process.
     *
     * @param known takes an entry that has ended; false if it knows none such
     * @throws IOException if notes of before cannot be read, or are not this journal's and stay
     */
    void keep(LongPredicate known) throws IOException {
        try {
            var bytes = read();
            boolean asFound = bytes.length == BYTES;
            bytes = Arrays.copyOf(bytes, BYTES);
            var found = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            for (int slot = 0; slot < SLOTS; slot++) {
                long note = found.getLong(slot * Long.BYTES);
                if (note == 0 || (isPlaceOf(slot, unscrambled(note)) && known.test(unscrambled(note)))) continue;
                found.putLong(slot * Long.BYTES, 0);
                asFound = false;
            }
            if (!asFound) write(found);
            table = disk.map(NAME, BYTES);
        } catch (IOException | UnsupportedOperationException without) {
            // Then ends are in the log alone, a moment later.
            System.getLogger("io.botmesh.runner")
                    .log(Level.DEBUG, "no notes of ends: {0}", String.valueOf(without.getMessage()));
            if (disk.names().contains(NAME)) disk.delete(NAME);
        }
    }

    private byte[] read() throws IOException {
        if (!disk.names().contains(NAME)) return new byte[0];
        try (var content = disk.open(NAME)) {
            var bytes = ByteBuffer.allocate((int) Math.min(content.size(), BYTES));
            content.read(bytes, 0);
            return Arrays.copyOf(bytes.array(), bytes.position());
        }
    }

    /** With real bytes: on a full disk a hole in the file would be found out when a note is put. */
    private void write(ByteBuffer bytes) throws IOException {
        try (var content = disk.open(NAME)) {
            content.write(bytes, 0);
            content.force();
        }
    }

    /** Notes an end; before anything follows from it. */
    void put(long sequence) {
        var notes = table;
        if (notes == null) return;
        long note = scrambled(sequence);
        try {
            // If all are taken, this one is in the log a moment later.
            for (int i = 0; i < PLACES; i++) if (LONGS.compareAndSet(notes, index(sequence, i), 0L, note)) break;
            awaitFault();
        } catch (InternalError noPage) { // the system's word for a page of the file that it could not read or write
            table = null;
        }
    }

    /** The mark is in the log. */
    void remove(long sequence) {
        var notes = table;
        if (notes == null) return;
        long note = scrambled(sequence);
        try {
            for (int i = 0; i < PLACES; i++) if (LONGS.compareAndSet(notes, index(sequence, i), note, 0L)) break;
            awaitFault();
        } catch (InternalError noPage) {
            table = null;
        }
    }

    /**
     * Compiled code is told of such a page some time after it has gone on: at the latest on its way back from a call that is not compiled
     * in. So here, and not where it would leave somebody's lock locked.
     */
    private void awaitFault() {
        boolean unused = Thread.holdsLock(this);
    }

    /** Nothing is noted any more. */
    void end() {
        table = null;
    }

    private static int index(long sequence, int place) {
        return ((home(sequence) + place) & (SLOTS - 1)) * Long.BYTES;
    }

    private static boolean isPlaceOf(int slot, long sequence) {
        return ((slot - home(sequence)) & (SLOTS - 1)) < PLACES;
    }

    /** Neighbours of a batch far from each other, and from those of the next one. */
    private static int home(long sequence) {
        return (int) ((sequence * 0x9E3779B97F4A7C15L) >>> 40) & (SLOTS - 1);
    }

    /** One to one, and 0 stays 0. */
    static long scrambled(long sequence) {
        long z = (sequence ^ (sequence >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    static long unscrambled(long note) {
        long z = (note ^ (note >>> 31) ^ (note >>> 62)) * 0x319642B2D24D8EC3L;
        z = (z ^ (z >>> 27) ^ (z >>> 54)) * 0x96DE1B173F119089L;
        return z ^ (z >>> 30) ^ (z >>> 60);
    }
}
