package io.botmesh.world;

import static io.botmesh.world.Probe.bigInt;
import static io.botmesh.world.Probe.littleInt;
import static io.botmesh.world.Probe.littleShort;
import static io.botmesh.world.Probe.padded;

import io.botmesh.world.Probe.Format;
import java.io.DataInputStream;
import java.io.IOException;

/** Finds the size of a picture in its header. */
final class ImageHeaders {
    private ImageHeaders() {}

    static Probe png(byte[] head) {
        if (head.length < 24) return Probe.NOTHING;
        return Probe.image(Format.PNG, bigInt(head, 16), bigInt(head, 20));
    }

    static Probe gif(byte[] head) {
        if (head.length < 10) return Probe.NOTHING;
        return Probe.image(Format.GIF, littleShort(head, 6), littleShort(head, 8));
    }

    /** Rows of a bitmap may go from top to bottom, which a negative height says. */
    static Probe bmp(byte[] head) {
        if (head.length < 26) return Probe.NOTHING;
        return Probe.image(Format.BMP, littleInt(head, 18), Math.abs(littleInt(head, 22)));
    }

    static Probe webp(byte[] head) {
        var bytes = padded(head, 30);
        return switch (bytes[15]) {
            case ' ' -> Probe.image(Format.WEBP, littleShort(bytes, 26) & 0x3fff, littleShort(bytes, 28) & 0x3fff);
            case 'L' -> {
                int bits = littleInt(bytes, 21);
                yield Probe.image(Format.WEBP, (bits & 0x3fff) + 1, (bits >>> 14 & 0x3fff) + 1);
            }
            case 'X' ->
                Probe.image(
                        Format.WEBP,
                        (littleInt(bytes, 24) & 0xffffff) + 1,
                        (littleInt(bytes, 26) >>> 8 & 0xffffff) + 1);
            default -> Probe.NOTHING;
        };
    }

    /** The size stands in the first frame header, behind any number of other segments. */
    static Probe jpeg(DataInputStream in) throws IOException {
        if (!findFrame(in)) return Probe.NOTHING;
        int height = in.readUnsignedShort();
        return Probe.image(Format.JPEG, in.readUnsignedShort(), height);
    }

    /** How many colours each pixel is mixed of, 0 if that is not said. */
    static int jpegColors(DataInputStream in) throws IOException {
        if (!findFrame(in)) return 0;
        in.skipNBytes(4);
        return in.readUnsignedByte();
    }

    /** Goes behind the depth in the first frame header. */
    private static boolean findFrame(DataInputStream in) throws IOException {
        in.skipNBytes(2);
        while (true) {
            if (in.readUnsignedByte() != 0xff) return false;
            int marker = in.readUnsignedByte();
            while (marker == 0xff) marker = in.readUnsignedByte();
            if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
            if (marker == 0xd9 || marker == 0xda) return false;
            int length = in.readUnsignedShort();
            boolean frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
            if (frame) {
                in.readUnsignedByte();
                return true;
            }
            in.skipNBytes(Math.max(0, length - 2));
        }
    }
}
