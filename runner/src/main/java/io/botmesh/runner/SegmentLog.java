package io.botmesh.runner;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a journal as files: where the next record goes, and when a file is full or needed no more. Files are
 * used again, because a sync of bytes that are overwritten costs a third of one that makes a file longer. Belongs to the
 * journal's thread.
 *
 * <p>A segment begins with
 *
 * <pre>
 * 8 bytes "BMESHLOG"
 * int  version: 2; what version 1 has written is read, and knows no times of arrival
 * int  salt: random, so that nothing that a file held before, and no update, is taken for one of its records
 * long number, ascending by one
 * long bot
 * int  checksum of these 32 bytes
 * int  zero
 * </pre>
 */
final class SegmentLog implements Closeable {
    static final int VERSION = 2;
    static final int HEAD = 40;
    /** Instead of an end: the segment has none yet. */
    static final int UNFINISHED = 0;
    /** Instead of an end: the segment's own beginning cannot be read. */
    static final int DAMAGED = -1;

    private static final byte[] MAGIC = "BMESHLOG".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern SEGMENT = Pattern.compile("([0-9]{10,18})\\.log");
    private static final String SPARE = "spare-";
    /** Emptied files that wait for their next use. */
    private static final int SPARES = 2;

    /** What is wrong with a folder, in one line that goes on after its name. */
    static final class Refused extends IOException {
        Refused(String why) {
            super(why);
        }

        Refused(String why, Throwable cause) {
            super(why, cause);
        }
    }

    /** A sync has failed: nobody knows what is on disk. */
    static final class Lost extends IOException {
        Lost(Throwable failure) {
            super(failure);
        }
    }

    /** Puts the records that each segment begins with. */
    interface Opening {
        void write(GroupBuffer out, long front, int previousEnd);
    }

    private final Disk disk;
    private final long bot;
    private final int segmentBytes;
    private final SecureRandom random = new SecureRandom();
    private final ArrayDeque<Segment> segments = new ArrayDeque<>();
    private final ArrayDeque<String> spares = new ArrayDeque<>();
    private final GroupBuffer opening = new GroupBuffer();
    private final HeadNote note;
    /** Not all of them are kept. */
    private List<Segment> found = List.of();

    private @Nullable Segment head;
    private long nextNumber = 1;
    /** Syncs there have been. */
    private long group = 1;
    /** Records since the last sync. */
    private int ordinal;

    private boolean unforced;
    /** A write has failed: what it has left behind must not be taken for what comes now. */
    private boolean torn;

    private boolean lost;

    SegmentLog(Disk disk, long bot, int segmentBytes) {
        this.disk = disk;
        this.bot = bot;
        this.segmentBytes = segmentBytes;
        this.note = new HeadNote(disk);
    }

    static String name(long number) {
        return String.format(Locale.ROOT, "%010d.log", number);
    }

    static boolean isSegment(String name) {
        return SEGMENT.matcher(name).matches();
    }

    // ---- what an earlier process has left ---------------------------------------------------------------------------

    /** All segments in order, as far as they were finished; the first may be one that is needed no more. */
    List<Segment> find() throws IOException {
        var numbers = new ArrayList<Long>();
        for (var name : disk.names()) {
            var matcher = SEGMENT.matcher(name);
            long number = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
            if (name.equals(name(number))) numbers.add(number);
            else if (name.startsWith(SPARE)) spares.add(name);
        }
        Collections.sort(numbers);
        found = new ArrayList<>();
        for (long number : numbers) {
            nextNumber = number + 1;
            var content = disk.open(name(number));
            var bytes = ByteBuffer.allocate(HEAD);
            content.read(bytes, 0);
            var header = bytes.flip();
            if (isWhole(header) && header.getInt(8) > VERSION)
                throw new Refused("it was written by a newer version of Botmesh: use that one or a newer one");
            boolean own = isWhole(header) && header.getLong(16) == number;
            if (own && header.getLong(24) != bot)
                throw new Refused("it belongs to bot " + header.getLong(24) + ": name another folder");
            // Being made, or on its way to another name, when the power went.
            boolean unfinished =
                    isWhole(header) || header.remaining() < HEAD || header.equals(ByteBuffer.allocate(HEAD));
            int end = own ? HEAD : unfinished ? UNFINISHED : DAMAGED;
            found.add(new Segment(number, own ? header.getInt(8) : VERSION, own ? header.getInt(12) : 0, content, end));
        }
        return List.copyOf(found);
    }

    /** How far it had come at least. */
    HeadNote.Reached reached() throws IOException {
        return note.read();
    }

    private static boolean isWhole(ByteBuffer header) {
        return header.remaining() == HEAD
                && header.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
                && header.getInt(32) == checksum(header);
    }

    private static int checksum(ByteBuffer header) {
        var crc = new CRC32C();
        crc.update(header.slice(0, 32));
        return (int) crc.getValue();
    }

    /** It is in order and stays; in order of their numbers. */
    void keep(Segment segment, long lastGroup) {
        segments.add(segment);
        group = Math.max(group, lastGroup + 1);
    }

    /** It is needed no more. */
    void leave(Segment segment) throws IOException {
        segment.content.close();
        disk.delete(name(segment.number));
    }

    /** Syncs what was written by a process that was killed before it could. */
    void forceLast() throws IOException {
        if (!segments.isEmpty()) segments.getLast().content.force();
    }

    // ---- writing ----------------------------------------------------------------------------------------------------

