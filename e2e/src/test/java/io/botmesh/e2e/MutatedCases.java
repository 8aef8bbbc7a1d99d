package io.botmesh.e2e;

import io.botmesh.wire.Armour;
import io.botmesh.wire.Content;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.WireException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Vectors with bytes changed, lost, added and put together, and what our programs make of them. */
final class MutatedCases {
    private static final int SHORT = 800;
    private static final HexFormat HEX = HexFormat.of();

    private final SplittableRandom random;
    private final List<byte[]> contents;
    private final List<byte[]> packets;
    private final List<byte[]> texts;

    MutatedCases(Path vectors, SplittableRandom random) throws IOException {
        this.random = random;
        contents = cases(vectors, "bytes", "content", "control", "confidential");
        packets = cases(vectors, "bytes", "packet", "header");
        texts = cases(vectors, "text", "armour", "armour-base32768", "armour-base64url", "armour-base65536");
    }

    private static List<byte[]> cases(Path vectors, String field, String... names) throws IOException {
        var all = new ArrayList<byte[]>();
        for (String name : names) {
            for (String kind : List.of("good", "bad")) {
                Path file = vectors.resolve(kind).resolve(name + ".json");
                if (!Files.exists(file)) continue;
                for (JsonNode one :
                        JsonMapper.shared().readTree(Files.readString(file)).get("cases")) {
                    String text = one.get(field).asString();
                    if (text.length() > SHORT) continue;
                    all.add(field.equals("text") ? text.getBytes(StandardCharsets.UTF_16BE) : HEX.parseHex(text));
                }
            }
        }
        return all;
    }

    /** A case on a line: its kind, input and outcome. */
    String next() {
        return switch (random.nextInt(4)) {
            case 0 -> {
                byte[] bytes = mutated(packets, 1);
                yield line("packet", bytes, () -> packet(bytes));
            }
            case 1 -> {
                byte[] bytes = mutated(texts, 2);
                yield line(
                        "armour",
                        bytes,
                        () -> HEX.formatHex(Armour.decode(new String(bytes, StandardCharsets.UTF_16BE))));
            }
            default -> {
                byte[] bytes = mutated(contents, 1);
                yield line("content", bytes, () -> content(Content.parse(bytes, false)));
            }
        };
    }

    private static String line(String kind, byte[] input, Supplier<String> reading) {
        String outcome;
        try {
            outcome = reading.get();
        } catch (WireException refused) {
            outcome = "refused";
        }
        return kind + " " + HEX.formatHex(input) + " " + outcome + "\n";
    }

    private static String packet(byte[] bytes) {
        var packet = Packet.parse(bytes);
        return HEX.formatHex(packet.header().toBytes()) + "/" + content(packet.content());
    }

    private static String content(Content content) {
        return content.unknown() + "/" + HEX.formatHex(content.toBytes());
    }

    @SuppressWarnings("ReferenceEquality") // that very list
    private byte[] mutated(List<byte[]> from, int unit) {
        byte[] bytes = one(from).clone();
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            int at = unit * random.nextInt(bytes.length / unit + 1);
            byte[] head = Arrays.copyOf(bytes, at);
            byte[] tail = Arrays.copyOfRange(bytes, at, bytes.length);
            byte[] less = Arrays.copyOfRange(bytes, Math.min(at + unit, bytes.length), bytes.length);
            bytes = switch (random.nextInt(6)) {
                case 0 -> head;
                case 1 -> join(head, less);
                case 2 -> join(head, some(from, unit), less);
                case 3 -> join(head, some(from, unit), tail);
                case 4 -> join(bytes, one(from));
                default -> {
                    if (less.length < tail.length)
                        tail[tail.length - less.length - 1] ^= (byte) (1 << random.nextInt(8));
                    yield join(head, tail);
                }
            };
        }
        return from == packets && random.nextBoolean() ? checked(bytes) : bytes;
    }

    /** With the checksum that it ought to have, else hardly anything is read beyond it. */
    private static byte[] checked(byte[] bytes) {
        try {
            var header = PacketHeader.parse(bytes);
            if (header.sealed()) return bytes;
            return new Packet(header, Arrays.copyOfRange(bytes, header.size(), bytes.length)).toBytes();
        } catch (WireException none) {
            return bytes;
        }
    }

    private byte[] one(List<byte[]> from) {
        return from.get(random.nextInt(from.size()));
    }

    private byte[] some(List<byte[]> from, int unit) {
        byte[] other = one(from);
        if (other.length < unit) return other;
        int at = unit * random.nextInt(other.length / unit);
        return Arrays.copyOfRange(other, at, at + unit);
    }

    private static byte[] join(byte[]... parts) {
        byte[] all = {};
        for (byte[] part : parts) {
            all = Arrays.copyOf(all, all.length + part.length);
            System.arraycopy(part, 0, all, all.length - part.length, part.length);
        }
        return all;
    }
}
