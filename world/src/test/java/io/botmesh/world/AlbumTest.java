package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Albums, and files that replace others. */
class AlbumTest {
    private static final String PHOTO = "{\"type\":\"photo\",\"media\":\"attach://a\"}";
    private static final String VIDEO =
            "{\"type\":\"video\",\"media\":\"attach://b\",\"caption\":\"*v*\"," + "\"parse_mode\":\"MarkdownV2\"}";
    private static final String SONG = "{\"type\":\"audio\",\"media\":\"attach://c\"}";
    private static final String PAPER = "{\"type\":\"document\",\"media\":\"attach://a\"}";

    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Channel channel =
            scene.world.addChannel("c", null, List.of(Admin.full(bot.id()), Admin.full(other.id())));
    private final String chat = Scene.text(channel.id());

    private Arguments.Builder with(String media) {
        return Arguments.builder()
                .add("chat_id", chat)
                .add("media", media)
                .add(new Upload("a", "a.png", "", Blob.of(Samples.png(40, 30))))
                .add(new Upload("b", "b.mp4", "", Blob.of(Samples.video(40, 30, 2000))))
                .add(new Upload("c", "c.mp3", "", Blob.of(Samples.mp3(2000))))
                .add(new Upload("bad", "bad.png", "", Blob.of(new byte[] {1})));
    }

    private JsonNode album(String... media) {
        return scene.ok(
                bot, "sendMediaGroup", with("[" + String.join(",", media) + "]").build());
    }

    private String refused(String media) {
        return Scene.refusal(
                Scene.now(scene.send(bot, "sendMediaGroup", with(media).build())));
    }

    @Test
    void anAlbumIsMessagesWithOneIdAndAnUpdateForEach() {
        var album = album(PHOTO, VIDEO, PHOTO);
        assertThat(album).hasSize(3);
        var id = album.get(0).get("media_group_id");
        assertThat(id.isString()).isTrue();
        for (var message : album) assertThat(message.get("media_group_id")).isEqualTo(id);
        assertThat(album.get(1).get("caption_entities").get(0).get("type").asString())
                .isEqualTo("bold");
        var updates = scene.updates(other);
        for (int i = 0; i < 3; i++) {
            var post = updates.get(updates.size() - 3 + i).get("channel_post");
            assertThat(post.get("media_group_id")).isEqualTo(id);
            assertThat(Scene.id(post)).isEqualTo(Scene.id(album.get(i)));
        }
        assertThat(album(PHOTO, PHOTO).get(0).get("media_group_id")).isNotEqualTo(id);
    }

    @Test
    void oneItemIsNoAlbum() {
        var album = album(PHOTO);
        assertThat(album).hasSize(1);
        assertThat(album.get(0).has("media_group_id")).isFalse();
    }

    @Test
    void eachItemOfAnAlbumCostsOneMessage() {
        scene.world.limits(Limits.PAPER);
        album(PHOTO, PHOTO, PHOTO);
        assertThat(scene.refusal(bot, "sendMessage", "chat_id", chat, "text", "x"))
                .startsWith("429 Too Many Requests: retry after");
    }

    @Test
    void albumsAreRefusedAsTheServerDoes() {
        assertThat(scene.refusal(bot, "sendMediaGroup", "chat_id", chat))
                .isEqualTo("400 Bad Request: parameter \"media\" is required");
        assertThat(refused("{")).isEqualTo("400 Bad Request: can't parse media JSON object");
        assertThat(refused("{}")).isEqualTo("400 Bad Request: expected an Array of InputMedia");
        assertThat(refused("[]")).isEqualTo("400 Bad Request: there are no messages to send");
        assertThat(refused("[" + (PHOTO + ",").repeat(10) + PHOTO + "]"))
                .isEqualTo("400 Bad Request: too many messages to send as an album");
        assertThat(refused("[" + PHOTO + "," + SONG + "]"))
                .isEqualTo("400 Bad Request: audio can't be mixed with other media types");
        assertThat(refused("[" + PAPER + "," + VIDEO + "]"))
                .isEqualTo("400 Bad Request: document can't be mixed with other media types");
        assertThat(refused("[" + PHOTO + "," + PHOTO.replace("}", ",\"show_caption_above_media\":true}") + "]"))
                .isEqualTo("400 Bad Request: parameter show_caption_above_media must be the same for all messages");
        assertThat(refused("[" + PHOTO + "," + PHOTO.replace("//a", "//bad") + "]"))
                .isEqualTo("400 Bad Request: failed to send message #2 with the error message"
                        + " \"IMAGE_PROCESS_FAILED\"");
        assertThat(Scene.id(scene.ok(bot, "sendMessage", "chat_id", chat, "text", "nothing before")))
                .isEqualTo(2);
    }

    @Test
    void itemsAreRefusedWithWhatIsWrongInThem() {
        assertThat(refused("[7]")).isEqualTo("400 Bad Request: can't parse InputMedia: expected an Object");
        assertThat(refused("[{\"type\":\"photo\",\"media\":\"attach://none\"}]"))
                .isEqualTo("400 Bad Request: can't parse InputMedia: media not found");
        assertThat(refused(("[" + PHOTO + "]").replace("photo", "animation")))
                .isEqualTo("400 Bad Request: can't parse InputMedia: type \"animation\" can't be used in"
                        + " sendMediaGroup");
        assertThat(refused(("[" + PHOTO + "]").replace("photo", "sticker")))
                .isEqualTo("400 Bad Request: can't parse InputMedia: type \"sticker\" is unsupported");
        assertThat(refused("[" + VIDEO.replace("*v*", "*v") + "]"))
                .isEqualTo("400 Bad Request: can't parse InputMedia: Can't parse entities: Can't find end of Bold"
                        + " entity at byte offset 0");
    }

