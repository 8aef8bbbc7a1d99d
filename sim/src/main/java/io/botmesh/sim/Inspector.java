package io.botmesh.sim;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.Arrival;
import io.botmesh.mesh.NodeEffect;
import io.botmesh.mesh.PostId;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.Seal;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Content;
import io.botmesh.wire.Control;
import io.botmesh.wire.Data;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Packet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Looks into every packet that is posted: its number was never used for another one, it holds no more than its reader has
 * granted, it comes out of the post as it went in, and a reader of text gets no document.
 */
final class Inspector {
    /** Of so many updates, the text of one is compared with what was posted. */
    private static final int COMPARED = 8;

    /** Posts of which the text is known. */
    private static final int REMEMBERED = 10_000;

    private final Violations violations;
    private final @Nullable Seal seal;
    private final Map<String, ReaderSecret> readers;
    private final Packing packing;
    private final Map<Long, Map<Long, Integer>> numbers = new HashMap<>();
    private final Map<Long, CreditAccount> accounts = new HashMap<>();
    private final Map<PostId, Integer> posted = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PostId, Integer> eldest) {
            return size() > REMEMBERED;
        }
    };
    private long packets;
    private long compared;
    private long seen;

    /**
     * @param seal    that packets are opened with, null for packets that are plain or not to be looked into
     * @param readers by name of node
     * @param packing is told of packets that nobody answers
     */
    Inspector(Violations violations, @Nullable Seal seal, Map<String, ReaderSecret> readers, Packing packing) {
        this.violations = violations;
        this.seal = seal;
        this.readers = readers;
        this.packing = packing;
    }

    /**
     * A packet leaves.
     *
     * @param textOnly whether its reader takes text alone
     * @param credited whether its reader answers, so that credit counts
     */
    void onPost(String from, NodeEffect.Post post, boolean textOnly, boolean credited) {
        if (post.document() && textOnly)
            violations.add("I11", from + " posts a document to " + post.peer() + ", who takes text only");
        Packet packet = Packet.parse(post.packet());
        CreditAccount account = account(packet.header().incarnation());
        int crc = crc(post.packet());
        Integer before = numbers(packet).putIfAbsent(packet.header().packetNumber(), crc);
        if (before != null) {
            if (before != crc)
                violations.add(
                        "I7", from + " gives number " + packet.header().packetNumber() + " to two different packets");
            return; // the same again
        }
        packets++;
        Content content = content(post.peer(), packet);
        if (content == null) return;
        account.onPacket(content.frames());
        for (Frame frame : content.frames()) {
            switch (frame) {
                case Control.Credit credit -> account(credit.incarnation()).onCredit(credit);
                case Control.Ack ack -> account(ack.incarnation()).onMemory(ack.session());
                default -> {}
            }
        }
        if (!credited) {
            packing.onPacket(packet.header().incarnation(), packet.header().packetNumber(), content.frames());
            return;
        }
        for (String excess : account.excesses())
            violations.add("I4", from + " has sent to " + post.peer() + " " + excess);
    }

    private CreditAccount account(long incarnation) {
        return accounts.computeIfAbsent(incarnation, any -> new CreditAccount());
    }

    private Map<Long, Integer> numbers(Packet packet) {
        return numbers.computeIfAbsent(packet.header().incarnation(), any -> new HashMap<>());
    }

    /** What a packet is, for a human. */
    String text(NodeEffect.Post post) {
        Packet packet = Packet.parse(post.packet());
        Content content = content(post.peer(), packet);
        return String.format(
                Locale.ROOT,
                "to %s by lane %d: packet %d of %08x%s, %d bytes: %s",
                post.peer(),
                post.lane(),
                packet.header().packetNumber(),
                packet.header().incarnation() >>> 32,
                post.document() ? " as document" : "",
                post.packet().length,
                content == null
                        ? "sealed"
                        : content.frames().stream().map(Inspector::text).toList());
    }

    private static String text(Frame frame) {
        return frame instanceof Data data
                ? "Data[" + data.stream() + ": " + data.sequence() + " to " + (data.nextSequence() - 1) + "]"
                : frame.toString();
    }

    private @Nullable Content content(String to, Packet packet) {
        if (!packet.header().sealed()) return packet.content();
        ReaderSecret secret = readers.get(to);
        if (seal == null || secret == null) return null;
        return Content.parse(
                seal.open(secret, packet.header(), packet.body()).content(),
                packet.header().deflated());
    }

    /** It stands there now. */
    void onPosted(PostId place, NodeEffect.Post post) {
        if (!post.document()) posted.put(place, crc(post.packet()));
    }

    /**
     * A reader sees an update.
     *
     * @param arrivals how it reads it
     */
    void onUpdate(Function<RawUpdate, Optional<Arrival>> arrivals, RawUpdate update) {
        if (++seen % COMPARED != 0) return; // decoding takes longer than all the rest
        Optional<Arrival> arrival = arrivals.apply(update);
        if (arrival.isEmpty()) return;
        Integer crc = posted.remove(arrival.get().post());
        String text = arrival.get().text();
        if (crc == null || text == null) return;
        compared++;
        if (crc(Armour.decode(text)) != crc)
            violations.add("I8", "the text of post " + arrival.get().post() + " came out changed");
    }

    private static int crc(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Different packets that were posted. */
    long packets() {
        return packets;
    }

    /** Posts of which the text was compared. */
    long compared() {
        return compared;
    }
}
