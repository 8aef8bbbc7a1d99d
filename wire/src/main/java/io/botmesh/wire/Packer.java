package io.botmesh.wire;

import io.botmesh.wire.ContentLayout.DataLayout;
import io.botmesh.wire.Piece.Position;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Fills one packet from the head of a queue, to the last byte as far as there is input: the last message is split
 * where the packet ends, and when compression helps, as much input is taken as compresses into the packet.
 *
 * <p>An instance remembers how well its messages compress, so that the next packet needs fewer attempts; keep one per
 * stream. Not safe for use by several threads at once. The result depends on the arguments and on what the instance
 * packed before.
 */
public final class Packer {
    /** Packets above this size are filled in one pass over the input, at the fastest level. */
    private static final int STREAMED_CAPACITY = 4 << 20;

    /** In one pass: content of one frame, and what the deflater may still hold back when it has taken it. */
    private static final int STREAMED_FRAME_BYTES = 16 << 10;

    private static final int HELD_BACK_BYTES = (64 << 10) + STREAMED_FRAME_BYTES + (4 << 10);

    /** A message is not split for less than this. */
    private static final int MIN_SPLIT_BYTES = 8;

    /** Compression of less than this never pays. */
    private static final int MIN_DEFLATE_BYTES = 48;

    private static final double ENOUGH = 0.98;
    private static final double AIM = 0.993;
    private static final int TRIALS = 12;

    private double ratio = 2.5;

    /** A packer that knows nothing about its messages yet. */
    public Packer() {}

    /**
     * What one packet took from the queue.
     *
     * @param packet        header, body and checksum
     * @param header        as in the packet
     * @param wholeMessages how many messages from the head of the queue end in this packet
     * @param bytesOfNext   how many further body bytes of the message after them are in the packet
     * @param pieces        sequence numbers used
     * @param contentBytes  bytes of the content before compression
     */
    @SuppressWarnings("ArrayRecordComponent") // a result to take apart, never compared
    public record Packed(
            byte[] packet, PacketHeader header, int wholeMessages, long bytesOfNext, int pieces, int contentBytes) {}

    /**
     * What one body took from the queue, for callers that seal it.
     *
     * @param body          content, compressed or not
     * @param deflated      whether compressed
     * @param wholeMessages how many messages from the head of the queue end in this body
     * @param bytesOfNext   how many further body bytes of the message after them are in it
     * @param pieces        sequence numbers used
     * @param contentBytes  bytes of the content before compression
     * @param ends          for each whole message how many pieces come before its last one
     */
    @SuppressWarnings("ArrayRecordComponent") // a result to take apart, never compared
    public record Filled(
            byte[] body,
            boolean deflated,
            int wholeMessages,
            long bytesOfNext,
            int pieces,
            int contentBytes,
            int[] ends) {}

    /**
     * Packs a plain packet of at most {@code capacity} bytes.
     *
     * @param header   of the packet; whether it is deflated is decided here
     * @param sender   name of this node
     * @param stream   of all messages in the queue
     * @param sequence number of the first piece
     * @param queue    messages in order, at least one; more than fit may be given, and few suffice if they do not fit
     * @param capacity at least {@link Limits#MIN_CAPACITY}
     */
    public Packed pack(
            PacketHeader header, String sender, long stream, long sequence, List<Outgoing> queue, int capacity) {
        if (header.sealed()) throw new IllegalArgumentException("a plain packet wanted, not " + header);
        int most = Math.min(capacity, Limits.MAX_PACKET_BYTES) - Packet.overhead(header);
        if (capacity < Limits.MIN_CAPACITY) throw new IllegalArgumentException("capacity: " + capacity);
        Filled filled = fill(sender, stream, sequence, queue, most);
        PacketHeader written = header.withDeflated(filled.deflated);
        return new Packed(
                new Packet(written, filled.body).toBytes(),
                written,
                filled.wholeMessages,
                filled.bytesOfNext,
                filled.pieces,
                filled.contentBytes);
    }

