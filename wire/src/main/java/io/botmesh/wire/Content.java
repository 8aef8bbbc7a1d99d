package io.botmesh.wire;

import java.util.List;

/**
 * What stands in a packet's body: the frames, and in plain packets the sender's name. Its bytes are the protobuf
 * message {@code Content} of {@code wire.proto}.
 *
 * @param sender  name of the sending node, at most 128 bytes; empty in sealed packets, where a key names the sender
 * @param frames  in the order of the packet
 * @param unknown fields and frames that were skipped because this program does not know them; 0 in own content
 */
public record Content(String sender, List<Frame> frames, int unknown) {
    public Content {
        frames = List.copyOf(frames);
        Utf8.check("sender", sender, Limits.MAX_SENDER_BYTES);
    }

    /** Content to be sent. */
    public Content(String sender, List<Frame> frames) {
        this(sender, frames, 0);
    }

    /** The protobuf bytes, uncompressed, in the one order that this program writes. */
    public byte[] toBytes() {
        return ContentCodec.encode(this);
    }

    /**
     * Reads the content of an opened body.
     *
     * @param body     as it stood in the packet, or below the seal
     * @param deflated as the packet's header says
     * @throws WireException when the body is damaged, lies or asks for too much
     */
    public static Content parse(byte[] body, boolean deflated) {
        return ContentCodec.decode(deflated ? Deflate.inflate(body, Limits.maxContentBytes(body.length)) : body);
    }
}
