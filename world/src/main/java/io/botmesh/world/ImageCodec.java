package io.botmesh.world;

import io.botmesh.world.Probe.Format;
import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads pictures and writes them as JPEG, by the JDK's own means: whatever else is on the class path could lead to another
 * world. Nothing is drawn, so no screen is needed.
 */
final class ImageCodec {
    /** A file may ask for any number of passes over all of a picture; cameras ask for ten. */
    private static final int MOST_PASSES = 64;

    private static final float QUALITY = 0.87f;

    private ImageCodec() {}

    /** Whether there are means to read it: WebP and pictures for print have none. */
    static boolean reads(Probe probe, Blob blob) {
        return switch (probe.format()) {
            case PNG, GIF -> true;
            case JPEG -> !isForPrint(blob);
            case BMP -> isPlainBitmap(blob);
            default -> false;
        };
    }

    /** Four colours, which the JDK does not turn into three. */
    private static boolean isForPrint(Blob blob) {
        try (var in = new DataInputStream(new BufferedInputStream(blob.open()))) {
            return ImageHeaders.jpegColors(in) == 4;
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Bitmaps may hold a file of another format, which nobody has looked at. */
    private static boolean isPlainBitmap(Blob blob) {
        try (var in = blob.open()) {
            var head = in.readNBytes(34);
            int compression = head.length < 34 ? 0 : Probe.littleInt(head, 30);
            return compression >= 0 && compression <= 3;
        } catch (IOException unreadable) {
            return false;
        }
    }

    /**
     * The picture in its full size, or in a fraction of that.
     *
     * @param probe what its header says, which has to be within the limits of photos
     * @param least pixels of its longer side that are enough
     * @return null if it is broken
     */
    static @Nullable Pixels read(Blob blob, Probe probe, int least) {
        var name = probe.format().name().toLowerCase(Locale.ROOT);
        var reader = own(ImageIO.getImageReadersByFormatName(name));
        if (reader == null) return null;
        try (var in = new BufferedInputStream(blob.open())) {
            if (probe.format() == Format.JPEG && !hasFewPasses(blob)) return null;
            try (var stream = new MemoryCacheImageInputStream(in)) {
                reader.setInput(stream, true, true);
                // What is drawn may be larger than what the header says, and nobody has limited that.
                if (reader.getWidth(0) > probe.width() || reader.getHeight(0) > probe.height()) return null;
                int step = Math.max(1, Math.max(probe.width(), probe.height()) / least);
                var how = reader.getDefaultReadParam();
                how.setSourceSubsampling(step, step, 0, 0);
                return pixels(reader.read(0, how));
            }
        } catch (IOException | RuntimeException broken) {
            // The readers throw whatever their arithmetic comes to.
            return null;
        } finally {
            reader.dispose();
        }
    }

    private static boolean hasFewPasses(Blob blob) throws IOException {
        int passes = 0;
        try (InputStream in = new BufferedInputStream(blob.open(), 64 << 10)) {
            int before = 0;
            for (int now = in.read(); now >= 0; now = in.read()) {
                if (before == 0xff && now == 0xda && ++passes > MOST_PASSES) return false;
                before = now;
            }
        }
        return true;
    }

    /** On white, where it is transparent. */
    private static Pixels pixels(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        var rgb = image.getRGB(0, 0, width, height, null, 0, width);
        for (int i = 0; i < rgb.length; i++) {
            int alpha = rgb[i] >>> 24;
            if (alpha == 255) continue;
            int color = 0;
            for (int shift = 0; shift <= 16; shift += 8) {
                int part = ((rgb[i] >> shift & 0xff) * alpha + 255 * (255 - alpha)) / 255;
                color |= part << shift;
            }
            rgb[i] = color;
        }
        return new Pixels(width, height, rgb);
    }

    static byte[] jpeg(Pixels pixels) {
        var image = new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_3BYTE_BGR);
        image.setRGB(0, 0, pixels.width(), pixels.height(), pixels.rgb(), 0, pixels.width());
        var writer = own(ImageIO.getImageWritersByFormatName("jpeg"));
        if (writer == null) throw new IllegalStateException("this Java has no means to write JPEG files");
        var bytes = new ByteArrayOutputStream();
        try (var stream = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(stream);
            var how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(QUALITY);
            writer.write(null, new IIOImage(image, null, null), how);
        } catch (IOException impossible) {
            throw new IllegalStateException("memory takes no more", impossible);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** The JDK's own among those that are offered. */
    private static <T> @Nullable T own(Iterator<T> offered) {
        while (offered.hasNext()) {
            var one = offered.next();
            if (one.getClass().getModule() == ImageReader.class.getModule()
                    || one.getClass().getModule() == ImageWriter.class.getModule()) {
                return one;
            }
        }
        return null;
    }
}
