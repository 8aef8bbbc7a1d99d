package io.botmesh.wire;

import io.botmesh.wire.WireException.Malformed;
import io.botmesh.wire.WireException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Which packet numbers of one incarnation have come: drops what a carrier or an attacker repeats. Remembers as many
 * numbers below the highest one as it is wide. Not for several threads at once.
 *
 * <p>A packet of a slow lane may come when the window has moved past it; that is {@link Verdict#TOO_OLD}, which is
 * not {@link Verdict#DUPLICATE}: the window no longer knows. Plain packets that are too old go on to their streams,
 * which drop what they have by sequence number; sealed ones are a matter of the receiver's policy, and counted.
 */
public final class PacketWindow {
    /** Narrowest window, in packet numbers. */
    public static final int MIN_WIDTH = 1024;

    private static final int STATE_VERSION = 1;
    private static final int STATE_HEAD_BYTES = 13;

    /** What the window knows about a packet number. */
    public enum Verdict {
        /** It has not come before. */
        NEW,
        /** It has come before: drop the packet. */
        DUPLICATE,
        /** It is below the window, and nobody knows any more. */
        TOO_OLD
    }

    private final int width;
    private final long[] seen; // bit of number n: n modulo width
    private long next; // one above the highest number, 0 before the first

    /** A window over this many numbers, a multiple of 64 and at least {@link #MIN_WIDTH}. */
    public PacketWindow(int width) {
        if (width < MIN_WIDTH || width % 64 != 0) throw new IllegalArgumentException("width: " + width);
        this.width = width;
        seen = new long[width / 64];
    }

    /** A window in which all numbers below this one have come. */
    public static PacketWindow below(long next, int width) {
        var window = new PacketWindow(width);
        window.next = next;
        Arrays.fill(window.seen, -1);
        return window;
    }

    /** One above the highest number that has come, 0 before the first. */
    public long next() {
        return next;
    }

    /** What is known about a number, without taking note of it. */
    public Verdict verdict(long packetNumber) {
        if (packetNumber < 0) throw new IllegalArgumentException("packetNumber: " + packetNumber);
        if (packetNumber >= next) return Verdict.NEW;
        if (packetNumber < next - width) return Verdict.TOO_OLD;
        return isSeen(packetNumber) ? Verdict.DUPLICATE : Verdict.NEW;
    }

    /** What was known about a number; from now on it has come. For sealed packets, call it once they are authentic. */
    public Verdict accept(long packetNumber) {
        Verdict verdict = verdict(packetNumber);
        if (verdict != Verdict.NEW) return verdict;
        if (packetNumber >= next) {
            // What the window moves onto was the mark of a number that now falls out of it.
            for (long n = Math.max(next, packetNumber - width + 1); n <= packetNumber; n++) unsee(n);
            next = packetNumber + 1;
        }
        seen[slot(packetNumber)] |= 1L << packetNumber;
        return verdict;
    }

    /** The state for the journal; {@link #parse} reads it. */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(STATE_HEAD_BYTES + width / 8);
        out.put((byte) STATE_VERSION).putInt(width).putLong(next);
        for (long word : seen) out.putLong(word);
        return out.array();
    }

    /**
     * The window that {@link #toBytes} wrote.
     *
     * @throws WireException when nobody wrote it so
     */
    public static PacketWindow parse(byte[] state) {
        ByteBuffer in = ByteBuffer.wrap(state);
        if (state.length < STATE_HEAD_BYTES || in.get() != STATE_VERSION) throw malformed();
        int width = in.getInt();
        long next = in.getLong();
        if (width < MIN_WIDTH || width % 64 != 0 || in.remaining() != width / 8) throw malformed();
        if (next < 0 || next > Limits.MAX_NUMBER + 1) throw malformed();
        var window = new PacketWindow(width);
        window.next = next;
        for (int i = 0; i < window.seen.length; i++) window.seen[i] = in.getLong();
        return window;
    }

    private boolean isSeen(long packetNumber) {
        return (seen[slot(packetNumber)] >>> packetNumber & 1) != 0;
    }

    private void unsee(long packetNumber) {
        seen[slot(packetNumber)] &= ~(1L << packetNumber);
    }

    private int slot(long packetNumber) {
        return (int) (packetNumber % width) >>> 6;
    }

    private static Malformed malformed() {
        return new Malformed(Reason.STATE_MALFORMED, "the stored packet window is damaged");
    }
}
