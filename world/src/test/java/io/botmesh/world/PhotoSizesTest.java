package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The sizes in which a photo is there. */
class PhotoSizesTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final Channel channel = scene.world.addChannel("c", null, List.of(Admin.full(bot.id())));
    private final String chat = Scene.text(channel.id());

    private static Upload upload(String field, byte[] bytes) {
        return new Upload(field, "p.png", "", Blob.of(bytes));
    }

    private JsonNode photo(byte[] bytes) {
        return scene.ok(
                        bot,
                        "sendPhoto",
                        Arguments.builder()
                                .add("chat_id", chat)
                                .add(upload("photo", bytes))
                                .build())
                .get("photo");
    }

    private static List<String> measures(JsonNode sizes) {
        var measures = new ArrayList<String>();
        for (var size : sizes)
            measures.add(size.get("width").asInt() + "x" + size.get("height").asInt());
        return measures;
    }

    private byte[] bytes(JsonNode size) throws IOException {
        try (var in =
                scene.world.content(bot.id(), size.get("file_id").asString()).open()) {
            return in.readAllBytes();
        }
    }

    private BufferedImage image(JsonNode size) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(bytes(size)));
    }

    @Test
    void aPhotoHasSeveralSizesTheSmallestFirst() throws IOException {
        var sizes = photo(Samples.png(1600, 1200));
        assertThat(measures(sizes)).containsExactly("90x67", "320x240", "800x600", "1280x960");
        var ids = new HashSet<String>();
        for (var size : sizes) {
            var bytes = bytes(size);
            assertThat(size.get("file_size").asLong()).isEqualTo(bytes.length);
            assertThat(Arrays.copyOf(bytes, 3)).containsExactly(0xff, 0xd8, 0xff);
            var image = image(size);
            assertThat(image.getWidth() + "x" + image.getHeight())
                    .isEqualTo(
                            size.get("width").asInt() + "x" + size.get("height").asInt());
            ids.add(size.get("file_unique_id").asString());
            ids.add(size.get("file_id").asString());
        }
        assertThat(ids).hasSize(8);
    }

    @Test
    void everySizeShowsTheSamePicture() throws IOException {
        for (var size : photo(Samples.png(1600, 1200))) {
            var image = image(size);
            for (int part = 1; part < 4; part++) {
                int rgb = image.getRGB(image.getWidth() * part / 4, image.getHeight() * part / 4);
                // Red grows to the right, green downwards, blue is the same everywhere.
                assertThat(rgb >> 16 & 0xff).isBetween(64 * part - 8, 64 * part + 8);
                assertThat(rgb >> 8 & 0xff).isBetween(64 * part - 8, 64 * part + 8);
                assertThat(rgb & 0xff).isBetween(0x38, 0x48);
            }
        }
    }

    @Test
    void noSizeIsLargerThanThePicture() {
        assertThat(measures(photo(Samples.png(460, 360)))).containsExactly("90x70", "320x250", "460x360");
        assertThat(measures(photo(Samples.png(360, 480)))).containsExactly("67x90", "240x320", "360x480");
        assertThat(measures(photo(Samples.png(320, 20)))).containsExactly("90x6", "320x20");
        assertThat(measures(photo(Samples.png(50, 50)))).containsExactly("50x50");
        assertThat(measures(photo(Samples.png(4000, 200)))).containsExactly("90x4", "320x16", "800x40", "1280x64");
    }

    @Test
    void aJpegOfTheRightSizeStaysAsItIsAndAllElseBecomesOne() throws IOException {
        var jpeg = Samples.jpeg(640, 480);
        assertThat(bytes(photo(jpeg).get(2))).isEqualTo(jpeg);
        for (var other : List.of(Samples.png(64, 48), Samples.gif(64, 48))) {
            assertThat(Arrays.copyOf(bytes(photo(other).get(0)), 3)).containsExactly(0xff, 0xd8, 0xff);
        }
        var bitmap = new ByteArrayOutputStream();
        ImageIO.write(Samples.picture(640, 480), "bmp", bitmap);
        assertThat(measures(photo(bitmap.toByteArray()))).containsExactly("90x67", "320x240", "640x480");
    }

    @Test
    void whatIsTransparentBecomesWhite() throws IOException {
        var clear = new BufferedImage(200, 100, BufferedImage.TYPE_INT_ARGB);
        var sizes = photo(Samples.encoded("png", clear));
        for (var size : sizes) assertThat(image(size).getRGB(5, 5) & 0xffffff).isEqualTo(0xffffff);
    }

    @Test
    void whichLargestSizeThereIsCanBeSaid() {
        var options = WorldOptions.defaults().assuming(Assumption.PHOTO_PIXELS, 2560);
        var pictures = new Pictures(Blob::of, options.assumptions().value(Assumption.PHOTO_PIXELS));
        var large = Blob.of(Samples.png(3000, 1500));
        assertThat(pictures.sizes(large, Probe.of(large)))
                .extracting(PhotoSize::width)
                .containsExactly(90, 320, 800, 2560);
    }

    @Test
    void theIdOfAnySizeSendsAllOfThem() {
        var sizes = photo(Samples.png(640, 480));
        var again = scene.ok(
                bot,
                "sendPhoto",
                "chat_id",
                chat,
                "photo",
                sizes.get(0).get("file_id").asString());
        assertThat(again.get("photo")).isEqualTo(sizes);
    }

    @Test
    void eachSizeCanBeFetchedByItself() {
        var sizes = photo(Samples.png(640, 480));
        for (int i = 0; i < 3; i++) {
            var file = scene.ok(
                    bot, "getFile", "file_id", sizes.get(i).get("file_id").asString());
            assertThat(file.get("file_path").asString()).isEqualTo("photos/file_" + i + ".jpg");
            assertThat(file.get("file_size")).isEqualTo(sizes.get(i).get("file_size"));
        }
    }

    @Test
    void aPictureThatCannotBeLookedIntoHasTheSizeItCameIn() throws IOException {
        var webp = Samples.webp(640, 480);
        var sizes = photo(webp);
        assertThat(measures(sizes)).containsExactly("640x480");
        assertThat(bytes(sizes.get(0))).isEqualTo(webp);
    }

    @Test
    void aChatShowsASmallAndALargeSquare() throws IOException {
        scene.ok(
                bot,
                "setChatPhoto",
                Arguments.builder()
                        .add("chat_id", chat)
                        .add(upload("photo", Samples.png(1600, 900)))
                        .build());
        var photo = scene.ok(bot, "getChat", "chat_id", chat).get("photo");
        var small = scene.world.content(bot.id(), photo.get("small_file_id").asString());
        var big = scene.world.content(bot.id(), photo.get("big_file_id").asString());
        assertThat(Probe.of(small)).isEqualTo(Probe.image(Probe.Format.JPEG, 160, 160));
        assertThat(Probe.of(big)).isEqualTo(Probe.image(Probe.Format.JPEG, 640, 640));
    }

    @Test
    void whoeverHasAPhotoHasItInSquares() {
        var ann = scene.world.addUser("Ann", null);
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        scene.world.botSettings().photo(ann.id(), Blob.of(Samples.jpeg(400, 900)));
        scene.world.botSettings().photo(ann.id(), Blob.of(Samples.jpeg(100, 90)));
        var photos = scene.ok(bot, "getUserProfilePhotos", "user_id", Scene.text(ann.id()))
                .get("photos");
        assertThat(measures(photos.get(0))).containsExactly("90x90");
        assertThat(measures(photos.get(1))).containsExactly("160x160", "320x320", "400x400");
    }

    @Test
    void brokenPicturesAreRefusedAndHarmNobody() {
        long seed = Long.getLong("seed", 1);
        var random = new Random(seed);
        var pictures = new Pictures(Blob::of, 1280);
        for (var sample : List.of(Samples.png(60, 40), Samples.jpeg(60, 40), Samples.gif(60, 40))) {
            for (int i = 0; i < 200; i++) {
                var broken = sample.clone();
                for (int bad = 1 + random.nextInt(4); bad > 0; bad--) {
                    broken[random.nextInt(broken.length)] = (byte) random.nextInt();
                }
                var blob = Blob.of(broken);
                var probe = Probe.of(blob);
                if (!InputFiles.isPhoto(probe)) continue;
                for (var size : pictures.sizes(blob, probe)) {
                    assertThat(Math.max(size.width(), size.height()))
                            .as("seed %d", seed)
                            .isBetween(1, 10_000);
                }
            }
        }
    }

    @Test
    void aFileThatAsksForTooManyPassesIsNotLookedInto() {
        // Each pass costs the time of the whole picture, however few bytes it has.
        var jpeg = Samples.jpeg(60, 40);
        var endless = Arrays.copyOf(jpeg, jpeg.length + 200);
        for (int i = jpeg.length; i < endless.length; i += 2) {
            endless[i] = (byte) 0xff;
            endless[i + 1] = (byte) 0xda;
        }
        var blob = Blob.of(endless);
        assertThat(new Pictures(Blob::of, 1280).sizes(blob, Probe.of(blob))).isEmpty();
    }

    @Test
    void aFrameThatIsLargerThanItsScreenIsNotLookedInto() {
        var gif = Samples.gif(60, 40);
        // The size of the screen stands in front of that of its first frame.
        gif[6] = 50;
        var blob = Blob.of(gif);
        assertThat(new Pictures(Blob::of, 1280).sizes(blob, Probe.of(blob))).isEmpty();
    }
}
