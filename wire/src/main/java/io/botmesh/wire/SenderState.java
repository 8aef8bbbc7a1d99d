package io.botmesh.wire;

import io.botmesh.wire.LinkSender.Ending;
import io.botmesh.wire.LinkSender.Flight;
import io.botmesh.wire.LinkSender.Level;
import io.botmesh.wire.LinkSender.Part;
import io.botmesh.wire.LinkSender.Past;
import io.botmesh.wire.LinkSender.PlacedPart;
import io.botmesh.wire.LinkSender.PostId;
import io.botmesh.wire.LinkSender.Posted;
import io.botmesh.wire.LinkSender.Reach;
import io.botmesh.wire.LinkSender.State;
import io.botmesh.wire.LinkSender.StreamState;
import io.botmesh.wire.LinkSender.Waiting;
import io.botmesh.wire.WireException.Malformed;
import io.botmesh.wire.WireException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an outbox has on the way as bytes: for one program's store, not for the wire. Written with every packet, so
 * numbers are short and messages and packets, of which there may be many, are told by their distance from the one before.
 */
final class SenderState {
    private static final int VERSION = 3;

    /** With the last one of them. */
    private static final int SECOND_VERSION = 2;

    /** Without earlier streams of a name. */
    private static final int FIRST_VERSION = 1;

    private final DataOutputStream out;
    private final byte[] digits = new byte[10];

    private interface Writer<T> {
        void write(T value) throws IOException;
    }

    private interface Reader<T> {
        T read() throws IOException;
    }

    private SenderState(DataOutputStream out) {
        this.out = out;
    }

