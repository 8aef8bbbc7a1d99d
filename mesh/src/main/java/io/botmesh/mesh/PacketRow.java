package io.botmesh.mesh;

import io.botmesh.seal.SealedEnvelope;
import java.nio.ByteBuffer;

/**
 * A packet as it is stored until nobody will ask for it again.
 *
 * @param document whether it goes as one
 * @param key      what opens it again for its sender, who may have to seal its content to another key; empty if that is not done
 * @param packet   as it was posted
 */
@SuppressWarnings("ArrayRecordComponent") // taken apart, never compared
record PacketRow(boolean document, byte[] key, byte[] packet) {
    private static final int DOCUMENT = 1;
    private static final int KEPT = 2;

    byte[] toBytes() {
        var row = ByteBuffer.allocate(1 + key.length + packet.length);
        row.put((byte) ((document ? DOCUMENT : 0) | (key.length > 0 ? KEPT : 0)));
        return row.put(key).put(packet).array();
    }

    static PacketRow parse(byte[] bytes) {
        var row = ByteBuffer.wrap(bytes);
        byte flags = row.get();
        var key = new byte[(flags & KEPT) != 0 ? SealedEnvelope.KEPT_BYTES : 0];
        row.get(key);
        var packet = new byte[row.remaining()];
        row.get(packet);
        return new PacketRow((flags & DOCUMENT) != 0, key, packet);
    }
}
