package io.botmesh.wire;

import io.botmesh.wire.Control.Seen;
import io.botmesh.wire.LinkReceiver.Rest;
import io.botmesh.wire.LinkReceiver.State;
import io.botmesh.wire.LinkReceiver.StreamState;
import io.botmesh.wire.StreamReceiver.Held;
import io.botmesh.wire.WireException.Malformed;
import io.botmesh.wire.WireException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A link's state as bytes: for one program's store, not for the wire. */
final class LinkState {
    private static final int VERSION = 2;

    /** As before, where nobody knew which of the streams that have ended had given way. */
    private static final int BEFORE = 1;

    private interface Entry<T> {
        T read(DataInputStream in) throws IOException;
    }

    private LinkState() {}

    static byte[] toBytes(State state) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(state.session());
            out.writeLong(state.weight());
            out.writeInt(state.streams().size());
            for (StreamState stream : state.streams()) write(out, stream);
            writeSpans(out, state.ended());
            out.writeInt(state.seen().size());
            for (Seen seen : state.seen()) {
                out.writeLong(seen.channel());
                out.writeLong(seen.message());
            }
            out.writeInt(state.resting().size());
            for (Rest rest : state.resting()) {
                out.writeLong(rest.stream());
                out.writeLong(rest.next());
                out.writeLong(rest.weight());
            }
            out.writeLong(state.forgotten());
        } catch (IOException impossible) {
            throw new AssertionError("writing to memory", impossible);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, StreamState stream) throws IOException {
        out.writeLong(stream.stream());
        out.writeUTF(stream.name());
        out.writeLong(stream.next());
        out.writeLong(stream.weight());
        out.writeInt(stream.early().size());
        for (Held part : stream.early()) {
            out.writeLong(part.from());
            out.writeLong(part.until());
            out.writeLong(part.bytes());
        }
        out.writeLong(stream.done());
        writeSpans(out, stream.beyond());
        out.writeLong(stream.end());
    }

    private static void writeSpans(DataOutputStream out, List<Span> spans) throws IOException {
        out.writeInt(spans.size());
        for (Span span : spans) {
            out.writeLong(span.from());
            out.writeLong(span.until());
        }
    }

    static State parse(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION && version != BEFORE) throw malformed("version");
            long session = in.readLong();
            long weight = in.readLong();
            List<StreamState> streams = list(in, LinkState::stream);
            List<Span> ended = list(in, LinkState::span);
            List<Seen> seen = list(in, from -> new Seen(from.readLong(), from.readLong()));
            List<Rest> resting = List.of();
            long forgotten = ended.isEmpty() ? 0 : ended.getLast().until();
            if (version == VERSION) {
                resting = list(in, from -> new Rest(from.readLong(), from.readLong(), from.readLong()));
                forgotten = in.readLong();
            }
            var state = new State(session, weight, streams, resting, ended, forgotten, seen);
            if (in.read() >= 0) throw malformed("bytes behind it");
            return state;
        } catch (IOException | IllegalArgumentException damaged) {
            throw malformed(String.valueOf(damaged.getMessage()));
        }
    }

    private static StreamState stream(DataInputStream in) throws IOException {
        return new StreamState(
                in.readLong(),
                in.readUTF(),
                in.readLong(),
                in.readLong(),
                list(in, from -> new Held(from.readLong(), from.readLong(), from.readLong())),
                in.readLong(),
                list(in, LinkState::span),
                in.readLong());
    }

    private static Span span(DataInputStream in) throws IOException {
        return new Span(in.readLong(), in.readLong());
    }

    private static <T> List<T> list(DataInputStream in, Entry<T> entry) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > in.available()) throw malformed("a list of " + size);
        var list = new ArrayList<T>();
        for (int i = 0; i < size; i++) list.add(entry.read(in));
        return list;
    }

    private static Malformed malformed(String why) {
        return new Malformed(Reason.STATE_MALFORMED, "the stored state of a link is damaged: " + why);
    }
}
