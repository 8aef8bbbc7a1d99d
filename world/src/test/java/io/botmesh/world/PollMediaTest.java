package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What polls show beside their words, and to whom. */
class PollMediaTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Group group = scene.world.addGroup("g", null, List.of(Admin.full(bot.id()), Admin.full(other.id())));
    private final Channel channel =
            scene.world.addChannel("c", null, List.of(Admin.full(bot.id()), Admin.full(other.id())));

    private Reply ask(String options, String... more) {
        var arguments = Arguments.builder()
                .add("chat_id", Scene.text(channel.id()))
                .add("question", "which?")
                .add("options", options)
                .add(new Upload("p", "p.png", "", Blob.of(Samples.png(40, 30))))
                .add(new Upload("v", "v.mp4", "", Blob.of(Samples.video(40, 30, 2000))))
                .add(new Upload("w", "w.webp", "", Blob.of(Samples.png(40, 30))));
        for (int i = 0; i < more.length; i += 2) arguments.add(more[i], more[i + 1]);
        return Scene.now(scene.send(bot, "sendPoll", arguments.build()));
    }

    private JsonNode poll(String options, String... more) {
        var message = Scene.ok(ask(options, more));
        SchemaCheck.result("sendPoll", message);
        return message.get("poll");
    }

    private static String option(String media) {
        return "{\"text\":\"a\",\"media\":{" + media + "}}";
    }

    @Test
    void everyKindOfMediaStandsBesideAnAnswer() {
        var options = poll("[" + option("\"type\":\"photo\",\"media\":\"attach://p\"") + ","
                        + option("\"type\":\"video\",\"media\":\"attach://v\"") + ","
                        + option("\"type\":\"sticker\",\"media\":\"attach://w\"") + ","
                        + option("\"type\":\"location\",\"latitude\":1,\"longitude\":2") + ","
                        + option("\"type\":\"venue\",\"latitude\":1,\"longitude\":2,\"title\":\"t\",\"address\":\"a\"")
                        + "," + option("\"type\":\"link\",\"url\":\"example.org\"") + ",\"b\"]")
                .get("options");
        var kinds = List.of("photo", "video", "sticker", "location", "venue", "link");
        for (int i = 0; i < kinds.size(); i++) {
            assertThat(options.get(i).get("media").has(kinds.get(i)))
                    .as(kinds.get(i))
                    .isTrue();
        }
        assertThat(options.get(5).get("media").get("link").get("url").asString())
                .isEqualTo("http://example.org/");
        assertThat(options.get(6).has("media")).isFalse();
    }

    @Test
    void questionAndExplanationHaveMediaTooUnderIdsOfEachBot() {
        var media = "{\"type\":\"photo\",\"media\":\"attach://p\"}";
        var mine = poll(
                "[\"a\",\"b\"]",
                "media",
                media,
                "type",
                "quiz",
                "correct_option_id",
                "0",
                "explanation",
                "so",
                "explanation_media",
                "{\"type\":\"animation\",\"media\":\"attach://v\"}");
        assertThat(mine.get("explanation_media").has("animation")).isTrue();
        var seen = scene.updates(other).get(0);
        for (var update : scene.updates(other)) if (update.has("channel_post")) seen = update.get("channel_post");
        var theirs = seen.get("poll").get("media").get("photo").get(0);
        var own = mine.get("media").get("photo").get(0);
        assertThat(theirs.get("file_id")).isNotEqualTo(own.get("file_id"));
        assertThat(theirs.get("file_unique_id")).isEqualTo(own.get("file_unique_id"));
        assertThat(seen.get("poll").has("explanation_media")).isFalse();
    }

    @Test
    void whatCannotStandThereIsRefused() {
        assertThat(Scene.refusal(ask("[" + option("\"type\":\"audio\",\"media\":\"attach://p\"") + ",\"b\"]")))
                .isEqualTo("400 Bad Request: can't parse InputPollOptionMedia: type \"audio\" is unsupported");
        assertThat(Scene.refusal(ask("[\"a\",\"b\"]", "media", "{\"type\":\"link\",\"url\":\"example.org\"}")))
                .startsWith("400 Bad Request: can't parse InputPollMedia: ");
        assertThat(Scene.refusal(ask("[\"a\",\"b\"]", "media", "[]")))
                .isEqualTo("400 Bad Request: can't parse InputPollMedia: expected an Object");
        assertThat(Scene.refusal(
                        ask("[\"a\",\"b\"]", "media", "{\"type\":\"location\",\"latitude\":91,\"longitude\":2}")))
                .isEqualTo("400 Bad Request: wrong location specified");
    }

    private JsonNode hidden(Scene in, BotAccount asker, BotAccount watcher, Group where) {
        var ann = in.world.addUser("Ann", null);
        in.world.chats().join(where.id(), ann.id());
        var sent = in.ok(
                asker,
                "sendPoll",
                "chat_id",
                Scene.text(where.id()),
                "question",
                "q",
                "options",
                "[\"a\",\"b\"]",
                "hide_results_until_closes",
                "true");
        int id = Scene.id(sent);
        in.world.people().opinions().vote(ann.id(), where.id(), id, 1);
        String[] forward = {
            "chat_id", Scene.text(where.id()), "from_chat_id", Scene.text(where.id()), "message_id", Scene.text(id)
        };
        assertThat(in.ok(asker, "forwardMessage", forward)
                        .get("poll")
                        .get("options")
                        .get(1)
                        .get("voter_count")
                        .asInt())
                .isEqualTo(1);
        var open = in.ok(watcher, "forwardMessage", forward).get("poll");
        in.ok(asker, "stopPoll", "chat_id", Scene.text(where.id()), "message_id", Scene.text(id));
        assertThat(in.ok(watcher, "forwardMessage", forward)
                        .get("poll")
                        .get("options")
                        .get(1)
                        .get("voter_count")
                        .asInt())
                .isEqualTo(1);
        return open;
    }

    @Test
    void hiddenResultsAreSeenByWhoAsksUntilThePollIsClosed() {
        var open = hidden(scene, bot, other, group);
        assertThat(open.get("options").get(1).get("voter_count").asInt()).isZero();
        assertThat(open.get("total_voter_count").asInt()).isEqualTo(1);
        var seen = new Scene(WorldOptions.defaults().assuming(Assumption.HIDDEN_RESULTS_ARE_ZERO, false));
        var asker = seen.world.addBot("one_bot");
        var watcher = seen.world.addBot("two_bot");
        var where = seen.world.addGroup("g", null, List.of(Admin.full(asker.id()), Admin.full(watcher.id())));
        assertThat(hidden(seen, asker, watcher, where)
                        .get("options")
                        .get(1)
                        .get("voter_count")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void anAnswerMayMeanOneOptionOfAPoll() {
        var chat = Scene.text(group.id());
        var sent = scene.ok(bot, "sendPoll", "chat_id", chat, "question", "q", "options", "[\"a\",\"b\"]");
        var option = sent.get("poll").get("options").get(1).get("persistent_id").asString();
        String about = "{\"message_id\":" + Scene.id(sent) + ",\"poll_option_id\":\"";
        var answer = scene.ok(
                bot, "sendMessage", "chat_id", chat, "text", "this", "reply_parameters", about + option + "\"}");
        assertThat(answer.get("reply_to_poll_option_id").asString()).isEqualTo(option);
        var none = scene.ok(bot, "sendMessage", "chat_id", chat, "text", "this", "reply_parameters", about + "x\"}");
        assertThat(none.has("reply_to_poll_option_id")).isFalse();
    }
}