    /** Fills a body of at most {@code capacity} bytes; the other arguments are those of {@link #pack}. */
    public Filled fill(String sender, long stream, long sequence, List<Outgoing> queue, int capacity) {
        return fill(new Content(sender, List.of()), stream, sequence, queue, capacity);
    }

    /**
     * Fills a body that begins with frames of the caller's.
     *
     * @param first sender and frames that go before the pieces; they must leave room for {@link Limits#MIN_CAPACITY} bytes
     */
    public Filled fill(Content first, long stream, long sequence, List<Outgoing> queue, int capacity) {
        byte[] head = first.toBytes();
        if (queue.isEmpty()) throw new IllegalArgumentException("nothing to pack");
        int frames = head.length - ContentLayout.senderSize(first.sender());
        if (capacity - frames < Limits.MIN_CAPACITY - PacketHeader.MAX_BYTES - Packet.CHECKSUM_BYTES) {
            throw new IllegalArgumentException("capacity: " + capacity);
        }
        var source = new Source(head, stream, sequence, queue);
        Cut plain = source.cut(Math.min(capacity, Limits.maxContentBytes(capacity)));
        Filled compressed = capacity > STREAMED_CAPACITY ? streamed(source, capacity) : tried(source, capacity, plain);
        if (compressed != null && better(compressed, plain)) return compressed;
        return plain.filled(source.write(plain), false);
    }

    /** More content wins, and for the same content fewer bytes. */
    private static boolean better(Filled compressed, Cut plain) {
        if (compressed.wholeMessages != plain.wholeMessages) return compressed.wholeMessages > plain.wholeMessages;
        if (compressed.bytesOfNext != plain.bytesOfNext) return compressed.bytesOfNext > plain.bytesOfNext;
        return compressed.body.length < plain.contentBytes();
    }

    // --- small packets: guess how much input compresses into the capacity, and correct the guess

    private @Nullable Filled tried(Source source, int capacity, Cut plain) {
        if (plain.contentBytes() < MIN_DEFLATE_BYTES) return null;
        int limit = Limits.maxContentBytes(capacity);
        int level = capacity <= Limits.TEXT_BODY_BYTES ? 6 : 1;
        var best = new Object() {
            @Nullable
            Filled filled;
        };
        int fits = 0; // content bytes known to fit, and what they compress to
        int fitsTo = 0;
        int exceeds = 0; // content bytes known not to fit, and what they compress to
        int exceedsTo = 0;
        int want = Math.max(plain.contentBytes(), (int) Math.min(limit, capacity * AIM * ratio));
        try (var compressor = new Compressor(level)) {
            for (int trial = 0; trial < TRIALS; trial++) {
                Cut cut = source.cut(want);
                byte[] content = source.write(cut);
                int size = compressor.deflate(content);
                ratio = Math.max(1, (double) content.length / size);
                if (content.length > Limits.maxContentBytes(size)) {
                    limit = Limits.maxContentBytes(size); // so small that a receiver takes it for a text post
                    want = limit;
                    continue;
                }
                if (size <= capacity) {
                    if (content.length <= fits) break; // the next message cannot be cut any finer
                    fits = content.length;
                    fitsTo = size;
                    best.filled = cut.filled(compressor.copy(), true);
                    boolean all = cut.wholeMessages == source.size() || cut.stuck;
                    if (all || content.length >= limit - Limits.MAX_HEADERS_BYTES * 2 || size >= capacity * ENOUGH) {
                        break;
                    }
                } else {
                    exceeds = content.length;
                    exceedsTo = size;
                    if (content.length <= plain.contentBytes()) break; // not worth it: plain takes as much
                }
                want = next(capacity * AIM, fits, fitsTo, exceeds, exceedsTo, trial);
                want = Math.min(limit, Math.max(want, plain.contentBytes()));
                if (fits > 0 && exceeds > 0 && exceeds - fits < 16) break;
            }
        }
        return best.filled;
    }

