package io.botmesh.seal;

import io.botmesh.seal.SealException.Foreign;
import io.botmesh.seal.SealException.Forged;
import io.botmesh.seal.SealException.Reason;
import io.botmesh.wire.Confidential.Onion;
import io.botmesh.wire.Content;
import io.botmesh.wire.Packet;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Packets inside packets, for a gateway that hides who sent them. The inner one is sealed to its reader and signed by
 * an identity made for it alone, under an incarnation made for it alone; the outer one carries it to the gateway, which
 * knows its sender and posts the inner one without. Both have sizes of a {@link SizeClass}. What else would betray the
 * sender, order and time, is the gateway's to blur.
 */
public final class Onions {
    private Onions() {}

    /**
     * The inner packet: a content for a reader that is not to learn who sent it.
     *
     * @param stamped whether to leave room for the tag that the gateway puts in when it hands the packet on
     * @param content must name nobody: no sender, no stream that others know
     */
    public static byte[] inner(Seal seal, ReaderKey to, boolean stamped, Content content) {
        // The tag of this secret is worth nothing, and the gateway's takes its place.
        AdmissionSecret worthless = stamped ? AdmissionSecret.generate() : null;
        long incarnation = ByteBuffer.wrap(Hash.random(8)).getLong();
        return inner(seal, Identity.generate(), worthless, incarnation, to, content);
    }

    /** With what is to be random, for vectors. */
    static byte[] inner(
            Seal seal,
            Identity once,
            @Nullable AdmissionSecret worthless,
            long incarnation,
            ReaderKey to,
            Content content) {
        if (!content.sender().isEmpty()) throw new IllegalArgumentException("the content names " + content.sender());
        return padded(new SealedEnvelope(seal, once, new Recipient(to, worthless)), incarnation, 0, content);
    }

    /**
     * A packet around another one.
     *
     * @param gateway  from the sender, as itself, to the gateway
     * @param next     name of the node that the inner packet goes to; empty if the gateway knows it by its key
     * @param inner    as {@link #inner} or {@link #wrap} made it, so that a chain of gateways is possible
     */
    public static byte[] wrap(SealedEnvelope gateway, long incarnation, long packetNumber, String next, byte[] inner) {
        return padded(gateway, incarnation, packetNumber, new Content("", List.of(new Onion(next, inner))));
    }

    /**
     * The packet that a gateway takes out of an onion and hands on.
     *
     * @param admission what the next reader gave to the gateway, for packets that have room for a tag; null for none
     * @return bytes for a post or document
     * @throws io.botmesh.wire.WireException when there is no packet in it
     * @throws SealException                 when there is a plain one in it, or one that is too large
     */
    public static byte[] peel(Onion onion, @Nullable AdmissionSecret admission) {
        Packet packet = Packet.parse(onion.packet());
        if (!packet.header().sealed()) throw new Foreign(Reason.NOT_SEALED, "an onion around a plain packet");
        if (packet.header().admissionTag() == null) return onion.packet();
        if (admission == null) throw new Forged(Reason.ADMISSION_TAG, "no secret to admit the inner packet with");
        return SealedEnvelope.stamped(packet, admission);
    }

    private static byte[] padded(SealedEnvelope envelope, long incarnation, long packetNumber, Content content) {
        var header = envelope.header(incarnation, packetNumber);
        byte[] bytes = content.toBytes();
        return envelope.wrapPadded(header, bytes, SizeClass.of(bytes.length + envelope.overhead(header)));
    }
}
