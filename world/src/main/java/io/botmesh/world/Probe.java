package io.botmesh.world;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * What the first bytes of a file say about it. Only headers are read, nothing is decoded.
 *
 * @param format what it is
 * @param width  in pixels, 0 if it has none or it is not said
 * @param height in pixels, likewise
 * @param millis how long it plays, 0 if it does not or it is not said
 */
record Probe(Format format, int width, int height, long millis) {
    static final Probe NOTHING = new Probe(Format.OTHER, 0, 0, 0);

    /** What files the bytes are told apart into. */
    enum Format {
        JPEG,
        PNG,
        GIF,
        WEBP,
        BMP,
        MP4,
        OGG,
        WAV,
        MP3,
        OTHER;

        /** Whether a photo can be made of it. */
        boolean isImage() {
            return this == JPEG || this == PNG || this == GIF || this == WEBP || this == BMP;
        }
    }

    /** How much of a file is read before its format is known. */
    private static final int HEAD = 64;

    static Probe image(Format format, int width, int height) {
        return new Probe(format, width, height, 0);
    }

    /** Whole seconds, rounded to the nearest. */
    int seconds() {
        return (int) Math.min(Integer.MAX_VALUE, (millis + 500) / 1000);
    }

    /** Reads the headers; a file that cannot be read or that is broken is {@link Format#OTHER}. */
    static Probe of(Blob blob) {
        if (blob.size() == 0) return NOTHING;
        try (var in = new BufferedInputStream(blob.open(), 8192)) {
            in.mark(HEAD);
            var head = in.readNBytes(HEAD);
            in.reset();
            var probe = of(head, in, blob.size());
            return probe.width < 0 || probe.height < 0 ? NOTHING : probe;
        } catch (IOException unreadable) {
            return NOTHING;
        }
    }

    private static Probe of(byte[] head, InputStream stream, long size) throws IOException {
        var in = new DataInputStream(stream);
        if (starts(head, 0, 0xff, 0xd8, 0xff)) return ImageHeaders.jpeg(in);
        if (starts(head, 0, 0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a)) return ImageHeaders.png(head);
        if (starts(head, 0, 'G', 'I', 'F', '8')) return ImageHeaders.gif(head);
        if (starts(head, 0, 'B', 'M')) return ImageHeaders.bmp(head);
        if (starts(head, 0, 'R', 'I', 'F', 'F') && starts(head, 8, 'W', 'E', 'B', 'P')) return ImageHeaders.webp(head);
        if (starts(head, 0, 'R', 'I', 'F', 'F') && starts(head, 8, 'W', 'A', 'V', 'E')) return SoundHeaders.wav(in);
        if (starts(head, 0, 'O', 'g', 'g', 'S')) return SoundHeaders.ogg(head, in);
        if (starts(head, 4, 'f', 't', 'y', 'p')) return Mp4Header.read(in, size);
        if (starts(head, 0, 'I', 'D', '3') || (head.length > 1 && head[0] == -1 && (head[1] & 0xe6) == 0xe2)) {
            return SoundHeaders.mp3(in, size);
        }
        return NOTHING;
    }

    private static boolean starts(byte[] bytes, int at, int... expected) {
        if (bytes.length < at + expected.length) return false;
        for (int i = 0; i < expected.length; i++) if ((bytes[at + i] & 0xff) != expected[i]) return false;
        return true;
    }

    static int littleShort(byte[] bytes, int at) {
        return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
    }

    static int littleInt(byte[] bytes, int at) {
        return littleShort(bytes, at) | littleShort(bytes, at + 2) << 16;
    }

    static int bigInt(byte[] bytes, int at) {
        return Integer.reverseBytes(littleInt(bytes, at));
    }

    /** Enough bytes to read from, zeros where there are none. */
    static byte[] padded(byte[] bytes, int length) {
        return bytes.length >= length ? bytes : Arrays.copyOf(bytes, length);
    }
}
