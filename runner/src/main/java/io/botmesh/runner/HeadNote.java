package io.botmesh.runner;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How far a journal has come, in a file beside its segments: without it nobody would miss the newest segment, or its end.
 * Written when all of what it says is on stable storage and never synced itself, so it may be old, but never ahead.
 *
 * <pre>
 * long number of the newest segment
 * int  where what was synced in it ends, at least
 * int  checksum of these 12 bytes
 * </pre>
 */
final class HeadNote implements Closeable {
    /** Whose lock says, too, who has the folder: it is opened once, for closing it would give that lock back. */
    static final String NAME = "head";

    private static final int SIZE = 16;

    record Reached(long segment, int end) {}

    static final Reached NOTHING = new Reached(0, SegmentLog.HEAD);

    private final Disk disk;
    private Disk.@Nullable Content content;

    HeadNote(Disk disk) {
        this.disk = disk;
    }

    /** Nothing if it is not there, or torn. */
    Reached read() throws IOException {
        if (!disk.names().contains(NAME)) return NOTHING;
        var bytes = ByteBuffer.allocate(SIZE);
        content().read(bytes, 0);
        bytes.flip();
        if (bytes.remaining() < SIZE || bytes.getInt(12) != checksum(bytes)) return NOTHING;
        return new Reached(bytes.getLong(0), bytes.getInt(8));
    }

    void write(Reached reached) throws IOException {
        var bytes = ByteBuffer.allocate(SIZE);
        bytes.putLong(reached.segment()).putInt(reached.end()).putInt(checksum(bytes));
        content().write(bytes.flip(), 0);
    }

    private Disk.Content content() throws IOException {
        var open = content;
        if (open == null) content = open = disk.open(NAME);
        return open;
    }

    private static int checksum(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes.duplicate().position(0).limit(12));
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        var open = content;
        if (open != null) open.close();
    }
}
