package io.botmesh.mesh;

import io.botmesh.wire.LinkSender;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An outbox as it is stored, without its messages and packets.
 *
 * @param keyed since when the key of a topic is in use; null for a peer, and if nobody knows
 */
record OutboxRow(
        String peer,
        long packets,
        long messages,
        long given,
        List<StreamRow> streams,
        @Nullable Keyed keyed,
        LinkSender.State sender) {
    private static final int VERSION = 3;

    /** Which did not say since when a key is in use. */
    private static final int SECOND_VERSION = 2;

    /** Which did not tell the program's messages from the node's own, either. */
    private static final int FIRST_VERSION = 1;

    /**
     * A topic's key.
     *
     * @param from the first piece that was sealed to it
     */
    @SuppressWarnings("ArrayRecordComponent") // taken apart, never compared
    record Keyed(byte[] key, long from) {}

    record StreamRow(long number, String name, int packed) {}

    byte[] toBytes() {
        return Rows.write(VERSION, out -> {
            out.writeUTF(peer);
            out.writeLong(packets);
            out.writeLong(messages);
            out.writeLong(given);
            out.writeInt(streams.size());
            for (StreamRow stream : streams) {
                out.writeLong(stream.number);
                out.writeUTF(stream.name);
                out.writeInt(stream.packed);
            }
            out.writeBoolean(keyed != null);
            if (keyed != null) {
                Rows.writeBytes(out, keyed.key);
                out.writeLong(keyed.from);
            }
            Rows.writeBytes(out, sender.toBytes());
        });
    }

    static OutboxRow parse(byte[] bytes) {
        int version = bytes.length > 0 && bytes[0] >= FIRST_VERSION && bytes[0] <= SECOND_VERSION ? bytes[0] : VERSION;
        return Rows.read("an outbox", version, bytes, in -> {
            String peer = in.readUTF();
            long packets = in.readLong();
            long messages = in.readLong();
            long given = version == FIRST_VERSION ? messages : in.readLong();
            int size = in.readInt();
            List<StreamRow> streams = new ArrayList<>();
            for (int i = 0; i < size; i++) streams.add(new StreamRow(in.readLong(), in.readUTF(), in.readInt()));
            Keyed keyed = version == VERSION && in.readBoolean() ? new Keyed(Rows.readBytes(in), in.readLong()) : null;
            return new OutboxRow(
                    peer, packets, messages, given, streams, keyed, LinkSender.State.parse(Rows.readBytes(in)));
        });
    }
}