    private static int next(double aim, int fits, int fitsTo, int exceeds, int exceedsTo, int trial) {
        if (exceeds == 0) return (int) Math.min(Limits.MAX_CONTENT_BYTES, fits * aim / fitsTo);
        // Compression is nearly linear in between; every third guess halves in case it is not.
        double share = trial % 3 == 2 ? 0.5 : (aim - fitsTo) / (exceedsTo - fitsTo);
        return fits + (int) ((exceeds - fits) * Math.clamp(share, 0.02, 0.98));
    }

    // --- documents: one pass in frames, until what the deflater may still hold back could exceed the capacity

    private @Nullable Filled streamed(Source source, int capacity) {
        Filled filled = streamed(source, capacity, Limits.MAX_CONTENT_BYTES);
        if (filled != null && filled.contentBytes > Limits.maxContentBytes(filled.body.length)) {
            filled = streamed(source, capacity, Limits.maxContentBytes(filled.body.length));
        }
        return filled;
    }

    private static @Nullable Filled streamed(Source source, int capacity, int limit) {
        try (var compressor = new Compressor(1)) {
            int content = 0;
            Cut at = source.start();
            var ends = new int[256];
            int ended = 0;
            for (int frame = 0; frame < Limits.MAX_FRAMES; frame++) {
                if (compressor.size() + HELD_BACK_BYTES > capacity) break;
                Cut next = source.cut(at, Math.min(STREAMED_FRAME_BYTES, limit - content));
                if (next.pieces == at.pieces) break;
                byte[] bytes = source.write(next);
                compressor.feed(bytes);
                content += bytes.length;
                if (ended + next.ends.length > ends.length) {
                    ends = Arrays.copyOf(ends, Math.max(2 * ends.length, ended + next.ends.length));
                }
                System.arraycopy(next.ends, 0, ends, ended, next.ends.length);
                ended += next.ends.length;
                at = next;
                if (at.wholeMessages == source.size() || at.stuck) break;
            }
            compressor.finish();
            if (compressor.size() > capacity) return null;
            return new Filled(
                    compressor.copy(),
                    true,
                    at.wholeMessages,
                    at.bytesOfNext,
                    at.pieces,
                    content,
                    Arrays.copyOf(ends, ended));
        }
    }

    /** A deflater and all it has written. */
    private static final class Compressor implements AutoCloseable {
        private final Deflater deflater;
        private byte[] out = new byte[16 << 10];
        private int size;

        Compressor(int level) {
            deflater = new Deflater(level, true);
        }

        int deflate(byte[] content) {
            deflater.reset();
            size = 0;
            feed(content);
            finish();
            return size;
        }

        void feed(byte[] content) {
            deflater.setInput(content);
            while (!deflater.needsInput()) drain();
        }

        void finish() {
            deflater.finish();
            while (!deflater.finished()) drain();
        }

        private void drain() {
            if (size == out.length) out = Arrays.copyOf(out, size * 2);
            size += deflater.deflate(out, size, out.length - size);
        }

        int size() {
            return size;
        }

        byte[] copy() {
            return Arrays.copyOf(out, size);
        }

        @Override
        public void close() {
            deflater.end();
        }
    }

    /**
     * How far into the queue a packet goes.
     *
     * @param frame         what the last frame holds
     * @param wholeMessages messages that end before this point
     * @param bytesOfNext   bytes of the message after them that come before this point
     * @param pieces        pieces before this point
     * @param stuck         whether no larger packet would go further: what follows is not loaded, or a limit is reached
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Cut(
            DataLayout frame,
            int headBytes,
            int wholeMessages,
            long bytesOfNext,
            int pieces,
            int headers,
            boolean stuck,
            int[] ends) {
        int contentBytes() {
            return headBytes + frame.frameSize();
        }

        Filled filled(byte[] body, boolean deflated) {
            return new Filled(body, deflated, wholeMessages, bytesOfNext, pieces, contentBytes(), ends);
        }
    }

    /** The queue as content of any wanted size. */
    private static final class Source {
        private final byte[] head;
        private final long stream;
        private final long sequence;
        private final List<Outgoing> queue;

