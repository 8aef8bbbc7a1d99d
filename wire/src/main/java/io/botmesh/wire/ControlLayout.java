package io.botmesh.wire;

import io.botmesh.wire.Control.Ack;
import io.botmesh.wire.Control.Close;
import io.botmesh.wire.Control.Credit;
import io.botmesh.wire.Control.LaneGrant;
import io.botmesh.wire.Control.Nack;
import io.botmesh.wire.Control.Open;
import io.botmesh.wire.Control.PieceRange;
import io.botmesh.wire.Control.Ping;
import io.botmesh.wire.Control.Pong;
import io.botmesh.wire.Control.PostRange;
import io.botmesh.wire.Control.Reset;
import io.botmesh.wire.Control.Seen;
import io.botmesh.wire.Control.StreamAck;
import io.botmesh.wire.Control.StreamCredit;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Bytes of control frames: fields in the order of their numbers, defaults left out. */
final class ControlLayout {
    // Frame
    static final int ACK = 2 << 3 | 2;
    static final int CREDIT = 3 << 3 | 2;
    static final int NACK = 4 << 3 | 2;
    static final int OPEN = 5 << 3 | 2;
    static final int CLOSE = 6 << 3 | 2;
    static final int RESET = 7 << 3 | 2;
    static final int PING = 8 << 3 | 2;
    static final int PONG = 9 << 3 | 2;

    static final int INCARNATION_BYTES = 8;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private ControlLayout() {}

    /** The whole frame as a field of the content. */
    static byte[] frame(Control frame) {
        var layout = new ControlLayout();
        switch (frame) {
            case Ack ack -> layout.message(ACK, ack(ack));
            case Credit credit -> layout.message(CREDIT, credit(credit));
            case Nack nack -> layout.message(NACK, nack(nack));
            case Open open ->
                layout.message(
                        OPEN,
                        fields().number(1, open.stream())
                                .text(2, open.name())
                                .number(3, open.earlier())
                                .number(4, open.earlierEnd()));
            case Close close ->
                layout.message(CLOSE, fields().number(1, close.stream()).number(2, close.sequence()));
            case Reset reset ->
                layout.message(
                        RESET,
                        fields().number(1, reset.stream())
                                .number(2, reset.sequence())
                                .number(3, reset.weight()));
            case Ping ping -> layout.message(PING, fields().number(1, ping.token()));
            case Pong pong ->
                layout.message(PONG, fields().id(1, pong.incarnation()).number(2, pong.token()));
        }
        return fields().message(ContentLayout.FRAME, layout).out.toByteArray();
    }

    private static ControlLayout fields() {
        return new ControlLayout();
    }

    private static ControlLayout ack(Ack ack) {
        var out = fields().id(1, ack.incarnation()).id(2, ack.session());
        for (StreamAck stream : ack.streams()) {
            var to = fields().number(1, stream.stream()).number(2, stream.stored());
            if (!stream.beyond().isEmpty()) {
                var packed = fields();
                long at = stream.stored();
                for (Span span : stream.beyond()) {
                    packed.varint(span.from() - at).varint(span.count());
                    at = span.until();
                }
                to.message(3 << 3 | 2, packed);
            }
            out.message(3 << 3 | 2, to.number(4, stream.done()).number(5, stream.closed() ? 1 : 0));
        }
        for (Seen seen : ack.seen()) {
            out.message(4 << 3 | 2, fields().number(1, zigzag(seen.channel())).number(2, seen.message()));
        }
        return out;
    }

    private static ControlLayout credit(Credit credit) {
        var out = fields().id(1, credit.incarnation()).number(2, credit.weight());
        for (StreamCredit stream : credit.streams()) {
            out.message(3 << 3 | 2, fields().number(1, stream.stream()).number(2, stream.weight()));
        }
        for (LaneGrant lane : credit.lanes()) {
            out.message(4 << 3 | 2, fields().number(1, lane.writer()).number(2, lane.millipostsPerMinute()));
        }
        return out;
    }

    private static ControlLayout nack(Nack nack) {
        var out = fields().id(1, nack.incarnation());
        for (PostRange range : nack.posts()) {
            out.message(2 << 3 | 2, fields().number(1, zigzag(range.channel())).span(range.messages()));
        }
        for (PieceRange range : nack.pieces()) {
            out.message(3 << 3 | 2, fields().number(1, range.stream()).span(range.pieces()));
        }
        return out;
    }

    static long zigzag(long number) {
        return number << 1 ^ number >> 63;
    }

    private ControlLayout span(Span span) {
        return number(2, span.from()).number(3, span.count());
    }

    private ControlLayout number(int field, long number) {
        return number == 0 ? this : varint((long) field << 3).varint(number);
    }

    /** Eight bytes as in a packet's header. */
    private ControlLayout id(int field, long id) {
        varint((long) field << 3 | 2).varint(INCARNATION_BYTES);
        out.writeBytes(ByteBuffer.allocate(INCARNATION_BYTES).putLong(id).array());
        return this;
    }

    private ControlLayout text(int field, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        varint((long) field << 3 | 2).varint(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    private ControlLayout message(int tag, ControlLayout inner) {
        varint(tag).varint(inner.out.size());
        out.writeBytes(inner.out.toByteArray());
        return this;
    }

    private ControlLayout varint(long number) {
        var bytes = ByteBuffer.allocate(10);
        Varint.write(bytes, number);
        out.write(bytes.array(), 0, bytes.position());
        return this;
    }
}
