package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Sticker sets that bots make. */
class StickersTest {
    private static final String LIST = "\"emoji_list\":[\"\uD83D\uDC4D\"]";

    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Person ann = scene.world.addUser("Ann", null);
    private final String her = Scene.text(ann.id());

    StickersTest() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        scene.world.people().say(ann.id(), other.id(), Outgoing.text("hi"));
    }

    private Reply call(String method, String... more) {
        var arguments = Arguments.builder();
        for (int i = 0; i < more.length; i += 2) arguments.add(more[i], more[i + 1]);
        arguments.add("user_id", her);
        for (var name : new String[] {"a", "b"}) {
            arguments.add(new Upload(name, name + ".webp", "", Blob.of(new byte[] {1, 2, 3})));
        }
        return Scene.now(scene.send(bot, method, arguments.build()));
    }

    private static String sticker(String name) {
        return "{\"sticker\":\"attach://" + name + "\",\"format\":\"static\"," + LIST + "}";
    }

    private void create(String... more) {
        var arguments = new String[more.length + 6];
        System.arraycopy(more, 0, arguments, 0, more.length);
        var own = new String[] {"name", "set_by_one_bot", "title", "Set", "stickers", "[" + sticker("a") + "]"};
        System.arraycopy(own, 0, arguments, more.length, 6);
        Scene.ok(call("createNewStickerSet", arguments));
    }

    private JsonNode set() {
        return scene.ok(bot, "getStickerSet", "name", "SET_by_one_bot");
    }

    private String id(int number) {
        return set().get("stickers").get(number).get("file_id").asString();
    }

    @Test
    void aSetIsMadeAndShowsItsStickers() {
        create();
        var set = set();
        assertThat(set.get("title").asString()).isEqualTo("Set");
        assertThat(set.get("sticker_type").asString()).isEqualTo("regular");
        var sticker = set.get("stickers").get(0);
        assertThat(sticker.get("set_name").asString()).isEqualTo("set_by_one_bot");
        assertThat(sticker.get("emoji").asString()).isEqualTo("\uD83D\uDC4D");
        assertThat(scene.ok(bot, "sendSticker", "chat_id", her, "sticker", id(0))
                        .get("sticker")
                        .get("set_name")
                        .asString())
                .isEqualTo("set_by_one_bot");
    }

    @Test
    void stickersComeGoMoveAndChange() {
        create();
        Scene.ok(call("addStickerToSet", "name", "set_by_one_bot", "sticker", sticker("b")));
        var first = set().get("stickers").get(0).get("file_unique_id");
        scene.ok(bot, "setStickerPositionInSet", "sticker", id(0), "position", "1");
        assertThat(set().get("stickers").get(1).get("file_unique_id")).isEqualTo(first);
        scene.ok(bot, "setStickerEmojiList", "sticker", id(1), "emoji_list", "[\"\uD83D\uDD25\"]");
        assertThat(set().get("stickers").get(1).get("emoji").asString()).isEqualTo("\uD83D\uDD25");
        scene.ok(bot, "setStickerKeywords", "sticker", id(1), "keywords", "[\"fire\"]");
        Scene.ok(call("replaceStickerInSet", "name", "set_by_one_bot", "old_sticker", id(1), "sticker", sticker("a")));
        assertThat(set().get("stickers").get(1).get("file_unique_id")).isNotEqualTo(first);
        scene.ok(bot, "deleteStickerFromSet", "sticker", id(0));
        assertThat(set().get("stickers").size()).isEqualTo(1);
        scene.ok(bot, "setStickerSetTitle", "name", "set_by_one_bot", "title", "New");
        assertThat(set().get("title").asString()).isEqualTo("New");
        Scene.ok(call(
                "setStickerSetThumbnail", "name", "set_by_one_bot", "thumbnail", "attach://a", "format", "static"));
        assertThat(set().has("thumbnail")).isTrue();
        scene.ok(bot, "deleteStickerSet", "name", "set_by_one_bot");
        assertThat(scene.refusal(bot, "getStickerSet", "name", "set_by_one_bot"))
                .isEqualTo("400 Bad Request: STICKERSET_INVALID");
    }

    @Test
    void customEmojiAreFoundByTheirIds() {
        create("sticker_type", "custom_emoji", "needs_repainting", "1");
        var emoji = set().get("stickers").get(0).get("custom_emoji_id").asString();
        var found = scene.ok(bot, "getCustomEmojiStickers", "custom_emoji_ids", "[\"" + emoji + "\",\"1\"]");
        assertThat(found.size()).isEqualTo(1);
        assertThat(found.get(0).get("needs_repainting").booleanValue()).isTrue();
        scene.ok(bot, "setCustomEmojiStickerSetThumbnail", "name", "set_by_one_bot", "custom_emoji_id", emoji);
        assertThat(set().has("thumbnail")).isTrue();
        assertThat(scene.refusal(bot, "getCustomEmojiStickers", "custom_emoji_ids", "[1]"))
                .isEqualTo("400 Bad Request: custom emoji identifier must be of type String");
    }

    @Test
    void aMaskKnowsItsPlace() {
        create("sticker_type", "mask");
        var place = "{\"point\":\"eyes\",\"x_shift\":0.5,\"y_shift\":-1,\"scale\":2}";
        scene.ok(bot, "setStickerMaskPosition", "sticker", id(0), "mask_position", place);
        assertThat(set().get("stickers").get(0).get("mask_position").toString()).isEqualTo(place);
        assertThat(scene.refusal(
                        bot, "setStickerMaskPosition", "sticker", id(0), "mask_position", "{\"point\":\"knee\"}"))
                .isEqualTo("400 Bad Request: can't parse mask position: Wrong point specified in MaskPosition");
    }

    @Test
    void anUploadedFileCanBecomeASticker() {
        var arguments = Arguments.builder()
                .add("user_id", her)
                .add("sticker_format", "static")
                .add(new Upload("sticker", "s.webp", "", Blob.of(new byte[] {1})));
        var file = Scene.ok(Scene.now(scene.send(bot, "uploadStickerFile", arguments.build())));
        var sticker = "[{\"sticker\":\"" + file.get("file_id").asString() + "\",\"format\":\"static\"," + LIST + "}]";
        Scene.ok(call("createNewStickerSet", "name", "up_by_one_bot", "title", "t", "stickers", sticker));
    }

    @Test
    void onlyItsMakerChangesASetAndMistakesAreToldInTheServersWords() {
        create();
        assertThat(scene.refusal(other, "setStickerSetTitle", "name", "set_by_one_bot", "title", "x"))
                .isEqualTo("400 Bad Request: STICKERSET_INVALID");
        assertThat(make("name", "set_by_one_bot")).isEqualTo("400 Bad Request: sticker set name is already occupied");
        assertThat(make("name", "set")).isEqualTo("400 Bad Request: invalid sticker set name is specified");
        assertThat(make("title", "")).isEqualTo("400 Bad Request: sticker set title must be non-empty");
        assertThat(make("stickers", "x")).isEqualTo("400 Bad Request: can't parse stickers JSON object");
        assertThat(make("stickers", "[{}]"))
                .isEqualTo("400 Bad Request: can't parse InputSticker: Sticker not found"
                        .replace("Sticker n", "sticker n"));
        assertThat(make("stickers", "[" + sticker("a").replace("static", "x") + "]"))
                .isEqualTo("400 Bad Request: can't parse InputSticker: Invalid sticker format specified");
        assertThat(make("stickers", "[" + sticker("a").replace("\uD83D\uDC4D", "x") + "]"))
                .isEqualTo("400 Bad Request: can't parse InputSticker: Expected a Unicode emoji"
                        .replace("Expected", "expected"));
        assertThat(scene.refusal(bot, "deleteStickerFromSet")).isEqualTo("400 Bad Request: sticker is not specified");
    }

    private String make(String name, String value) {
        return Scene.refusal(call(
                "createNewStickerSet",
                name,
                value,
                "name",
                "new_by_one_bot",
                "title",
                "t",
                "stickers",
                "[" + sticker("a") + "]"));
    }
}
