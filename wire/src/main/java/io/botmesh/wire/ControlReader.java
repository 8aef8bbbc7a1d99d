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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Control frames from protobuf bytes. One per packet, because the limit on items is the packet's. */
final class ControlReader {
    /** Reads one field if it knows the tag. */
    private interface Fields {
        boolean read(int tag);
    }

    private final FieldReader in;
    private int items;

    ControlReader(FieldReader in) {
        this.in = in;
    }

    /** The frame's kind that a tag stands for, or null if it is none of these; then nothing is read. */
    @Nullable
    Control read(int tag) {
        return switch (tag) {
            case ControlLayout.ACK -> ack();
            case ControlLayout.CREDIT -> credit();
            case ControlLayout.NACK -> nack();
            case ControlLayout.OPEN -> open();
            case ControlLayout.CLOSE -> {
                var numbers = numbers("stream", "sequence");
                yield new Close(numbers[0], numbers[1]);
            }
            case ControlLayout.RESET -> {
                var numbers = numbers("stream", "sequence", "weight");
                yield new Reset(numbers[0], numbers[1], numbers[2]);
            }
            case ControlLayout.PING -> new Ping(numbers("token")[0]);
            case ControlLayout.PONG -> pong();
            default -> null;
        };
    }

    private Ack ack() {
        var ids = new Ids();
        var streams = new ArrayList<StreamAck>();
        var seen = new ArrayList<Seen>();
        message(tag -> switch (tag) {
            case 1 << 3 | 2 -> ids.incarnation(in.bytes());
            case 2 << 3 | 2 -> ids.session(in.bytes());
            case 3 << 3 | 2 -> item() && streams.add(streamAck());
            case 4 << 3 | 2 -> item() && seen.add(seen());
            default -> false;
        });
        return new Ack(ids.checkedIncarnation(), ids.checkedSession(), streams, seen);
    }

    private StreamAck streamAck() {
        var numbers = new long[4];
        var beyond = new ArrayList<Long>();
        message(tag -> switch (tag) {
            case 1 << 3 -> set(numbers, 0, in.number("stream"));
            case 2 << 3 -> set(numbers, 1, in.number("stored"));
            case 3 << 3 -> item() && beyond.add(in.number("span"));
            case 3 << 3 | 2 -> {
                int outer = in.begin();
                while (!in.atLimit()) {
                    item();
                    beyond.add(in.number("span"));
                }
                in.end(outer);
                yield true;
            }
            case 4 << 3 -> set(numbers, 2, in.number("done"));
            case 5 << 3 -> set(numbers, 3, in.flag() ? 1 : 0);
            default -> false;
        });
        long stored = numbers[1];
        boolean closed = numbers[3] != 0;
        if (numbers[2] > stored) throw FieldReader.invalid("done " + numbers[2] + " of " + stored + " stored pieces");
        if (closed && (stored > 0 || !beyond.isEmpty())) throw FieldReader.invalid("a closed stream with pieces");
        return new StreamAck(numbers[0], stored, spans(stored, beyond), numbers[2], closed);
    }

    private static List<Span> spans(long stored, List<Long> beyond) {
        if (beyond.size() % 2 != 0) throw FieldReader.invalid("a gap with nothing behind it");
        var spans = new ArrayList<Span>(beyond.size() / 2);
        long at = stored;
        for (int i = 0; i < beyond.size(); i += 2) {
            if (beyond.get(i) == 0 || beyond.get(i + 1) == 0) throw FieldReader.invalid("an empty span");
            Span span = span(at + beyond.get(i), beyond.get(i + 1));
            at = span.until();
            spans.add(span);
        }
        return spans;
    }

    private Seen seen() {
        var numbers = new long[2];
        message(tag -> switch (tag) {
            case 1 << 3 -> set(numbers, 0, in.channel());
            case 2 << 3 -> set(numbers, 1, in.number("message"));
            default -> false;
        });
        return new Seen(numbers[0], numbers[1]);
    }

    private Credit credit() {
        var ids = new Ids();
        var weight = new long[1];
        var streams = new ArrayList<StreamCredit>();
        var lanes = new ArrayList<LaneGrant>();
        message(tag -> switch (tag) {
            case 1 << 3 | 2 -> ids.incarnation(in.bytes());
            case 2 << 3 -> set(weight, 0, in.number("weight"));
            case 3 << 3 | 2 -> {
                item();
                var numbers = numbers("stream", "weight");
                yield streams.add(new StreamCredit(numbers[0], numbers[1]));
            }
            case 4 << 3 | 2 -> {
                item();
                var numbers = numbers("writer", "milliposts");
                if (numbers[0] > Integer.MAX_VALUE) throw FieldReader.tooLarge("writer", numbers[0]);
                yield lanes.add(new LaneGrant((int) numbers[0], numbers[1]));
            }
            default -> false;
        });
        return new Credit(ids.checkedIncarnation(), weight[0], streams, lanes);
    }