    static byte[] toBytes(State state) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            new SenderState(out).write(state);
        } catch (IOException impossible) {
            throw new AssertionError("writing to memory", impossible);
        }
        return bytes.toByteArray();
    }

    private void write(State state) throws IOException {
        out.writeByte(VERSION);
        out.writeLong(state.session());
        list(state.former(), out::writeLong);
        out.writeLong(state.heardOutbox());
        number(state.heardPacket());
        number(state.weight());
        number(state.limit());
        number(state.pings());
        number(state.roundTripMillis());
        list(state.streams(), this::stream);
        list(state.over(), this::span);
        list(state.flights(), this::flight);
        list(state.posted(), posted -> {
            post(posted.post());
            list(posted.until(), reach -> {
                number(reach.stream());
                number(reach.until());
            });
        });
    }

    private void stream(StreamState stream) throws IOException {
        number(stream.stream());
        out.writeUTF(stream.name());
        number(stream.next());
        number(stream.weight());
        number(stream.limit());
        number(stream.stored());
        list(stream.beyond(), this::span);
        number(stream.done());
        number(stream.start());
        number(stream.floor());
        number(stream.end());
        out.writeBoolean(stream.known());
        number(stream.resetTo());
        number(stream.resetWeight());
        list(stream.past(), past -> {
            number(past.stream());
            number(past.end());
        });
        var before = new long[2];
        list(stream.waiting(), message -> {
            number(message.message() - before[0]);
            number(message.first() - before[1]);
            number(message.last() - message.first());
            Level level = message.level();
            out.writeByte(code(level));
            before[0] = message.message();
            before[1] = message.last();
        });
    }

    private static int code(@Nullable Level level) {
        return switch (level) {
            case null -> 0;
            case POSTED -> 1;
            case STORED -> 2;
            case DONE -> 3;
        };
    }

    private void flight(Flight flight) throws IOException {
        number(flight.packet());
        list(flight.parts(), placed -> {
            Part part = placed.part();
            number(placed.before());
            number(part.stream());
            number(part.from());
            number(part.until());
            number(part.weight());
            var before = new long[] {0, part.from()};
            list(part.ending(), ending -> {
                number(ending.message() - before[0]);
                number(ending.last() - before[1]);
                before[0] = ending.message();
                before[1] = ending.last();
            });
        });
        list(flight.posts(), this::post);
        out.writeBoolean(flight.onWay());
        number(flight.repairs());
    }

    private void post(PostId post) throws IOException {
        number(post.lane());
        number(post.channel());
        number(post.message());
        number(post.at());
    }

    private void span(Span span) throws IOException {
        number(span.from());
        number(span.count());
    }

    private <T> void list(List<T> values, Writer<T> writer) throws IOException {
        number(values.size());
        for (T value : values) writer.write(value);
    }

    /** A number with its sign in the lowest bit, seven bits a byte. */
    private void number(long value) throws IOException {
        long rest = (value << 1) ^ (value >> 63);
        int length = 0;
        while ((rest & ~0x7fL) != 0) {
            digits[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        digits[length++] = (byte) rest;
        out.write(digits, 0, length);
    }

    static State parse(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version < FIRST_VERSION || version > VERSION) throw malformed("version");
            State state = new Parser(in, version).state();
            if (in.read() >= 0) throw malformed("bytes behind it");
            return state;
        } catch (IOException | IllegalArgumentException damaged) {
            throw malformed(String.valueOf(damaged.getMessage()));
        }
    }

    private static Malformed malformed(String why) {
        return new Malformed(Reason.STATE_MALFORMED, "the stored state of an outbox is damaged: " + why);
    }

    private record Parser(DataInputStream in, int version) {
        State state() throws IOException {
            return new State(
                    in.readLong(),
                    list(in::readLong),
                    in.readLong(),
                    number(),
                    number(),
                    number(),
                    number(),
                    number(),
                    list(this::stream),
                    list(this::span),
                    list(this::flight),
                    list(() -> new Posted(post(), list(() -> new Reach(number(), number())))));
        }

        private StreamState stream() throws IOException {
            return new StreamState(
                    number(),
                    in.readUTF(),
                    number(),
                    number(),
                    number(),
                    number(),
                    list(this::span),
                    number(),
                    number(),
                    number(),
                    number(),
                    in.readBoolean(),
                    number(),
                    number(),
                    past(),
                    waiting());
        }

        private List<Past> past() throws IOException {
            if (version == FIRST_VERSION) return List.of();
            if (version > SECOND_VERSION) return list(() -> new Past(number(), number()));
            var last = new Past(number(), number());
            return last.end() == 0 ? List.of() : List.of(last);
        }

        private List<Waiting> waiting() throws IOException {
            var before = new long[2];
            return list(() -> {
                long message = before[0] + number();
                long first = before[1] + number();
                long last = first + number();
                before[0] = message;
                before[1] = last;
                return new Waiting(message, first, last, level(in.readByte()));
            });
        }

        private static @Nullable Level level(int code) {
            return switch (code) {
                case 0 -> null;
                case 1 -> Level.POSTED;
                case 2 -> Level.STORED;
                case 3 -> Level.DONE;
                default -> throw malformed("level " + code);
            };
        }

        private Flight flight() throws IOException {
            return new Flight(number(), list(this::placed), list(this::post), in.readBoolean(), (int) number());
        }

        private PlacedPart placed() throws IOException {
            long before = number();
            long stream = number();
            long from = number();
            long until = number();
            long weight = number();
            var last = new long[] {0, from};
            List<Ending> endings = list(() -> {
                last[0] += number();
                last[1] += number();
                return new Ending(last[0], last[1]);
            });
            return new PlacedPart(new Part(stream, from, until, weight, endings), before);
        }

        private PostId post() throws IOException {
            return new PostId((int) number(), number(), number(), number());
        }

        private Span span() throws IOException {
            long from = number();
            return new Span(from, from + number());
        }

        private <T> List<T> list(Reader<T> reader) throws IOException {
            long size = number();
            if (size < 0 || size > in.available()) throw malformed("a list of " + size);
            var values = new ArrayList<T>((int) size);
            for (long i = 0; i < size; i++) values.add(reader.read());
            return values;
        }

        private long number() throws IOException {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                int next = in.readUnsignedByte();
                value |= (long) (next & 0x7f) << shift;
                if (next < 0x80) return (value >>> 1) ^ -(value & 1);
            }
            throw malformed("a number of more than 64 bits");
        }
    }
}