    /** Where the next group goes; begins a new file if this one is full or there is none. */
    Segment head(Opening opening) throws IOException {
        var now = head;
        if (now == null) return roll(opening);
        if (now.end < segmentBytes) return now;
        try {
            return roll(opening);
        } catch (Lost lost) {
            throw lost;
        } catch (IOException full) {
            return now; // which may grow; if it cannot, the write says so
        }
    }

    /** Begins a new file. */
    Segment roll(Opening opening) throws IOException {
        force();
        var previous = segments.peekLast();
        long number = previous == null ? nextNumber : previous.number + 1;
        var name = name(number);
        var spare = spares.poll();
        if (spare != null) disk.rename(spare, name);
        Disk.Content content = null;
        try {
            content = disk.open(name);
            // First the name: the other way round a file that another segment was could come back with what is written
            // now.
            disk.force();
            var fresh = new Segment(number, VERSION, salt(), content, HEAD);
            long front = segments.stream()
                    .filter(segment -> segment.users > 0)
                    .findFirst()
                    .map(segment -> segment.number)
                    .orElse(number);
            this.opening.begin(fresh.salt, group, 0);
            opening.write(this.opening, front, previous == null ? 0 : previous.end);
            content.write(header(fresh), 0);
            var records = this.opening.written();
            int length = records.remaining();
            content.write(records, HEAD);
            content.force();
            fresh.end += length;
            group++;
            segments.add(fresh);
            head = fresh;
            nextNumber = number + 1;
            drop(front);
            note(fresh);
            return fresh;
        } catch (IOException | RuntimeException | Error failed) {
            if (content != null && (head == null || head.number != number)) content.close();
            if (head == null || head.number != number) disk.delete(name);
            throw failed;
        }
    }

    /** Of what is synced. */
    private void note(Segment segment) {
        try {
            note.write(new HeadNote.Reached(segment.number, segment.end));
        } catch (IOException | RuntimeException | Error passing) {
            // The next one says more.
        }
    }

    private int salt() {
        int salt;
        do salt = random.nextInt();
        while (salt == 0);
        return salt;
    }

    private ByteBuffer header(Segment segment) {
        var header = ByteBuffer.allocate(HEAD);
        header.put(MAGIC)
                .putInt(VERSION)
                .putInt(segment.salt)
                .putLong(segment.number)
                .putLong(bot);
        header.putInt(checksum(header.duplicate().position(0).limit(HEAD))).putInt(0);
        return header.flip();
    }

    /** Everything before this one is on record as needed no more. */
    private void drop(long front) {
        while (segments.getFirst().number < front) {
            var old = segments.removeFirst();
            try {
                old.content.close();
                var spare = SPARE + old.number;
                if (spares.size() < SPARES && old.end >= segmentBytes) {
                    disk.rename(name(old.number), spare);
                    spares.add(spare);
                } else {
                    disk.delete(name(old.number));
                }
            } catch (IOException stays) {
                // Until the next start, which finds out that it is needed no more.
            }
        }
    }

    void begin(GroupBuffer out, Segment segment) throws IOException {
        if (torn) {
            force(segment);
            forced();
            torn = false;
        }
        out.begin(segment.salt, group, ordinal);
    }

    /**
     * Writes a group behind what is there.
     *
     * @return where it begins
     */
    int write(GroupBuffer out, Segment segment) throws IOException {
        int at = segment.end;
        try {
            segment.content.write(out.written(), at);
        } catch (IOException | RuntimeException | Error failed) {
            torn = true;
            throw failed;
        }
        segment.end += out.size();
        ordinal = out.ordinal();
        unforced = true;
        return at;
    }

    boolean isUnforced() {
        return unforced;
    }

    /** Returns when all that was written is on stable storage. If it fails nobody knows what is. */
    void force() throws IOException {
        var now = head;
        if (!unforced || now == null) return;
        force(now);
        forced();
    }

    private void force(Segment segment) throws Lost {
        try {
            segment.content.force();
        } catch (IOException | RuntimeException | Error failure) { // an error may hide the disk's own failure
            lost = true;
            throw new Lost(failure);
        }
    }

    /** Whether a sync has failed, even if there was no memory to say so. */
    boolean isLost() {
        return lost;
    }

    private void forced() {
        group++;
        ordinal = 0;
        unforced = false;
    }

    ByteBuffer read(Segment segment, int offset, int length) throws IOException {
        var bytes = ByteBuffer.allocate(length);
        segment.content.read(bytes, offset);
        return bytes.flip();
    }

    // ---- size -------------------------------------------------------------------------------------------------------

    /** Bytes of all segments that anything is needed of. */
    long bytes() {
        long sum = 0;
        for (var segment : segments) if (segment.users > 0) sum += segment.end;
        return sum;
    }

    /** The oldest one that anything is needed of, or null. */
    @Nullable
    Segment oldestUsed() {
        for (var segment : segments) if (segment.users > 0) return segment;
        return null;
    }

    int segmentBytes() {
        return segmentBytes;
    }

    List<Segment> all() {
        return List.copyOf(segments);
    }

    void forgetSpares() throws IOException {
        while (!spares.isEmpty()) disk.delete(spares.removeFirst());
    }

    /** Of all files. */
    long fileBytes() throws IOException {
        long sum = 0;
        for (var segment : segments) sum += segment.content.size();
        for (var spare : spares) {
            try (var content = disk.open(spare)) {
                sum += content.size();
            }
        }
        return sum;
    }

    @Override
    public void close() throws IOException {
        var last = head;
        if (last != null && !unforced && !torn && !lost) note(last);
        note.close();
        for (var segment : found) segment.content.close();
        for (var segment : segments) segment.content.close();
        disk.close();
    }
}
