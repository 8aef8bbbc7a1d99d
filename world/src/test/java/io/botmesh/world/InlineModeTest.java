package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Bots that are asked from within other chats. */
class InlineModeTest {
    private static final String KEYBOARD =
            "\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"More\",\"callback_data\":\"m\"}]]}";
    private static final String ARTICLE = "{\"type\":\"article\",\"id\":\"a\",\"title\":\"A\","
            + "\"input_message_content\":{\"message_text\":\"*hi*\",\"parse_mode\":\"Markdown\"}," + KEYBOARD + "}";

    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final Person ann = scene.world.addUser("Ann", null);
    private final Person bob = scene.world.addUser("Bob", null);
    private final Group group = scene.world.addGroup("g", null, List.of(Admin.full(ann.id()), Admin.full(bob.id())));
    private final InlineMode inline = scene.world.people().inline();

    InlineModeTest() {
        scene.world.botSettings().inlineMode(bot.id(), true);
    }

    private String ask(Person person, String query) {
        return inline.ask(person.id(), group.id(), bot.id(), query, "");
    }

    private String refused(String results) {
        return scene.refusal(bot, "answerInlineQuery", "inline_query_id", ask(ann, "q"), "results", results);
    }

    private JsonNode newest(String kind) {
        return scene.updates(bot)
                .valueStream()
                .filter(update -> update.has(kind))
                .toList()
                .getLast()
                .get(kind);
    }

    @Test
    void aQueryIsAnsweredChosenAndSentInThePersonsName() {
        var id = ask(ann, "tea");
        var query = newest("inline_query");
        assertThat(query.get("id").asString()).isEqualTo(id);
        assertThat(query.get("query").asString()).isEqualTo("tea");
        assertThat(query.get("chat_type").asString()).isEqualTo("supergroup");
        assertThat(inline.offer(id)).isEmpty();
        scene.ok(bot, "answerInlineQuery", "inline_query_id", id, "results", "[" + ARTICLE + "]", "next_offset", "2");
        assertThat(inline.offer(id).orElseThrow()).contains("\"title\":\"A\"", "\"next_offset\":\"2\"");
        var sent = Scene.json(inline.choose(id, "a"));
        assertThat(sent.get("from").get("id").asLong()).isEqualTo(ann.id());
        assertThat(sent.get("via_bot").get("id").asLong()).isEqualTo(bot.id());
        assertThat(sent.get("text").asString()).isEqualTo("hi");
        assertThat(sent.get("entities").get(0).get("type").asString()).isEqualTo("bold");
        assertThat(scene.updates(bot).toString()).doesNotContain("chosen_inline_result");
    }

    @Test
    void aBotWithFeedbackHearsWhatWasChosenAndEditsItByItsInlineId() {
        scene.world.botSettings().inlineFeedback(bot.id(), true);
        var id = ask(ann, "tea");
        scene.ok(bot, "answerInlineQuery", "inline_query_id", id, "results", "[" + ARTICLE + "]");
        int message = Scene.id(Scene.json(inline.choose(id, "a")));
        var chosen = newest("chosen_inline_result");
        assertThat(chosen.get("result_id").asString()).isEqualTo("a");
        var name = chosen.get("inline_message_id").asString();
        assertThat(scene.raw(bot, "editMessageText", "inline_message_id", name, "text", "new"))
                .isEqualTo("true");
        assertThat(scene.world.people().transcriptJson(ann.id(), group.id())).contains("\"text\":\"new\"");
        assertThat(scene.refusal(bot, "editMessageText", "inline_message_id", name, "text", "new"))
                .startsWith("400 Bad Request: message is not modified");
        assertThat(scene.refusal(bot, "editMessageText", "inline_message_id", "x", "text", "new"))
                .isEqualTo("400 Bad Request: MESSAGE_ID_INVALID");
        scene.ok(bot, "editMessageReplyMarkup", "inline_message_id", name, "reply_markup", KEYBOARD.substring(15));
        scene.world.people().press(bob.id(), group.id(), message, "m");
        var pressed = newest("callback_query");
        assertThat(pressed.get("inline_message_id").asString()).isEqualTo(name);
        assertThat(pressed.has("message")).isFalse();
    }