    private Nack nack() {
        var ids = new Ids();
        var posts = new ArrayList<PostRange>();
        var pieces = new ArrayList<PieceRange>();
        message(tag -> switch (tag) {
            case 1 << 3 | 2 -> ids.incarnation(in.bytes());
            case 2 << 3 | 2 -> item() && posts.add(postRange());
            case 3 << 3 | 2 -> {
                item();
                var numbers = numbers("stream", "first", "count");
                yield pieces.add(new PieceRange(numbers[0], span(numbers[1], numbers[2])));
            }
            default -> false;
        });
        return new Nack(ids.checkedIncarnation(), posts, pieces);
    }

    private PostRange postRange() {
        var numbers = new long[3];
        message(tag -> switch (tag) {
            case 1 << 3 -> set(numbers, 0, in.channel());
            case 2 << 3 -> set(numbers, 1, in.number("message"));
            case 3 << 3 -> set(numbers, 2, in.number("count"));
            default -> false;
        });
        return new PostRange(numbers[0], span(numbers[1], numbers[2]));
    }

    private Open open() {
        var numbers = new long[3];
        var name = new String[] {""};
        message(tag -> switch (tag) {
            case 1 << 3 -> set(numbers, 0, in.number("stream"));
            case 2 << 3 | 2 -> {
                name[0] = in.text("name", Limits.MAX_SUBJECT_BYTES);
                yield true;
            }
            case 3 << 3 -> set(numbers, 1, in.number("earlier"));
            case 4 << 3 -> set(numbers, 2, in.number("earlierEnd"));
            default -> false;
        });
        if (name[0].isEmpty()) throw FieldReader.invalid("a stream is opened without a name");
        if (numbers[2] == 0 ? numbers[1] != 0 : numbers[1] >= numbers[0])
            throw FieldReader.invalid("stream " + numbers[1] + " is none before " + numbers[0]);
        return new Open(numbers[0], name[0], numbers[1], numbers[2]);
    }

    private Pong pong() {
        var ids = new Ids();
        var token = new long[1];
        message(tag -> switch (tag) {
            case 1 << 3 | 2 -> ids.incarnation(in.bytes());
            case 2 << 3 -> set(token, 0, in.number("token"));
            default -> false;
        });
        return new Pong(ids.checkedIncarnation(), token[0]);
    }

    /** A message of numbers only, in the order of their fields from 1 on. */
    private long[] numbers(String... names) {
        var numbers = new long[names.length];
        message(tag -> {
            int field = tag >>> 3;
            if ((tag & 7) != 0 || field < 1 || field > names.length) return false;
            return set(numbers, field - 1, in.number(names[field - 1]));
        });
        return numbers;
    }

    private void message(Fields fields) {
        int outer = in.begin();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            if (!fields.read(tag)) in.skip(tag);
        }
        in.end(outer);
    }

    private boolean item() {
        if (++items > Limits.MAX_CONTROL_ITEMS) throw FieldReader.tooMany("control items", Limits.MAX_CONTROL_ITEMS);
        return true;
    }

    private static boolean set(long[] numbers, int at, long number) {
        numbers[at] = number;
        return true;
    }

    private static Span span(long first, long count) {
        if (count == 0) throw FieldReader.invalid("an empty range");
        if (first > Limits.MAX_NUMBER - count) throw FieldReader.tooLarge("end of a range", first + count);
        return new Span(first, first + count);
    }

    /** Names of outboxes and memories: eight bytes, or the frame says nothing. */
    private static final class Ids {
        private byte[] incarnation = {};
        private byte[] session = {};

        boolean incarnation(byte[] bytes) {
            incarnation = bytes;
            return true;
        }

        boolean session(byte[] bytes) {
            session = bytes;
            return true;
        }

        long checkedIncarnation() {
            return id("incarnation", incarnation);
        }

        long checkedSession() {
            return id("session", session);
        }

        private static long id(String what, byte[] bytes) {
            if (bytes.length != ControlLayout.INCARNATION_BYTES) {
                throw FieldReader.invalid("an " + what + " of " + bytes.length + " bytes");
            }
            return ByteBuffer.wrap(bytes).getLong();
        }
    }
}
