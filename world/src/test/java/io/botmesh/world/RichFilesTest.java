package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Files and maps in rich messages. */
class RichFilesTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Channel channel =
            scene.world.addChannel("c", null, List.of(Admin.full(bot.id()), Admin.full(other.id())));
    private final String chat = Scene.text(channel.id());

    private Arguments with(String message, String... more) {
        var arguments = Arguments.builder()
                .add("chat_id", chat)
                .add("rich_message", message)
                .add(new Upload("p", "p.png", "", Blob.of(Samples.png(40, 30))))
                .add(new Upload("v", "v.mp4", "", Blob.of(Samples.video(40, 30, 2000))))
                .add(new Upload("s", "s.mp3", "", Blob.of(Samples.mp3(2000))));
        for (int i = 0; i < more.length; i += 2) arguments.add(more[i], more[i + 1]);
        return arguments.build();
    }

    private JsonNode blocks(String message) {
        return scene.ok(bot, "sendRichMessage", with(message))
                .get("rich_message")
                .get("blocks");
    }

    private String refused(String message) {
        return Scene.refusal(Scene.now(scene.send(bot, "sendRichMessage", with(message))));
    }

    private static String file(String type, String media, String more) {
        return "{\"type\":\"" + type + "\",\"" + type + "\":{\"type\":\"" + type + "\",\"media\":\"" + media + "\""
                + more + "}}";
    }

    private static String of(String... blocks) {
        return "{\"blocks\":[" + String.join(",", blocks) + "]}";
    }

    @Test
    void everyKindOfFileStandsInABlockOfItsOwn() {
        var blocks = blocks(of(
                file("photo", "attach://p", ",\"has_spoiler\":true"),
                file("video", "attach://v", ""),
                file("animation", "attach://v", ""),
                file("audio", "attach://s", ""),
                file("voice_note", "attach://s", ",\"duration\":2"),
                file("document", "attach://s", "")));
        assertThat(blocks.valueStream().map(block -> block.get("type").asString()))
                .containsExactly("photo", "video", "animation", "audio", "voice_note", "document");
        assertThat(blocks.get(0).get("has_spoiler").asBoolean()).isTrue();
        assertThat(blocks.get(0).get("photo").get(0).get("width").asInt()).isEqualTo(40);
        assertThat(blocks.get(4).get("voice_note").get("duration").asInt()).isEqualTo(2);
        assertThat(blocks.get(5).get("document").get("file_name").asString()).isEqualTo("s.mp3");
    }

    @Test
    void eachBotSeesTheFilesUnderIdsOfItsOwn() {
        var mine = blocks(of("{\"type\":\"collage\",\"blocks\":[" + file("photo", "attach://p", "") + ","
                + file("video", "attach://v", "") + "],\"caption\":{\"text\":\"both\"}}"));
        var seen = scene.updates(other)
                .valueStream()
                .map(update -> update.path("channel_post").path("rich_message").path("blocks"))
                .filter(JsonNode::isArray)
                .toList()
                .getLast();
        assertThat(seen.get(0).get("caption").get("text").asString()).isEqualTo("both");
        var one = mine.get(0).get("blocks").get(1).get("video");
        var two = seen.get(0).get("blocks").get(1).get("video");
        assertThat(two.get("file_id")).isNotEqualTo(one.get("file_id"));
        assertThat(two.get("file_unique_id")).isEqualTo(one.get("file_unique_id"));
        assertThat(scene.ok(other, "getFile", "file_id", two.get("file_id").asString())
                        .get("file_path")
                        .asString())
                .startsWith("videos/");
        var again = blocks(of(file("video", one.get("file_id").asString(), "")));
        assertThat(again.get(0).get("video").get("file_unique_id")).isEqualTo(one.get("file_unique_id"));
    }

    @Test
    void htmlAndMarkdownShowFilesByTheirIds() {
        var media = ",\"media\":[{\"id\":\"m1\",\"media\":{\"type\":\"photo\",\"media\":\"attach://p\"}},"
                + "{\"id\":\"m2\",\"media\":{\"type\":\"audio\",\"media\":\"attach://s\"}}]}";
        var html = blocks("{\"html\":\"before\\n<img src='tg://photo?id=m1'/>\\n<b>between</b>"
                + "<audio src='tg://audio?id=m2'></audio>\"" + media);
        assertThat(html.valueStream().map(block -> block.get("type").asString()))
                .containsExactly("paragraph", "photo", "paragraph", "audio");
        var markdown = blocks("{\"markdown\":\"![](tg://audio?id=m2)\\nafter\"" + media);
        assertThat(markdown.valueStream().map(block -> block.get("type").asString()))
                .containsExactly("audio", "paragraph");
        assertThat(refused("{\"markdown\":\"![](tg://audio?id=m3)\"" + media))
                .isEqualTo("400 Bad Request: rich message media not found");
    }

    @Test
    void aMapShowsAPlace() {
        var map = blocks(of("{\"type\":\"map\",\"location\":{\"latitude\":48.4,\"longitude\":10},\"zoom\":99,"
                        + "\"caption\":{\"text\":\"here\"}}"))
                .get(0);
        assertThat(map.get("location").get("latitude").asDouble()).isEqualTo(48.4);
        assertThat(map.get("zoom").asInt()).isEqualTo(24);
        assertThat(map.get("width").asInt()).isPositive();
        assertThat(map.get("caption").get("text").asString()).isEqualTo("here");
        assertThat(refused(of("{\"type\":\"map\",\"location\":{\"latitude\":148.4,\"longitude\":10}}")))
                .isEqualTo("400 Bad Request: wrong location specified");
        assertThat(refused(of("{\"type\":\"map\",\"width\":2100,\"height\":100,"
                        + "\"location\":{\"latitude\":48.4,\"longitude\":10}}")))
                .isEqualTo("400 Bad Request: MAP_SIZE_INVALID");
    }

    @Test
    void aMessageBecomesAnotherWithFiles() {
        var id = Scene.text(Scene.id(scene.ok(bot, "sendMessage", "chat_id", chat, "text", "plain")));
        var edited = scene.ok(bot, "editMessageText", with(of(file("photo", "attach://p", "")), "message_id", id));
        assertThat(edited.get("rich_message").get("blocks").get(0).has("photo")).isTrue();
    }

    @Test
    void whatCannotStandThereIsRefused() {
        assertThat(refused(of(file("photo", "attach://nothing", ""))))
                .isEqualTo("400 Bad Request: can't parse InputMedia: media not found");
        assertThat(refused(of("{\"type\":\"photo\"}")))
                .isEqualTo("400 Bad Request: can't parse InputRichBlock: Can't find field \"photo\"");
        assertThat(refused(of("{\"type\":\"sculpture\"}")))
                .isEqualTo("400 Bad Request: can't parse InputRichBlock: type \"sculpture\" is unsupported");
        var many = new String[501];
        java.util.Arrays.fill(many, "{\"type\":\"divider\"}");
        assertThat(refused(of(many))).isEqualTo("400 Bad Request: RICH_MESSAGE_BLOCKS_TOO_MUCH");
        var deep = "{\"type\":\"paragraph\",\"text\":\"x\"}";
        for (int i = 0; i < 16; i++) deep = "{\"type\":\"blockquote\",\"blocks\":[" + deep + "]}";
        assertThat(refused(of(deep))).isEqualTo("400 Bad Request: RICH_MESSAGE_DEPTH_EXCEEDED");
    }

    @Test
    void aButtonInABlockOrATextIsPressedLikeOthers() {
        var ann = scene.world.addUser("Ann", null);
        scene.world.chats().join(channel.id(), ann.id());
        int id = Scene.id(scene.ok(
                bot,
                "sendRichMessage",
                with(of(
                        "{\"type\":\"buttons\",\"buttons\":[{\"text\":[\"Te\",{\"type\":\"bold\",\"text\":\"a\"}],"
                                + "\"callback_data\":\"tea\"}]}",
                        "{\"type\":\"paragraph\",\"text\":[\"or \",{\"type\":\"button\",\"button\":"
                                + "{\"text\":\"look\",\"url\":\"https://example.org/\"}}]}"))));
        var buttons = scene.world.people().buttons();
        buttons.press(ann.id(), channel.id(), id, "Tea");
        var query = scene.updates(bot).valueStream().toList().getLast().get("callback_query");
        assertThat(query.get("data").asString()).isEqualTo("tea");
        assertThat(query.get("message").has("rich_message")).isTrue();
        assertThat(buttons.follow(ann.id(), channel.id(), id, "look").value()).isEqualTo("https://example.org/");
    }
}
