package io.botmesh.mesh;

import io.botmesh.wire.LinkReceiver;
import io.botmesh.wire.Reassembler;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An inbox as it is stored, without its pieces and messages.
 *
 * @param missing its {@link io.botmesh.wire.MissingPackets}; empty where nobody kept that account
 * @param firsts  its {@link FirstNumbers}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record InboxRow(
        byte[] key,
        String name,
        String topic,
        long incarnation,
        byte[] window,
        byte[] link,
        byte[] missing,
        SortedMap<Long, Long> firsts,
        List<StreamRow> streams) {
    private static final int VERSION = 4;

    /** As before, without an account of the packets that are missing, and of the first ones: they are empty. */
    private static final int UNACCOUNTED = 3;

    /** As before, without what publishers say of their posts. */
    private static final int UNSAID = 2;

    /**
     * @param name   empty if it is what the link says
     * @param gaps   since when, in milliseconds, by the number of the piece behind
     * @param posted up to where a publisher has posted all, as it says
     */
    record StreamRow(
            long number,
            String name,
            long first,
            SortedMap<Long, Long> gaps,
            long posted,
            Reassembler.State assembly) {}

    /** The same, where nothing more comes of any stream that was ever heard of. */
    InboxRow withoutStreams() {
        byte[] over = LinkReceiver.State.parse(link).withoutStreams().toBytes();
        return new InboxRow(key, name, topic, incarnation, window, over, missing, firsts, List.of());
    }

    byte[] toBytes() {
        return Rows.write(VERSION, out -> {
            Rows.writeBytes(out, key);
            out.writeUTF(name);
            out.writeUTF(topic);
            out.writeLong(incarnation);
            Rows.writeBytes(out, window);
            Rows.writeBytes(out, link);
            Rows.writeBytes(out, missing);
            write(out, firsts);
            out.writeInt(streams.size());
            for (StreamRow stream : streams) {
                out.writeLong(stream.number);
                out.writeUTF(stream.name);
                out.writeLong(stream.first);
                write(out, stream.gaps);
                out.writeLong(stream.posted);
                out.writeLong(stream.assembly.length());
                out.writeLong(stream.assembly.received());
                out.writeBoolean(stream.assembly.skipping());
            }
        });
    }

    static InboxRow parse(byte[] bytes) {
        int written = bytes.length == 0 ? VERSION : bytes[0];
        int version = written == UNSAID || written == UNACCOUNTED ? written : VERSION;
        return Rows.read("an inbox", version, bytes, in -> {
            byte[] key = Rows.readBytes(in);
            String name = in.readUTF();
            String topic = in.readUTF();
            long incarnation = in.readLong();
            byte[] window = Rows.readBytes(in);
            byte[] link = Rows.readBytes(in);
            byte[] missing = version < VERSION ? new byte[0] : Rows.readBytes(in);
            SortedMap<Long, Long> firsts = version < VERSION ? Collections.emptySortedMap() : numbers(in);
            int size = in.readInt();
            List<StreamRow> streams = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                streams.add(new StreamRow(
                        in.readLong(),
                        in.readUTF(),
                        in.readLong(),
                        numbers(in),
                        version == UNSAID ? 0 : in.readLong(),
                        new Reassembler.State(in.readLong(), in.readLong(), in.readBoolean())));
            }
            return new InboxRow(key, name, topic, incarnation, window, link, missing, firsts, streams);
        });
    }

    private static void write(DataOutputStream out, SortedMap<Long, Long> numbers) throws IOException {
        out.writeInt(numbers.size());
        for (Map.Entry<Long, Long> one : numbers.entrySet()) {
            out.writeLong(one.getKey());
            out.writeLong(one.getValue());
        }
    }

    private static SortedMap<Long, Long> numbers(DataInputStream in) throws IOException {
        var numbers = new TreeMap<Long, Long>();
        for (int i = in.readInt(); i > 0; i--) numbers.put(in.readLong(), in.readLong());
        return numbers;
    }
}