    @Test
    void forwardsAndCopiesKeepWhatIsLeftOfAnAlbumTogether() {
        var album = album(PHOTO, VIDEO, PHOTO);
        var id = album.get(0).get("media_group_id");
        var ids = "[" + Scene.id(album.get(0)) + "," + Scene.id(album.get(2)) + "]";
        for (var method : List.of("forwardMessages", "copyMessages")) {
            assertThat(scene.ok(bot, method, "chat_id", chat, "from_chat_id", chat, "message_ids", ids))
                    .hasSize(2);
            var updates = scene.updates(other);
            var one = updates.get(updates.size() - 2).get("channel_post");
            var two = updates.get(updates.size() - 1).get("channel_post");
            assertThat(one.get("media_group_id")).isNotNull().isNotEqualTo(id).isEqualTo(two.get("media_group_id"));
            assertThat(one.has("forward_origin")).isEqualTo(method.startsWith("forward"));
        }
        var alone = scene.ok(
                bot,
                "forwardMessage",
                "chat_id",
                chat,
                "from_chat_id",
                chat,
                "message_id",
                Scene.text(Scene.id(album.get(1))));
        assertThat(alone.has("media_group_id")).isFalse();
        var shuffled = "[" + Scene.id(album.get(2)) + "," + Scene.id(album.get(0)) + "]";
        assertThat(scene.refusal(bot, "copyMessages", "chat_id", chat, "from_chat_id", chat, "message_ids", shuffled))
                .isEqualTo("400 Bad Request: message identifiers must be in a strictly increasing order");
    }

    private Reply edit(int id, String media) {
        return Scene.now(scene.send(
                bot,
                "editMessageMedia",
                with(media).add("message_id", Scene.text(id)).build()));
    }

    @Test
    void aFileReplacesAFileOrAText() {
        int id = Scene.id(scene.ok(bot, "sendMessage", "chat_id", chat, "text", "soon a photo"));
        var photo = Scene.ok(edit(id, PHOTO));
        assertThat(photo.has("text")).isFalse();
        assertThat(photo.get("photo").get(0).get("width").asInt()).isEqualTo(40);
        assertThat(Scene.ok(edit(id, VIDEO)).get("caption").asString()).isEqualTo("v");
        var updates = scene.updates(other);
        assertThat(updates.get(updates.size() - 1).get("edited_channel_post").has("video"))
                .isTrue();
        var file = photo.get("photo").get(0).get("file_id").asString();
        var known = "{\"type\":\"photo\",\"media\":\"" + file + "\"}";
        Scene.ok(edit(id, known));
        assertThat(Scene.refusal(edit(id, known)))
                .startsWith("400 Bad Request: message is not modified: specified new message content");
    }

    @Test
    void whatCannotBeReplacedSaysWhy() {
        int dice = Scene.id(scene.ok(bot, "sendDice", "chat_id", chat));
        assertThat(Scene.refusal(edit(dice, PHOTO))).isEqualTo("400 Bad Request: message media can't be edited");
        assertThat(scene.refusal(bot, "editMessageMedia", "chat_id", chat, "message_id", "2"))
                .isEqualTo("400 Bad Request: parameter \"media\" is required");
        assertThat(Scene.refusal(edit(dice, "7")))
                .isEqualTo("400 Bad Request: can't parse InputMedia: expected an Object");
        var album = album(PHOTO, VIDEO);
        assertThat(Scene.refusal(edit(Scene.id(album.get(0)), SONG)))
                .isEqualTo("400 Bad Request: can't change media type in the album");
        assertThat(Scene.ok(edit(Scene.id(album.get(0)), VIDEO)).get("media_group_id"))
                .isEqualTo(album.get(1).get("media_group_id"));
    }

    @Test
    void aCaptionCanBeChangedUnderAnyFileThatHasOne() {
        var voice = scene.ok(
                bot,
                "sendVoice",
                Arguments.builder()
                        .add("chat_id", chat)
                        .add(new Upload("voice", "v.ogg", "", Blob.of(Samples.opus(1000))))
                        .build());
        var edited = scene.ok(
                bot,
                "editMessageCaption",
                "chat_id",
                chat,
                "message_id",
                Scene.text(Scene.id(voice)),
                "caption",
                "hear",
                "show_caption_above_media",
                "true");
        assertThat(edited.get("caption").asString()).isEqualTo("hear");
        assertThat(edited.has("show_caption_above_media")).isFalse();
        assertThat(scene.refusal(
                        bot,
                        "editMessageText",
                        "chat_id",
                        chat,
                        "message_id",
                        Scene.text(Scene.id(voice)),
                        "text",
                        "x"))
                .isEqualTo("400 Bad Request: there is no text in the message to edit");
        int dice = Scene.id(scene.ok(bot, "sendDice", "chat_id", chat));
        assertThat(scene.refusal(
                        bot, "editMessageCaption", "chat_id", chat, "message_id", Scene.text(dice), "caption", "x"))
                .isEqualTo("400 Bad Request: there is no caption in the message to edit");
    }
}
