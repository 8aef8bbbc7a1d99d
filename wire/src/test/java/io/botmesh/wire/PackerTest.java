package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.wire.Packer.Packed;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class PackerTest {
    private static final PacketHeader HEADER = PacketHeader.plain(PacketHeader.labelId("words"), 0x1234, 7);
    private static final int POST = Armour.BASE32768.maxBytes(Armour.POST_CHARACTERS);

    @Test
    void everyPostOfABacklogIsFullWhateverItHolds() {
        var random = Seed.random("everyPostOfABacklogIsFullWhateverItHolds");
        for (int capacity : new int[] {POST, 3071, 20_000}) {
            for (var kind : kinds().entrySet()) {
                for (int size : new int[] {12, 1000, 150_000}) {
                    var queue = queue(random, kind.getValue(), size, 150_000);
                    var packer = new Packer();
                    for (int post = 0; post < 3; post++) {
                        Packed packed = packer.pack(HEADER, "node-1", 0, 0, queue, capacity);
                        boolean everything = packed.wholeMessages() == queue.size();
                        int limit = Limits.maxContentBytes(Math.min(capacity, packed.packet().length));
                        boolean atLimit = packed.contentBytes() > limit - 3000;
                        assertThat(packed.packet().length).isLessThanOrEqualTo(capacity);
                        if (!everything && !atLimit) {
                            assertThat(packed.packet().length)
                                    .as("%s messages of %d bytes into %d", kind.getKey(), size, capacity)
                                    .isGreaterThanOrEqualTo(capacity * 97 / 100);
                        }
                        queue = rest(queue, packed);
                        if (queue.isEmpty()) break;
                    }
                }
            }
        }
    }

    @Test
    void whatIsUnpackedIsWhatWasPacked() {
        var random = Seed.random("whatIsUnpackedIsWhatWasPacked");
        for (int round = 0; round < 25; round++) {
            var queue = new ArrayList<Outgoing>();
            var kinds = List.copyOf(kinds().values());
            for (int i = random.nextInt(1, 60); i > 0; i--) {
                int size = switch (random.nextInt(10)) {
                    case 0 -> 0;
                    case 1 -> random.nextInt(40_000);
                    default -> random.nextInt(300);
                };
                byte[] body = kinds.get(random.nextInt(kinds.size())).apply(random, size);
                var headers = random.nextInt(4) == 0
                        ? List.of(new MessageHeader("h", Seed.bytes(random, random.nextInt(900))))
                        : List.<MessageHeader>of();
                queue.add(Outgoing.of(random.nextBoolean() ? "" : "s" + random.nextInt(5), headers, body));
            }
            assertThat(transported(random, queue))
                    .isEqualTo(queue.stream().map(PackerTest::message).toList());
        }
    }

    /** Packs, armours, cleans, opens and reassembles. */
    private static List<Piece> transported(SplittableRandom random, List<Outgoing> queue) {
        var packer = new Packer();
        var receiver = new StreamReceiver(StreamReceiver.Window.defaults());
        var reassembler = new Reassembler(Long.MAX_VALUE);
        var messages = new ArrayList<Piece>();
        var body = new ByteArrayOutputStream();
        Piece[] begun = new Piece[1];
        List<Outgoing> left = queue;
        long sequence = 0;
        while (!left.isEmpty()) {
            int capacity = Math.max(2048, random.nextInt(POST + 1));
            Packed packed = packer.pack(HEADER, "n", 9, sequence, left, capacity);
            assertThat(packed.packet().length).isLessThanOrEqualTo(capacity);
            String post = Cleaning.clean(Armour.BASE32768.encode(packed.packet()));
            var content = Packet.parse(Armour.decode(post)).content();
            assertThat(content.sender()).isEqualTo("n");
            assertThat(content.toBytes()).hasSize(packed.contentBytes());
            for (Frame frame : content.frames()) {
                var data = (Data) frame;
                assertThat(data.sequence()).isEqualTo(sequence);
                assertThat(receiver.onData(data))
                        .containsExactly(
                                new StreamReceiver.Event.Store(sequence, data.nextSequence()),
                                new StreamReceiver.Event.Deliver(sequence, data.nextSequence()));
                sequence = data.nextSequence();
                for (Piece piece : data.pieces()) {
                    for (var event : reassembler.onPiece(piece)) {
                        switch (event) {
                            case Reassembler.Event.Message whole -> messages.add(whole.piece());
                            case Reassembler.Event.Begin begin -> {
                                begun[0] = begin.first();
                                body.reset();
                                body.writeBytes(begin.first().body());
                            }
                            case Reassembler.Event.More more -> {
                                assertThat(more.offset()).isEqualTo(body.size());
                                body.writeBytes(more.piece().body());
                            }
                            case Reassembler.Event.End end -> {
                                body.writeBytes(end.piece().body());
                                messages.add(Piece.whole(begun[0].subject(), begun[0].headers(), body.toByteArray()));
                            }
                            case Reassembler.Event.Broken broken -> throw new AssertionError(broken);
                        }
                    }
                }
            }
            left = rest(left, packed);
        }
        return messages;
    }

    private static Piece message(Outgoing outgoing) {
        var body = new byte[outgoing.body().remaining()];
        outgoing.body().duplicate().get(body);
        return Piece.whole(outgoing.subject(), outgoing.headers(), body);
    }

    @Test
    void aMessageThatIsNotLoadedYetGoesOnInTheNextPacket() {
        byte[] whole = Seed.bytes(new SplittableRandom(3), 1000);
        var loaded = new Outgoing("s", List.of(), ByteBuffer.wrap(whole, 0, 600), 1000, 0);
        var after = Outgoing.of("next", List.of(), new byte[] {1});
        Packed first = new Packer().pack(HEADER, "n", 0, 5, List.of(loaded, after), POST);
        assertThat(first.wholeMessages()).isZero();
        assertThat(first.bytesOfNext()).isEqualTo(600);
        assertThat(first.pieces()).isEqualTo(1);
        var rest = new Outgoing("s", List.of(), ByteBuffer.wrap(whole, 600, 400), 1000, 600);
        Packed second = new Packer().pack(HEADER, "n", 0, 6, List.of(rest, after), POST);
        assertThat(second.wholeMessages()).isEqualTo(2);
        assertThat(pieces(second).getFirst()).isEqualTo(Piece.last(Arrays.copyOfRange(whole, 600, 1000)));
    }

    @Test
    void aWholePostOfSmallMessagesHoldsAsManyAsSixBytesEachAllow() {
        var queue = queue(new SplittableRandom(5), (random, size) -> Seed.bytes(random, size), 100, 20_000);
        Packed packed = new Packer().pack(HEADER, "n", 0, 0, queue, POST);
        assertThat(packed.wholeMessages()).isGreaterThanOrEqualTo((POST - 60) / 106);
    }

    @Test
    void compressionIsKeptOnlyWhenItIsSmaller() {
        var text = Outgoing.of(
                "",
                List.of(),
                "again and again and again and again and again and again"
                        .repeat(3)
                        .getBytes(StandardCharsets.UTF_8));
        var noise = Outgoing.of("", List.of(), Seed.bytes(new SplittableRandom(1), 500));
        assertThat(new Packer()
                        .pack(HEADER, "", 0, 0, List.of(text), POST)
                        .header()
                        .deflated())
                .isTrue();
        assertThat(new Packer()
                        .pack(HEADER, "", 0, 0, List.of(noise), POST)
                        .header()
                        .deflated())
                .isFalse();
    }

    @Test
    void inputThatCompressesAlmostToNothingStopsAtWhatAReceiverInflates() {
        var zeros = Outgoing.of("", List.of(), new byte[5_000_000]);
        Packed packed = new Packer().pack(HEADER, "n", 0, 0, List.of(zeros), POST);
        assertThat(packed.contentBytes()).isBetween(1_040_000, Limits.MAX_TEXT_CONTENT_BYTES);
        assertThat(pieces(packed)).hasSize(1);
    }

    @Test
    void aDocumentSoSmallThatItCouldBeAPostKeepsThePostsLimit() {
        var zeros = Outgoing.of("", List.of(), new byte[1_300_000]);
        Packed packed = new Packer().pack(HEADER, "n", 0, 0, List.of(zeros), 100_000);
        assertThat(packed.packet().length).isLessThan(Limits.TEXT_BODY_BYTES);
        assertThat(packed.contentBytes()).isBetween(1_000_000, Limits.MAX_TEXT_CONTENT_BYTES);
        assertThat(pieces(packed)).hasSize(1);
        // Where it fits as it is, one packet beats two: posts are scarcer than bytes.
        Packed document = new Packer().pack(HEADER, "n", 0, 0, List.of(zeros), Limits.MAX_PACKET_BYTES);
        assertThat(document.wholeMessages()).isEqualTo(1);
        assertThat(pieces(document)).isNotEmpty();
    }

    @Test
    void aDocumentIsFullWhateverItHolds() {
        var random = Seed.random("aDocumentIsFullWhateverItHolds");
        int capacity = 4_300_000;
        for (var entry : kinds().entrySet()) {
            String kind = entry.getKey();
            if (!List.of("noise", "half noise").contains(kind)) continue;
            var queue = queue(random, entry.getValue(), 3000, 10 << 20);
            Packed packed = new Packer().pack(HEADER, "n", 0, 0, queue, capacity);
            assertThat(packed.packet().length).as(kind).isBetween(capacity * 97 / 100, capacity);
            var sum = 0;
            for (Frame frame : Packet.parse(packed.packet()).content().frames()) {
                sum += ((Data) frame).pieces().size();
            }
            assertThat(sum).isEqualTo(packed.pieces());
        }
    }

    @Test
    void theLongestNamesStillLeaveRoomForABody() {
        var headers = new ArrayList<MessageHeader>();
        for (int i = 0; i < Limits.MAX_HEADERS; i++) headers.add(new MessageHeader("n" + i % 10, new byte[30]));
        var longest = Outgoing.of("x".repeat(Limits.MAX_SUBJECT_BYTES), headers, new byte[9000]);
        var header = HEADER.withPacketNumber(Limits.MAX_NUMBER).withAdmissionTag(1L);
        var noise = new Outgoing(
                longest.subject(), headers, ByteBuffer.wrap(Seed.bytes(new SplittableRandom(2), 9000)), 9000, 0);
        for (var message : List.of(longest, noise)) {
            Packed packed = new Packer()
                    .pack(
                            header,
                            "y".repeat(Limits.MAX_SENDER_BYTES),
                            Limits.MAX_NUMBER,
                            1L << 52,
                            List.of(message),
                            Limits.MIN_CAPACITY);
            assertThat(packed.pieces()).isEqualTo(1);
            assertThat(packed.bytesOfNext() + packed.wholeMessages()).isPositive();
        }
    }

    @Test
    void asManyPiecesAsAReceiverTakesAndNoMore() {
        var queue = new ArrayList<Outgoing>();
        var empty = Outgoing.of("", List.of(), new byte[0]);
        for (int i = 0; i < Limits.MAX_PIECES + 10; i++) queue.add(empty);
        Packed packed = new Packer().pack(HEADER, "n", 0, 0, queue, Limits.MAX_PACKET_BYTES);
        assertThat(packed.wholeMessages())
                .isLessThanOrEqualTo(Limits.MAX_PIECES)
                .isGreaterThan(100_000);
        assertThat(Packet.parse(packed.packet()).content().frames()).isNotEmpty();
    }

    @Test
    void anEmptyQueueAndATinyCapacityAreMistakes() {
        assertThatThrownBy(() -> new Packer().pack(HEADER, "n", 0, 0, List.of(), POST))
                .isInstanceOf(IllegalArgumentException.class);
        var message = Outgoing.of("", List.of(), new byte[1]);
        assertThatThrownBy(() -> new Packer().pack(HEADER, "n", 0, 0, List.of(message), 100))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // --- input

    static Map<String, BiFunction<SplittableRandom, Integer, byte[]>> kinds() {
        var kinds = new LinkedHashMap<String, BiFunction<SplittableRandom, Integer, byte[]>>();
        kinds.put("words", PackerTest::words);
        kinds.put("noise", Seed::bytes);
        kinds.put(
                "base64", (random, size) -> Arrays.copyOf(Base64.getEncoder().encode(Seed.bytes(random, size)), size));
        kinds.put("json", PackerTest::json);
        kinds.put("few letters", (random, size) -> {
            var bytes = new byte[size];
            for (int i = 0; i < size; i++) bytes[i] = (byte) ('a' + random.nextInt(2));
            return bytes;
        });
        kinds.put("one letter", (random, size) -> new byte[size]);
        kinds.put(
                "half noise", (random, size) -> random.nextBoolean() ? words(random, size) : Seed.bytes(random, size));
        return kinds;
    }

    private static byte[] words(SplittableRandom random, int size) {
        var text = new StringBuilder();
        while (text.length() < size) {
            // Frequent words are short and come often, as in any language.
            int word = (int) Math.pow(5000, random.nextDouble());
            text.append(Integer.toString(word * 48271, 36)).append(word % 11 == 0 ? ".\n" : " ");
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), size);
    }

    private static byte[] json(SplittableRandom random, int size) {
        var text = new StringBuilder();
        while (text.length() < size) {
            text.append("{\"sensor\":\"s")
                    .append(random.nextInt(50))
                    .append("\",\"value\":")
                    .append(random.nextInt(1000))
                    .append(",\"unit\":\"celsius\"}\n");
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), size);
    }

    private static List<Outgoing> queue(
            SplittableRandom random, BiFunction<SplittableRandom, Integer, byte[]> kind, int size, int total) {
        var queue = new ArrayList<Outgoing>();
        for (int sum = 0; sum < total; sum += size)
            queue.add(Outgoing.of("words", List.of(), kind.apply(random, size)));
        return queue;
    }

    private static List<Outgoing> rest(List<Outgoing> queue, Packed packed) {
        var rest = new ArrayList<>(queue.subList(packed.wholeMessages(), queue.size()));
        if (packed.bytesOfNext() > 0) rest.set(0, rest.getFirst().advanced(packed.bytesOfNext()));
        return rest;
    }

    private static List<Piece> pieces(Packed packed) {
        return ((Data) Packet.parse(packed.packet()).content().frames().getFirst()).pieces();
    }
}
