package io.botmesh.world;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.imageio.ImageIO;

/** The smallest files of many formats that say how large they are or how long they play. */
final class Samples {
    private Samples() {}

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A real picture: every corner has a colour of its own, so that one can tell it from others. */
    static BufferedImage picture(int width, int height) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, (255 * x / width) << 16 | (255 * y / height) << 8 | 0x40);
            }
        }
        return image;
    }

    static byte[] encoded(String format, BufferedImage image) {
        var bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, bytes)) throw new AssertionError("no writer for " + format);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        return bytes.toByteArray();
    }

    static byte[] png(int width, int height) {
        return encoded("png", picture(width, height));
    }

    static byte[] jpeg(int width, int height) {
        return encoded("jpeg", picture(width, height));
    }

    static byte[] gif(int width, int height) {
        return encoded("gif", picture(width, height));
    }

    /** Says how large it is and then nothing. */
    static byte[] brokenPng(int width, int height) {
        return ByteBuffer.allocate(33)
                .put(ascii("\u0089PNG\r\n\u001a\n"))
                .putInt(13)
                .put(ascii("IHDR"))
                .putInt(width)
                .putInt(height)
                .array();
    }

    /** With a segment before the frame header, as cameras write it, and no picture behind it. */
    static byte[] brokenJpeg(int width, int height) {
        return ByteBuffer.allocate(40)
                .putShort((short) 0xffd8)
                .putShort((short) 0xffe1)
                .putShort((short) 6)
                .putInt(0)
                .putShort((short) 0xffc2)
                .putShort((short) 17)
                .put((byte) 8)
                .putShort((short) height)
                .putShort((short) width)
                .array();
    }

    static byte[] bmp(int width, int height) {
        var file = new byte[40];
        ByteBuffer.wrap(file)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("BM"))
                .putInt(18, width)
                .putInt(22, -height);
        return file;
    }

    /** In the extended form. */
    static byte[] webp(int width, int height) {
        var file = new byte[40];
        ByteBuffer.wrap(file)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("RIFF\0\0\0\0WEBPVP8X"))
                .putShort(24, (short) (width - 1))
                .putShort(27, (short) (height - 1));
        return file;
    }

    static byte[] webpLossy(int width, int height) {
        var file = new byte[40];
        ByteBuffer.wrap(file)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("RIFF\0\0\0\0WEBPVP8 "))
                .putShort(26, (short) width)
                .putShort(28, (short) height);
        return file;
    }

    static byte[] webpLossless(int width, int height) {
        var file = new byte[40];
        ByteBuffer.wrap(file)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("RIFF\0\0\0\0WEBPVP8L"))
                .put(20, (byte) 0x2f)
                .putInt(21, (width - 1) | (height - 1) << 14);
        return file;
    }

    private static byte[] box(String name, byte[]... bodies) {
        int length = 8;
        for (var body : bodies) length += body.length;
        var box = ByteBuffer.allocate(length).putInt(length).put(ascii(name));
        for (var body : bodies) box.put(body);
        return box.array();
    }

    /** With its table of contents behind the data, as recorders write it, and the sound before the picture. */
    static byte[] video(int width, int height, int millis) {
        var movie = new byte[100];
        ByteBuffer.wrap(movie).putInt(12, 1000).putInt(16, millis);
        var track = new byte[84];
        ByteBuffer.wrap(track).putInt(40, 0x10000).putInt(76, width << 16).putInt(80, height << 16);
        var file = new ByteArrayOutputStream();
        file.writeBytes(box("ftyp", ascii("isom")));
        file.writeBytes(box("mdat", new byte[100]));
        var tracks = List.of(box("trak", box("tkhd", new byte[84])), box("trak", box("tkhd", track)));
        file.writeBytes(box("moov", box("mvhd", movie), tracks.get(0), tracks.get(1)));
        return file.toByteArray();
    }

    private static byte[] page(long position, byte[] body) {
        var page = new byte[28 + body.length];
        ByteBuffer.wrap(page)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("OggS"))
                .putLong(6, position)
                .put(26, (byte) 1)
                .put(27, (byte) body.length)
                .put(28, body);
        return page;
    }

    static byte[] opus(int millis) {
        var head = new byte[19];
        ByteBuffer.wrap(head)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("OpusHead"))
                .putShort(10, (short) 312);
        var out = new ByteArrayOutputStream();
        out.writeBytes(page(0, head));
        out.writeBytes(page(0, ascii("OpusTags")));
        out.writeBytes(page(24_000, new byte[100]));
        out.writeBytes(page(48L * millis + 312, new byte[50]));
        return out.toByteArray();
    }

    static byte[] wav(int millis) {
        int bytes = 8 * millis;
        return little(44 + bytes)
                .put(ascii("RIFF"))
                .putInt(36 + bytes)
                .put(ascii("WAVEfmt "))
                .putInt(16)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(8000)
                .putInt(8000)
                .putShort((short) 1)
                .putShort((short) 8)
                .put(ascii("data"))
                .putInt(bytes)
                .array();
    }

    /** At 128 kilobits a second, behind an ID3 tag. */
    static byte[] mp3(int millis) {
        var file = new byte[30 + 16 * millis];
        ByteBuffer.wrap(file).put(ascii("ID3\3\0\0\0\0\0\24")).putInt(30, 0xfffb9000);
        return file;
    }
}