    @Test
    void anAnswerServesOthersWhileItIsCachedUnlessItIsPersonal() {
        var first = ask(ann, "tea");
        scene.ok(bot, "answerInlineQuery", "inline_query_id", first, "results", "[]");
        assertThat(inline.offer(ask(bob, "tea"))).isPresent();
        assertThat(inline.offer(ask(bob, "coffee"))).isEmpty();
        scene.seconds(300);
        var later = ask(bob, "tea");
        assertThat(inline.offer(later)).isEmpty();
        scene.ok(bot, "answerInlineQuery", "inline_query_id", later, "results", "[]", "is_personal", "1");
        assertThat(inline.offer(ask(bob, "tea"))).isPresent();
        assertThat(inline.offer(ask(ann, "tea"))).isEmpty();
    }

    @Test
    void aQueryIsAnsweredOnceAndWithinThirtySeconds() {
        var id = ask(ann, "q");
        scene.ok(bot, "answerInlineQuery", "inline_query_id", id, "results", "[]", "cache_time", "0");
        assertThat(scene.refusal(bot, "answerInlineQuery", "inline_query_id", id, "results", "[]"))
                .startsWith("400 Bad Request: query is too old");
        var late = ask(ann, "q");
        scene.seconds(31);
        assertThat(scene.refusal(bot, "answerInlineQuery", "inline_query_id", late, "results", "[]"))
                .startsWith("400 Bad Request: query is too old");
        assertThat(scene.updates(bot).toString()).doesNotContain(late);
    }

