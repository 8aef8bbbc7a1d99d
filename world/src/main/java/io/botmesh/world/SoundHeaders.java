package io.botmesh.world;

import static io.botmesh.world.Probe.littleInt;
import static io.botmesh.world.Probe.littleShort;

import io.botmesh.world.Probe.Format;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Finds out how long a sound plays. */
final class SoundHeaders {
    private static final int[] RATES_1 = {44_100, 48_000, 32_000, 0};
    private static final int[] LAYER3_1 = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0};
    private static final int[] LAYER3_2 = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0};
    private static final int OPUS_RATE = 48_000;

    private SoundHeaders() {}

    private static Probe sound(Format format, double seconds) {
        return new Probe(format, 0, 0, Math.round(seconds * 1000));
    }

    /** Bytes of data by bytes a second. */
    static Probe wav(DataInputStream in) throws IOException {
        in.skipNBytes(12);
        long bytesPerSecond = 0;
        while (true) {
            var chunk = in.readNBytes(8);
            if (chunk.length < 8) return sound(Format.WAV, 0);
            var name = new String(chunk, 0, 4, StandardCharsets.ISO_8859_1);
            long length = littleInt(chunk, 4) & 0xffff_ffffL;
            if (name.equals("data")) return sound(Format.WAV, bytesPerSecond == 0 ? 0 : 1.0 * length / bytesPerSecond);
            if (name.equals("fmt ") && length >= 16) {
                var format = in.readNBytes(16);
                if (format.length < 16) return sound(Format.WAV, 0);
                bytesPerSecond = littleInt(format, 8) & 0xffff_ffffL;
                length -= 16;
            }
            in.skipNBytes(length + (length & 1));
        }
    }

    /** The last page of an Ogg stream says how many samples came before its end. */
    static Probe ogg(byte[] head, DataInputStream in) throws IOException {
        var first = new String(head, 0, head.length, StandardCharsets.ISO_8859_1);
        int opus = first.indexOf("OpusHead");
        int vorbis = first.indexOf("\u0001vorbis");
        long rate =
                opus >= 0 ? OPUS_RATE : vorbis >= 0 && vorbis + 16 <= head.length ? littleInt(head, vorbis + 12) : 0;
        long preSkip = opus >= 0 && opus + 12 <= head.length ? littleShort(head, opus + 10) : 0;
        long samples = 0;
        while (true) {
            var page = in.readNBytes(27);
            if (page.length < 27 || page[0] != 'O' || page[1] != 'g') break;
            long position = (littleInt(page, 6) & 0xffff_ffffL) | (long) littleInt(page, 10) << 32;
            if (position > samples) samples = position;
            long length = 0;
            for (var segment : in.readNBytes(page[26] & 0xff)) length += segment & 0xff;
            in.skipNBytes(length);
        }
        return sound(Format.OGG, rate <= 0 ? 0 : (double) Math.max(0, samples - preSkip) / rate);
    }

    /** Frames if the first of them counts them, else bytes by the rate of the first. */
    static Probe mp3(DataInputStream in, long size) throws IOException {
        long before = 0;
        var head = in.readNBytes(10);
        if (head.length == 10 && head[0] == 'I') {
            int tag = (head[6] & 0x7f) << 21 | (head[7] & 0x7f) << 14 | (head[8] & 0x7f) << 7 | (head[9] & 0x7f);
            in.skipNBytes(tag);
            before = 10L + tag;
            head = in.readNBytes(10);
        }
        if (head.length < 10 || head[0] != -1 || (head[1] & 0xe0) != 0xe0) return sound(Format.MP3, 0);
        int version = head[1] >> 3 & 3; // 3 is MPEG 1, 2 is MPEG 2, 0 is MPEG 2.5
        boolean one = version == 3;
        int rate = RATES_1[head[2] >> 2 & 3] / (one ? 1 : version == 2 ? 2 : 4);
        int kilobits = (one ? LAYER3_1 : LAYER3_2)[head[2] >> 4 & 15];
        if (rate == 0 || kilobits == 0 || version == 1) return sound(Format.MP3, 0);
        var rest = new String(in.readNBytes(64), StandardCharsets.ISO_8859_1);
        int counted = Math.max(rest.indexOf("Xing"), rest.indexOf("Info"));
        if (counted >= 0 && counted + 12 <= rest.length() && (rest.charAt(counted + 7) & 1) != 0) {
            long frames = 0;
            for (int i = 8; i < 12; i++) frames = frames << 8 | rest.charAt(counted + i);
            return sound(Format.MP3, (double) frames * (one ? 1152 : 576) / rate);
        }
        return sound(Format.MP3, (size - before) * 8.0 / (kilobits * 1000));
    }
}
