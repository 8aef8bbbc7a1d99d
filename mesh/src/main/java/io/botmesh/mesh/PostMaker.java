package io.botmesh.mesh;

import io.botmesh.mesh.Outbox.Filled;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Limits;
import io.botmesh.wire.Outgoing;
import io.botmesh.wire.Packer;
import io.botmesh.wire.PacketHeader;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Turns the head of the queue into the next packet, and decides whether it goes as text or as a document. Used by the
 * one thread that packs; only {@link #fill()} may be asked by others.
 */
final class PostMaker implements Outbox.Filling {
    /** Bytes that fit into the text of one post. */
    static final int TEXT_BYTES = Carriers.TEXT_BYTES;

    /** Content that one packet may inflate to is bounded, so more of the queue need not be looked at. */
    private static final long TEXT_HEAD = Limits.MAX_TEXT_CONTENT_BYTES;

    private static final long DOCUMENT_HEAD = Limits.MAX_CONTENT_BYTES;

    private final InitiatorOptions options;
    private final int textBytes;
    private final int documentBytes;
    private final FileSwitch files; // touched under the sender's lock alone
    private final long incarnation;
    private final Packer packer = new Packer();
    private boolean document;
    private double packed = 1; // bytes of a packet per byte of messages, as lately seen
    private long lastCharacters;

    // A full post says how well posts are filled, the last of a burst only that there was no more.
    private final LongAdder characters = new LongAdder();
    private final LongAdder fullPosts = new LongAdder();

    PostMaker(InitiatorOptions options, Carrier.Capabilities carrier, long incarnation) {
        this.options = options;
        textBytes = carrier.textBytes();
        documentBytes = carrier.documentBytes();
        files = new FileSwitch(textBytes, options.textOnly() || carrier.textOnly());
        this.incarnation = incarnation;
    }

    /** Chooses text or document for what is waiting. */
    void choose(long pendingBytes, double postsPerSecond) {
        document = files.document(pendingBytes * packed, postsPerSecond);
    }

    void onPosted(boolean document, double seconds) {
        if (document) files.onDocument(seconds);
        else files.onText(seconds);
    }

    long mostBytes() {
        return document ? DOCUMENT_HEAD : TEXT_HEAD;
    }

    @Override
    public Filled fill(long packetNumber, long sequence, List<Outgoing> head) {
        var header = PacketHeader.plain(QuasiServer.PLAIN_RECIPIENT, incarnation, packetNumber);
        int capacity = document ? documentBytes : textBytes;
        var filled = packer.pack(header, options.node(), 0, sequence, head, capacity);
        packed += 0.3 * ((double) filled.packet().length / filled.contentBytes() - packed);
        lastCharacters = document ? 0 : Armour.BASE32768.characters(filled.packet().length);
        return new Filled(filled.packet(), document, filled.wholeMessages(), filled.bytesOfNext(), filled.pieces());
    }

    /** The packet just made is on its way; says how full its text is, {@code NaN} if that tells nothing. */
    double onPacked(boolean lastOfBurst) {
        if (lastOfBurst || lastCharacters == 0) return Double.NaN;
        characters.add(lastCharacters);
        fullPosts.increment();
        return (double) lastCharacters / Armour.POST_CHARACTERS;
    }

    /** How many texts the waiting bytes would fill, one at least if any wait. */
    double texts(long pendingBytes) {
        return pendingBytes == 0 ? 0 : Math.max(1, pendingBytes * packed / textBytes);
    }

    /** Characters used of those that text posts have; {@code NaN} before the first. */
    double fill() {
        return characters.sum() / ((double) fullPosts.sum() * Armour.POST_CHARACTERS); // 0 / 0 is NaN
    }
}
