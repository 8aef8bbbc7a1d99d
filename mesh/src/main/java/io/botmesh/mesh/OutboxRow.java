package io.botmesh.mesh;

import io.botmesh.wire.LinkSender;
import java.util.ArrayList;
import java.util.List;

/** An outbox as it is stored, without its messages and packets. */
record OutboxRow(
        String peer, long packets, long messages, long given, List<StreamRow> streams, LinkSender.State sender) {
    private static final int VERSION = 2;

    /** Which did not tell the program's messages from the node's own. */
    private static final int FIRST_VERSION = 1;

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
            Rows.writeBytes(out, sender.toBytes());
        });
    }

    static OutboxRow parse(byte[] bytes) {
        boolean first = bytes.length > 0 && bytes[0] == FIRST_VERSION;
        return Rows.read("an outbox", first ? FIRST_VERSION : VERSION, bytes, in -> {
            String peer = in.readUTF();
            long packets = in.readLong();
            long messages = in.readLong();
            long given = first ? messages : in.readLong();
            int size = in.readInt();
            List<StreamRow> streams = new ArrayList<>();
            for (int i = 0; i < size; i++) streams.add(new StreamRow(in.readLong(), in.readUTF(), in.readInt()));
            return new OutboxRow(peer, packets, messages, given, streams, LinkSender.State.parse(Rows.readBytes(in)));
        });
    }
}
