package io.botmesh.seal;

import io.botmesh.seal.SealException.Foreign;
import io.botmesh.seal.SealException.Forged;
import io.botmesh.seal.SealException.Reason;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import java.time.Instant;

/**
 * Reads plain packets, which anybody may have written. Knows no senders, quotas or copies; streams recognise what they
 * have.
 *
 * @param recipient {@link PacketHeader#labelId the id of the label} whose packets are wanted
 */
public record PlainOpener(int recipient) implements Opener {
    private static final byte[] NO_DIGEST = new byte[32];

    @Override
    public Admitted admit(byte[] caption, Instant postedAt) {
        var header = PacketHeader.parse(caption);
        check(header);
        return new Admitted(new Announcement(header, 0, NO_DIGEST), null);
    }

    @Override
    public Opened open(Packet packet, Instant postedAt) {
        check(packet.header());
        return new Opened(packet.header(), null, null, packet.content(), false, 0);
    }

    @Override
    public Opened open(Packet packet, Admitted admitted) {
        check(packet.header());
        if (!packet.header().equals(admitted.announcement().header())) {
            throw new Forged(Reason.ANNOUNCEMENT, "the document is not the one that its caption announced");
        }
        return new Opened(packet.header(), null, null, packet.content(), false, 0);
    }

    @Override
    public byte[] stateAfter(Opened packet) {
        return new byte[0];
    }

    @Override
    public void accept(Opened packet) {}

    private void check(PacketHeader header) {
        if (header.sealed()) throw new Foreign(Reason.NOT_PLAIN, "sealed, where plain packets are read");
        if (header.recipient() != recipient) throw new Foreign(Reason.RECIPIENT_UNKNOWN, "for another label");
    }
}
