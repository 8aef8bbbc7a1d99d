package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.world.Probe.Format;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProbeTest {
    private static Probe probe(byte[] bytes) {
        return Probe.of(Blob.of(bytes));
    }

    @Test
    void picturesSayHowLargeTheyAre() {
        Map<Format, byte[]> pictures = Map.of(
                Format.PNG, Samples.png(640, 480),
                Format.JPEG, Samples.jpeg(640, 480),
                Format.GIF, Samples.gif(640, 480),
                Format.BMP, Samples.bmp(640, 480),
                Format.WEBP, Samples.webp(640, 480));
        pictures.forEach(
                (format, bytes) -> assertThat(probe(bytes)).as(format.name()).isEqualTo(Probe.image(format, 640, 480)));
        assertThat(probe(Samples.webpLossy(640, 480))).isEqualTo(Probe.image(Format.WEBP, 640, 480));
        assertThat(probe(Samples.webpLossless(640, 480))).isEqualTo(Probe.image(Format.WEBP, 640, 480));
        assertThat(probe(Samples.brokenJpeg(640, 480))).isEqualTo(Probe.image(Format.JPEG, 640, 480));
    }

    @Test
    void filmsAndSoundsSayHowLongTheyPlay() {
        assertThat(probe(Samples.video(1280, 720, 2500))).isEqualTo(new Probe(Format.MP4, 1280, 720, 2500));
        assertThat(probe(Samples.opus(7000))).isEqualTo(new Probe(Format.OGG, 0, 0, 7000));
        assertThat(probe(Samples.wav(1500))).isEqualTo(new Probe(Format.WAV, 0, 0, 1500));
        assertThat(probe(Samples.mp3(3000))).isEqualTo(new Probe(Format.MP3, 0, 0, 3000));
        assertThat(probe(Samples.video(1, 1, 2500)).seconds()).isEqualTo(3);
    }

    @Test
    void brokenFilesAreNothingAndHarmNobody() {
        long seed = Long.getLong("seed", 1);
        var random = new Random(seed);
        for (var sample : Arrays.asList(
                Samples.brokenPng(9, 9),
                Samples.brokenJpeg(9, 9),
                Samples.jpeg(9, 9),
                Samples.webp(9, 9),
                Samples.video(9, 9, 9),
                Samples.opus(9),
                Samples.wav(9),
                Samples.mp3(9))) {
            for (int i = 0; i < 300; i++) {
                var broken = Arrays.copyOf(sample, random.nextInt(sample.length + 1));
                for (int bad = random.nextInt(4); bad > 0 && broken.length > 0; bad--) {
                    broken[random.nextInt(broken.length)] = (byte) random.nextInt();
                }
                assertThat(probe(broken).seconds()).as("seed %d", seed).isNotNegative();
            }
        }
        assertThat(probe(new byte[0])).isEqualTo(Probe.NOTHING);
        assertThat(probe("plain text".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isEqualTo(Probe.NOTHING);
    }
}
