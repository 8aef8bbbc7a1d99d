package io.botmesh.world;

import static io.botmesh.world.Probe.bigInt;

import io.botmesh.world.Probe.Format;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Finds the size of the picture and how long it plays in the movie box of an MP4 file, wherever in the file it is. */
final class Mp4Header {
    /** A movie box is a table of contents; what is larger than this is nothing to read for a length. */
    private static final int MOST_MOVIE = 8 << 20;

    private int width;
    private int height;
    private long millis;

    private Mp4Header() {}

    static Probe read(DataInputStream in, long size) throws IOException {
        var header = new Mp4Header();
        long at = 0;
        while (at + 8 <= size) {
            var box = in.readNBytes(8);
            if (box.length < 8) break;
            long length = bigInt(box, 0) & 0xffff_ffffL;
            long begin = 8;
            if (length == 1) {
                length = in.readLong();
                begin = 16;
            }
            if (length < begin) break; // to the end of the file, or broken
            if (name(box, 4).equals("moov")) {
                if (length > MOST_MOVIE) break;
                header.boxes(ByteBuffer.wrap(in.readNBytes((int) (length - begin))));
                break;
            }
            in.skipNBytes(length - begin);
            at += length;
        }
        return new Probe(Format.MP4, header.width, header.height, header.millis);
    }

    private void boxes(ByteBuffer bytes) {
        while (bytes.remaining() >= 8) {
            int begin = bytes.position();
            int length = bytes.getInt();
            var type = new byte[4];
            bytes.get(type);
            if (length < 8 || length > bytes.limit() - begin) return;
            var body = bytes.slice(begin + 8, length - 8);
            switch (name(type, 0)) {
                case "trak" -> boxes(body);
                case "mvhd" -> movie(body);
                case "tkhd" -> track(body);
                default -> {}
            }
            bytes.position(begin + length);
        }
    }

    private void movie(ByteBuffer body) {
        boolean wide = body.remaining() > 0 && body.get(0) == 1;
        if (body.remaining() < (wide ? 32 : 20)) return;
        long scale = body.getInt(wide ? 20 : 12) & 0xffff_ffffL;
        long duration = wide ? body.getLong(24) : body.getInt(16) & 0xffff_ffffL;
        if (scale > 0 && duration >= 0) millis = Math.round(duration * 1000.0 / scale);
    }

    /** Only a track with a picture has a size. */
    private void track(ByteBuffer body) {
        boolean wide = body.remaining() > 0 && body.get(0) == 1;
        int at = wide ? 88 : 76;
        if (body.remaining() < at + 8) return;
        int w = body.getInt(at) >>> 16;
        int h = body.getInt(at + 4) >>> 16;
        if (w > 0 && h > 0) {
            // A matrix that swaps the axes turns the picture by a quarter.
            boolean turned = body.getInt(at - 36) == 0 && body.getInt(at - 32) != 0;
            width = turned ? h : w;
            height = turned ? w : h;
        }
    }

    private static String name(byte[] bytes, int at) {
        return new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
    }
}
