package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every kind of file in every way. */
class MediaTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Channel channel =
            scene.world.addChannel("c", null, List.of(Admin.full(bot.id()), Admin.full(other.id())));
    private final String chat = Scene.text(channel.id());

    record Kind(String method, String field, String fileName, Blob content, String folder) {
        @Override
        public String toString() {
            return method;
        }
    }

    static Stream<Kind> kinds() {
        return Stream.of(
                new Kind("sendPhoto", "photo", "p.png", Blob.of(Samples.png(640, 480)), "photos"),
                new Kind("sendAudio", "audio", "a.mp3", Blob.of(Samples.mp3(3000)), "music"),
                new Kind("sendDocument", "document", "d.pdf", Blob.of(new byte[] {1, 2, 3}), "documents"),
                new Kind("sendVideo", "video", "v.mp4", Blob.of(Samples.video(640, 480, 5000)), "videos"),
                new Kind("sendAnimation", "animation", "g.gif", Blob.of(Samples.gif(64, 48)), "animations"),
                new Kind("sendVoice", "voice", "v.ogg", Blob.of(Samples.opus(4000)), "voice"),
                new Kind("sendVideoNote", "video_note", "n.mp4", Blob.of(Samples.video(240, 240, 2000)), "video_notes"),
                new Kind("sendSticker", "sticker", "s.webp", Blob.of(Samples.webp(512, 512)), "stickers"),
                new Kind("sendLivePhoto", "live_photo", "l.mp4", Blob.of(Samples.video(640, 480, 1500)), "videos"));
    }

    private Arguments.Builder to(String chatId) {
        return Arguments.builder().add("chat_id", chatId);
    }

    private static Upload upload(String field, String name, byte[] bytes) {
        return new Upload(field, name, "", Blob.of(bytes));
    }

    private JsonNode sendPhoto(byte[] bytes, String... namesAndValues) {
        var arguments = to(chat).add(upload("photo", "p.png", bytes));
        for (int i = 0; i < namesAndValues.length; i += 2) arguments.add(namesAndValues[i], namesAndValues[i + 1]);
        return scene.ok(bot, "sendPhoto", arguments.build());
    }

    private static String fileId(JsonNode media) {
        return (media.isArray() ? media.get(0) : media).get("file_id").asString();
    }

    /** The file of a message with ids that every observer has on his own taken out. */
    private static JsonNode shown(JsonNode message, String field) {
        var media = message.get(field);
        assertThat(media).as(message.toString()).isNotNull();
        return Scene.json(media.toString().replaceAll("\"file_id\":\"[^\"]*\"", "\"file_id\":\"\""));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyKindLooksTheSameHoweverItIsSent(Kind kind) {
        var second = upload("photo", "still.jpg", Samples.jpeg(640, 480));
        boolean live = kind.field.equals("live_photo");
        var direct = to(chat).add(new Upload(kind.field, kind.fileName, "", kind.content));
        if (live) direct.add(second);
        var uploaded = scene.ok(bot, kind.method, direct.build());

        var attached = to(chat).add(kind.field, "attach://x").add(new Upload("x", kind.fileName, "", kind.content));
        if (live) attached.add(second);
        var byReference = scene.ok(bot, kind.method, attached.build());

        var known = to(chat).add(kind.field, fileId(uploaded.get(kind.field)));
        if (live) known.add("photo", fileId(uploaded.get(kind.field).get("photo")));
        var again = scene.ok(bot, kind.method, known.build());

        var id = Scene.text(Scene.id(uploaded));
        var forwarded = scene.ok(bot, "forwardMessage", "chat_id", chat, "from_chat_id", chat, "message_id", id);

        var first = shown(uploaded, kind.field);
        assertThat(shown(again, kind.field)).isEqualTo(first);
        assertThat(shown(forwarded, kind.field)).isEqualTo(first);
        assertThat(new TreeSet<>(
                        byReference.get(kind.field).isArray()
                                ? Set.of()
                                : byReference.get(kind.field).propertyNames()))
                .isEqualTo(new TreeSet<>(uploaded.get(kind.field).isArray() ? Set.of() : first.propertyNames()));
        // Four updates for the other bot, each held to the schema, with ids of its own that work.
        var updates = scene.updates(other);
        var seen = updates.get(updates.size() - 1).get("channel_post");
        assertThat(shown(seen, kind.field)).isEqualTo(first);
        var file = scene.ok(other, "getFile", "file_id", fileId(seen.get(kind.field)));
        assertThat(file.get("file_path").asString()).startsWith(kind.folder + "/file_0.");
    }

    @Test
    void whatIsNotInTheRequestIsNamed() {
        for (var kind : kinds().toList()) {
            assertThat(scene.refusal(bot, kind.method, "chat_id", chat))
                    .isEqualTo("400 Bad Request: there is no " + kind.field.replace('_', ' ') + " in the request");
        }
    }

    @Test
    void theBytesSayHowLargeAFileIsAndHowLongItPlays() {
        var photo = sendPhoto(Samples.png(640, 480)).get("photo").get(2);
        assertThat(photo.propertyNames()).containsExactly("file_id", "file_unique_id", "file_size", "width", "height");
        assertThat(photo.get("width").asInt()).isEqualTo(640);
        var video = scene.ok(
                        bot,
                        "sendVideo",
                        to(chat).add(upload("video", "v.mp4", Samples.video(320, 200, 9600)))
                                .build())
                .get("video");
        assertThat(video.toString()).startsWith("{\"duration\":10,\"width\":320,\"height\":200,");
        var voice = scene.ok(
                        bot,
                        "sendVoice",
                        to(chat).add(upload("voice", "", Samples.opus(4000))).build())
                .get("voice");
        assertThat(voice.toString()).startsWith("{\"duration\":4,\"mime_type\":\"audio/ogg\",");
    }

    @Test
    void whatTheSenderSaysCountsBeforeWhatTheBytesSay() {
        var arguments = to(chat).add("duration", "77")
                .add("width", "9")
                .add("height", "99999")
                .add("supports_streaming", "true")
                .add(upload("video", "clip.mov", Samples.video(320, 200, 9600)));
        assertThat(scene.ok(bot, "sendVideo", arguments.build()).get("video").toString())
                .startsWith("{\"duration\":77,\"width\":9,\"height\":10000,\"file_name\":\"clip.mov\","
                        + "\"mime_type\":\"video/quicktime\"");
        var music = to(chat).add("title", " Song ")
                .add("performer", "Band")
                .add(upload("audio", "a.mp3", Samples.mp3(3000)));
        assertThat(scene.ok(bot, "sendAudio", music.build()).get("audio").toString())
                .startsWith("{\"duration\":3,\"file_name\":\"a.mp3\",\"mime_type\":\"audio/mpeg\",\"title\":\"Song\","
                        + "\"performer\":\"Band\",");
    }

    @Test
    void aThumbnailIsShownUnderBothNamesAndIsAFileOfItsOwn() {
        var arguments = to(chat).add(upload("document", "d.pdf", new byte[9]))
                .add("thumbnail", "attach://t")
                .add(upload("t", "t.jpg", Samples.jpeg(90, 60)));
        var document = scene.ok(bot, "sendDocument", arguments.build()).get("document");
        assertThat(document.get("thumb")).isEqualTo(document.get("thumbnail"));
        assertThat(document.get("thumbnail").get("width").asInt()).isEqualTo(90);
        var id = document.get("thumbnail").get("file_id").asString();
        assertThat(scene.ok(bot, "getFile", "file_id", id).get("file_path").asString())
                .isEqualTo("thumbnails/file_0.jpg");
        assertThat(scene.refusal(bot, "sendDocument", "chat_id", chat, "document", id))
                .isEqualTo("400 Bad Request: can't use file of type Thumbnail as Document");
        var again = scene.ok(bot, "sendDocument", "chat_id", chat, "document", fileId(document));
        assertThat(again.get("document")).isEqualTo(document);
        var tooLarge = to(chat).add(upload("document", "d.pdf", new byte[9]))
                .add(upload("thumb", "t.jpg", java.util.Arrays.copyOf(Samples.jpeg(90, 60), 204_800)));
        assertThat(scene.ok(bot, "sendDocument", tooLarge.build())
                        .get("document")
                        .has("thumb"))
                .isFalse();
    }

    @Test
    void picturesAndDocumentsDoNotStandForEachOther() {
        var photo = fileId(sendPhoto(Samples.png(64, 64)).get("photo"));
        var document =
                fileId(scene.document(bot, channel.id(), "d.pdf", new byte[3]).get("document"));
        assertThat(scene.refusal(bot, "sendDocument", "chat_id", chat, "document", photo))
                .isEqualTo("400 Bad Request: can't use file of type Photo as Document");
        assertThat(scene.refusal(bot, "sendPhoto", "chat_id", chat, "photo", document))
                .isEqualTo("400 Bad Request: can't use file of type Document as Photo");
        // What is a document of some sort stays what it is.
        var voice = scene.ok(
                bot,
                "sendVoice",
                to(chat).add(upload("voice", "v.ogg", Samples.opus(1000))).build());
        assertThat(scene.ok(bot, "sendDocument", "chat_id", chat, "document", fileId(voice.get("voice")))
                        .has("voice"))
                .isTrue();
    }

    @Test
    void whatIsNoPhotoIsRefused() {
        assertThat(photoRefusal(new byte[] {1})).isEqualTo("400 Bad Request: IMAGE_PROCESS_FAILED");
        assertThat(photoRefusal(Samples.brokenPng(640, 480))).isEqualTo("400 Bad Request: IMAGE_PROCESS_FAILED");
        assertThat(photoRefusal(Samples.brokenJpeg(640, 480))).isEqualTo("400 Bad Request: IMAGE_PROCESS_FAILED");
        assertThat(photoRefusal(new byte[0])).isEqualTo("400 Bad Request: file must be non-empty");
        assertThat(photoRefusal(Samples.brokenPng(9000, 1001))).isEqualTo("400 Bad Request: PHOTO_INVALID_DIMENSIONS");
        assertThat(photoRefusal(Samples.brokenPng(210, 10))).isEqualTo("400 Bad Request: PHOTO_INVALID_DIMENSIONS");
        assertThat(photoRefusal(java.util.Arrays.copyOf(Samples.png(9, 9), (10 << 20) + 1)))
                .isEqualTo("400 Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is"
                        + " 10485760 bytes");
    }

    private String photoRefusal(byte[] bytes) {
        return Scene.refusal(Scene.now(scene.send(
                bot, "sendPhoto", to(chat).add(upload("photo", "p.png", bytes)).build())));
    }

    @Test
    void nothingIsFetchedFromTheNet() {
        for (var address : List.of("https://example.org/p.png", "http://localhost/p", "example.org/p.png")) {
            assertThat(scene.refusal(bot, "sendPhoto", "chat_id", chat, "photo", address))
                    .isEqualTo("400 Bad Request: failed to get HTTP URL content");
        }
        assertThat(scene.refusal(bot, "sendPhoto", "chat_id", chat, "photo", "attach://gone"))
                .isEqualTo("400 Bad Request: there is no photo in the request");
        assertThat(scene.refusal(bot, "sendPhoto", "chat_id", chat, "photo", "AgACAgIAAxkB"))
                .isEqualTo("400 Bad Request: wrong file identifier/HTTP URL specified");
    }

    @Test
    void aLocalServerTakesFilesByTheirPath(@TempDir Path directory) throws IOException {
        var local = new Scene(WorldOptions.defaults().withProfile(Profile.LOCAL));
        var one = local.world.addBot("one_bot");
        var home = Scene.text(
                local.world.addChannel("c", null, List.of(Admin.full(one.id()))).id());
        var path = Files.write(directory.resolve("two words.jpg"), Samples.jpeg(40, 30));
        var uri = path.toUri().toString();
        assertThat(uri).contains("%20");
        var photo = local.ok(one, "sendPhoto", "chat_id", home, "photo", uri).get("photo");
        assertThat(photo.get(0).get("width").asInt()).isEqualTo(40);
        assertThat(local.ok(one, "getFile", "file_id", fileId(photo))
                        .get("file_path")
                        .asString())
                .isEqualTo(path.toString());
        var media = "[{\"type\":\"photo\",\"media\":\"" + uri + "\"},{\"type\":\"photo\",\"media\":\"" + uri + "\"}]";
        assertThat(local.ok(one, "sendMediaGroup", "chat_id", home, "media", media))
                .hasSize(2);
        assertThat(scene.refusal(bot, "sendPhoto", "chat_id", chat, "photo", "file:///etc/hostname"))
                .isEqualTo("400 Bad Request: wrong file identifier/HTTP URL specified");
    }

    @Test
    void coversStartsAndSpoilersBelongToTheMessage() {
        var arguments = to(chat).add("has_spoiler", "1")
                .add("caption", "c")
                .add("show_caption_above_media", "true")
                .add("start_timestamp", "3")
                .add("cover", "attach://cover")
                .add(upload("cover", "c.jpg", Samples.jpeg(90, 60)))
                .add(upload("video", "v.mp4", Samples.video(90, 60, 9000)));
        var message = scene.ok(bot, "sendVideo", arguments.build());
        assertThat(message.get("has_media_spoiler").asBoolean()).isTrue();
        assertThat(message.get("show_caption_above_media").asBoolean()).isTrue();
        assertThat(message.get("video").get("start_timestamp").asInt()).isEqualTo(3);
        assertThat(message.get("video").get("cover")).hasSize(1);
        var again = scene.ok(bot, "sendVideo", "chat_id", chat, "video", fileId(message.get("video")));
        assertThat(again.propertyNames()).doesNotContain("has_media_spoiler", "caption");
        assertThat(again.get("video").propertyNames()).doesNotContain("cover", "start_timestamp");
    }

    @Test
    void aStickerSaysWhatItIsDrawnIn() {
        var drawn = to(chat).add("emoji", "\ud83d\ude00").add(upload("sticker", "s.tgs", new byte[] {1}));
        assertThat(scene.ok(bot, "sendSticker", drawn.build()).get("sticker").toString())
                .startsWith("{\"width\":512,\"height\":512,\"emoji\":\"\ud83d\ude00\",\"is_animated\":true,"
                        + "\"is_video\":false,\"type\":\"regular\",");
        assertThat(scene.refusal(bot, "sendVideoNote", "chat_id", chat, "video_note", "x", "length", "641"))
                .isEqualTo("400 Bad Request: wrong video note length");
    }
}