    @Test
    void everyKindOfResultIsRead() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        var file = scene.document(bot, ann.id(), "a.bin", new byte[3])
                .get("document")
                .get("file_id")
                .asString();
        var head = ",\"id\":\"x\"";
        for (var result : List.of(
                "{\"type\":\"document\"" + head + ",\"title\":\"t\",\"document_file_id\":\"" + file + "\"}",
                "{\"type\":\"document\"" + head + ",\"title\":\"t\",\"document_url\":\"https://example.org/a.pdf\","
                        + "\"mime_type\":\"application/pdf\",\"caption\":\"c\"}",
                "{\"type\":\"photo\"" + head + ",\"photo_url\":\"https://example.org/a.jpg\",\"thumbnail_url\":\"u\"}",
                "{\"type\":\"gif\"" + head + ",\"gif_url\":\"https://example.org/a.gif\"}",
                "{\"type\":\"mpeg4_gif\"" + head + ",\"mpeg4_url\":\"https://example.org/a.mp4\"}",
                "{\"type\":\"video\"" + head + ",\"title\":\"t\",\"video_url\":\"https://example.org/a.mp4\","
                        + "\"mime_type\":\"video/mp4\"}",
                "{\"type\":\"audio\"" + head + ",\"title\":\"t\",\"audio_url\":\"https://example.org/a.mp3\"}",
                "{\"type\":\"voice\"" + head + ",\"title\":\"t\",\"voice_url\":\"https://example.org/a.ogg\"}",
                "{\"type\":\"location\"" + head + ",\"title\":\"t\",\"latitude\":1,\"longitude\":2}",
                "{\"type\":\"venue\"" + head + ",\"title\":\"t\",\"address\":\"a\",\"latitude\":1,\"longitude\":2}",
                "{\"type\":\"contact\"" + head + ",\"phone_number\":\"1\",\"first_name\":\"f\"}",
                "{\"type\":\"game\"" + head + ",\"game_short_name\":\"g\"}",
                "{\"type\":\"article\"" + head + ",\"title\":\"t\",\"message_text\":\"old\"}",
                "{\"type\":\"article\"" + head + ",\"title\":\"t\",\"input_message_content\":{\"latitude\":1,"
                        + "\"longitude\":2}}")) {
            var id = ask(ann, result);
            scene.ok(bot, "answerInlineQuery", "inline_query_id", id, "results", "[" + result + "]");
            SchemaCheck.conforms(Scene.json(inline.choose(id, "x")), "Message", result);
        }
    }

    @Test
    void badResultsAreRefusedInTheServersWords() {
        var head = "400 Bad Request: can't parse inline query result: ";
        assertThat(refused("{}")).isEqualTo("400 Bad Request: expected an Array of inline query results");
        assertThat(refused("[" + "1,".repeat(50) + "1]"))
                .isEqualTo("400 Bad Request: too many inline query results specified");
        assertThat(refused("[1]")).isEqualTo(head + "Inline query result must be an object");
        assertThat(refused("[{\"type\":\"x\",\"id\":\"1\"}]"))
                .isEqualTo(head + "Type \"x\" is unsupported for the inline query result".replace("Type", "type"));
        assertThat(refused("[{\"type\":\"article\",\"id\":\"1\",\"input_message_content\":{}}]"))
                .isEqualTo(head + "Input message content is not specified");
        assertThat(refused("[{\"type\":\"photo\",\"id\":\"1\"}]"))
                .isEqualTo(head + "Can't find field \"photo_file_id\"");
        assertThat(refused("[" + ARTICLE + "," + ARTICLE + "]")).isEqualTo("400 Bad Request: RESULT_ID_DUPLICATE");
        assertThat(scene.refusal(bot, "answerInlineQuery", "inline_query_id", "1", "button", "{\"text\":\"t\"}"))
                .isEqualTo("400 Bad Request: can't parse inline query results button: "
                        + "InlineQueryResultsButton must have exactly one optional field");
    }

    @Test
    void onlyABotWithInlineModeCanBeAsked() {
        scene.world.botSettings().inlineMode(bot.id(), false);
        assertThatThrownBy(() -> ask(ann, "q")).hasMessage("bot " + bot.id() + " has no inline mode");
    }

    @Test
    void aWebAppLetsItsBotSendOnce() {
        var id = inline.openWebApp(ann.id(), group.id(), bot.id());
        var sent = scene.ok(bot, "answerWebAppQuery", "web_app_query_id", id, "result", ARTICLE);
        assertThat(sent.get("inline_message_id").asString()).isNotEmpty();
        assertThat(scene.world.people().transcriptJson(ann.id(), group.id())).contains("\"via_bot\"");
        assertThat(scene.refusal(bot, "answerWebAppQuery", "web_app_query_id", id, "result", ARTICLE))
                .startsWith("400 Bad Request: query is too old");
        assertThat(scene.refusal(bot, "answerWebAppQuery", "web_app_query_id", id))
                .isEqualTo("400 Bad Request: result isn't specified");
    }

    @Test
    void aPreparedMessageIsForOnePersonOnce() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        var prepared = scene.ok(bot, "savePreparedInlineMessage", "user_id", Scene.text(ann.id()), "result", ARTICLE);
        var id = prepared.get("id").asString();
        assertThatThrownBy(() -> inline.sendPrepared(bob.id(), id, group.id())).hasMessageStartingWith("nothing was");
        assertThat(inline.sendPrepared(ann.id(), id, group.id())).contains("\"via_bot\"");
        assertThatThrownBy(() -> inline.sendPrepared(ann.id(), id, group.id())).hasMessageStartingWith("nothing was");
    }

    @Test
    void aGuestSpeaksOnceInAChatThatItIsNotIn() {
        scene.world.botSettings().guestMode(bot.id(), true);
        var id = inline.callGuest(ann.id(), group.id(), bot.id(), "@one_bot help");
        var called = newest("guest_message");
        assertThat(called.get("guest_query_id").asString()).isEqualTo(id);
        assertThat(called.get("text").asString()).isEqualTo("@one_bot help");
        scene.ok(bot, "answerGuestQuery", "guest_query_id", id, "result", ARTICLE);
        var transcript = scene.world.people().transcriptJson(ann.id(), group.id());
        assertThat(transcript).contains("\"text\":\"hi\"");
        assertThat(scene.refusal(bot, "answerGuestQuery", "guest_query_id", id, "result", ARTICLE))
                .startsWith("400 Bad Request: query is too old");
    }

    @Test
    void aGuestIsCalledByAText() {
        scene.world.botSettings().guestMode(bot.id(), true);
        assertThatThrownBy(() -> inline.callGuest(ann.id(), group.id(), bot.id(), "\u0000"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Bad Request: text must be non-empty");
    }
}