        Source(byte[] head, long stream, long sequence, List<Outgoing> queue) {
            this.head = head;
            this.stream = stream;
            this.sequence = sequence;
            this.queue = queue;
        }

        int size() {
            return queue.size();
        }

        Cut start() {
            return new Cut(new DataLayout(stream, sequence), head.length, 0, 0, 0, 0, false, new int[0]);
        }

        Cut cut(int budget) {
            return cut(start(), budget);
        }

        /** Goes on from a point with one more frame; the content of it takes at most {@code budget} bytes. */
        Cut cut(Cut from, int budget) {
            var frame = new DataLayout(stream, sequence + from.pieces);
            int before = from.pieces == 0 ? head.length : 0;
            int most = budget - before - 2 - 2 * Varint.size(Math.max(0, budget));
            int at = from.wholeMessages;
            long taken = from.bytesOfNext;
            int headers = from.headers;
            boolean stuck = false;
            var lasts = new int[16];
            int ended = 0;
            for (; at < queue.size(); at++) {
                Outgoing message = queue.get(at);
                headers += message.headers().size();
                if (from.pieces + frame.pieces() >= Limits.MAX_PIECES || headers > Limits.MAX_PACKET_HEADERS) {
                    stuck = true;
                    break;
                }
                ByteBuffer body = message.body()
                        .slice(
                                message.body().position() + (int) taken,
                                message.body().remaining() - (int) taken);
                long offset = message.offset() + taken;
                boolean ends = offset + body.remaining() == message.length();
                var position = offset == 0
                        ? (ends ? Position.WHOLE : Position.FIRST)
                        : (ends ? Position.LAST : Position.MIDDLE);
                int room = most - frame.size();
                if (ends && cost(frame, message, position, body.remaining()) <= room) {
                    add(frame, message, position, body);
                    taken = 0;
                    if (ended == lasts.length) lasts = Arrays.copyOf(lasts, ended * 2);
                    lasts[ended++] = from.pieces + frame.pieces() - 1;
                    continue;
                }
                position = offset == 0 ? Position.FIRST : Position.MIDDLE;
                int fits = frame.bodyRoom(
                        room,
                        position,
                        lengthField(message, position),
                        subject(message, position),
                        headersOf(message, position));
                int take = Math.min(fits, ends ? body.remaining() - 1 : body.remaining());
                if (take >= Math.min(MIN_SPLIT_BYTES, body.remaining() - (ends ? 1 : 0)) && take > 0) {
                    add(frame, message, position, body.slice(body.position(), take));
                    taken += take;
                }
                stuck = !ends && taken == message.body().remaining();
                break;
            }
            return new Cut(
                    frame,
                    before,
                    at,
                    taken,
                    from.pieces + frame.pieces(),
                    headers,
                    stuck,
                    Arrays.copyOf(lasts, ended));
        }

        byte[] write(Cut cut) {
            var out = ByteBuffer.allocate(cut.contentBytes());
            if (cut.headBytes > 0) out.put(head);
            cut.frame.writeTo(out);
            return out.array();
        }

        private static int cost(DataLayout frame, Outgoing message, Position position, int bodyBytes) {
            return frame.cost(
                    position,
                    bodyBytes,
                    lengthField(message, position),
                    subject(message, position),
                    headersOf(message, position));
        }

        private static void add(DataLayout frame, Outgoing message, Position position, ByteBuffer body) {
            frame.add(
                    position,
                    body,
                    lengthField(message, position),
                    subject(message, position),
                    headersOf(message, position));
        }

        private static long lengthField(Outgoing message, Position position) {
            return position == Position.FIRST ? message.length() : 0;
        }

        private static String subject(Outgoing message, Position position) {
            return position.begins() ? message.subject() : "";
        }

        private static List<MessageHeader> headersOf(Outgoing message, Position position) {
            return position.begins() ? message.headers() : List.of();
        }
    }
}
