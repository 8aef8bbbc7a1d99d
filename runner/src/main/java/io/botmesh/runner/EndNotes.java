package io.botmesh.runner;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which entries have ended lately, in a file beside the segments that is part of the memory: to note an end there is one store, and the system
 * keeps it when the process is killed. Their marks come to the log a moment later; so the next process repeats what was running, and
 * nothing else. Never synced: after a loss of power notes may be missing, which only repeats more.
 *
 * <p>The file is a ring of longs, each a sequence, scrambled one to one, or 0 for nothing: what the disk has changed is then some number out of 2^64, and no
 * entry's. A note is true for ever, as an entry is only handled after it was synced, and no sequence of such an entry is given out again; but for a
 * log that was replaced by hand, for which {@link #keep} drops what it does not know.
 */
final class EndNotes {
    static final String NAME = "ends";

    private static final int SLOTS = 16 << 10;
    static final int BYTES = SLOTS * Long.BYTES;
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private final Disk disk;
    private final AtomicInteger next = new AtomicInteger();
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
            var found = read();
            var fresh = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
            while (found.remaining() >= Long.BYTES) {
                long note = found.getLong();
                if (note != 0 && known.test(unscrambled(note))) fresh.putLong(note);
            }
            next.set(fresh.position() / Long.BYTES); // they are the last to be overwritten
            write(fresh.clear());
            table = disk.map(NAME, BYTES);
        } catch (IOException | UnsupportedOperationException without) {
            // Then ends are in the log alone, a moment later.
            System.getLogger("io.botmesh.runner")
                    .log(Level.DEBUG, "no notes of ends: {0}", String.valueOf(without.getMessage()));
            remove();
        }
    }

    /** What it says of a log of before must not be believed later. */
    private void remove() throws IOException {
        try {
            if (disk.names().contains(NAME)) disk.delete(NAME);
        } catch (IOException stays) {
            throw new SegmentLog.Refused(
                    "what is called \"" + NAME + "\" in it can be neither used nor removed: remove it", stays);
        }
    }

    private ByteBuffer read() throws IOException {
        var bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (disk.names().contains(NAME)) {
            try (var content = disk.open(NAME)) {
                content.read(bytes, 0);
            }
        }
        return bytes.flip();
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
        try {
            store(notes, (next.getAndIncrement() & (SLOTS - 1)) * Long.BYTES, scrambled(sequence));
        } catch (InternalError noPage) {
            table = null; // what ends now is in the log a moment later
        }
    }

    /**
     * A page that the system can neither read nor write, as on a full disk that copies what is written, or when somebody has cut the file, is an
     * InternalError. It is thrown some time after the store, when the thread is asked the next time whether anything is the matter: at the end of a native
     * method for certain, and so while whoever calls this is ready for it, and holds what it held.
     */
    private static void store(ByteBuffer notes, int at, long note) {
        LONGS.setRelease(notes, at, note);
        boolean unused = Thread.holdsLock(LONGS);
    }

    /** Nothing is noted any more. */
    void end() {
        table = null;
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
