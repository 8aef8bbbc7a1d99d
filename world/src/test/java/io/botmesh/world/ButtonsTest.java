package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Keyboards under messages and in place of one's own, and what comes of pressing them. */
class ButtonsTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final Person ann = scene.world.addUser("Ann", "annika");
    private final Person bob = scene.world.addUser("Bob", null);
    private final Group group = scene.world.addGroup("g", null, List.of(Admin.full(bot.id()), Admin.full(ann.id())));
    private final Channel channel = scene.world.addChannel("c", null, List.of(Admin.full(bot.id())));
    private final Buttons buttons = scene.world.people().buttons();

    ButtonsTest() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
    }

    private Reply send(long chatId, String markup, String... more) {
        var arguments = Arguments.builder()
                .add("chat_id", Scene.text(chatId))
                .add("text", "?")
                .add("reply_markup", markup);
        for (int i = 0; i < more.length; i += 2) arguments.add(more[i], more[i + 1]);
        return Scene.now(scene.send(bot, "sendMessage", arguments.build()));
    }

    private static String inline(String... buttonFields) {
        return "{\"inline_keyboard\":[[{" + String.join("},{", buttonFields) + "}]]}";
    }

    private String kept(String button) {
        var markup =
                Scene.ok(send(ann.id(), inline("\"text\":\"t\"," + button))).get("reply_markup");
        return markup.get("inline_keyboard").get(0).get(0).toString();
    }

    private JsonNode newest() {
        var updates = scene.updates(bot);
        return updates.get(updates.size() - 1);
    }

    private String refused(long chatId, String markup) {
        return Scene.refusal(send(chatId, markup));
    }

    @Test
    void everyKindOfInlineButtonComesBackAsItWasSent() {
        for (var button : List.of(
                "\"url\":\"https://example.org/\"",
                "\"url\":\"tg://user?id=7\"",
                "\"callback_data\":\"d\"",
                "\"switch_inline_query\":\"\"",
                "\"switch_inline_query_current_chat\":\"q\"",
                "\"switch_inline_query_chosen_chat\":{\"query\":\"q\",\"allow_user_chats\":true}",
                "\"web_app\":{\"url\":\"https://example.org/app\"}",
                "\"copy_text\":{\"text\":\"c\"}",
                "\"disabled\":{}",
                "\"icon_custom_emoji_id\":\"5\",\"style\":\"danger\",\"callback_data\":\"d\"")) {
            assertThat(kept(button)).isEqualTo("{\"text\":\"t\"," + button + "}");
        }
        assertThat(kept("\"login_url\":{\"url\":\"https://example.org/in\",\"request_write_access\":true}"))
                .isEqualTo("{\"text\":\"t\",\"url\":\"https://example.org/in\"}");
        assertThat(kept("\"callback_data\":\"d\",\"url\":\"http://example.org/x\""))
                .as("the address counts first")
                .isEqualTo("{\"text\":\"t\",\"url\":\"http://example.org/x\"}");
    }

    @Test
    void badInlineButtonsAreRefusedInTheServersWords() {
        var head = "400 Bad Request: can't parse inline keyboard button: ";
        assertThat(refused(ann.id(), inline("\"text\":\"t\"")))
                .isEqualTo(head + "Text buttons are unallowed in the inline keyboard");
        assertThat(refused(ann.id(), inline("\"callback_data\":\"d\""))).isEqualTo(head + "Can't find field \"text\"");
        assertThat(refused(ann.id(), "{\"inline_keyboard\":[[7]]}"))
                .isEqualTo(head + "InlineKeyboardButton must be an Object");
        assertThat(refused(ann.id(), "{\"inline_keyboard\":[7]}"))
                .isEqualTo("400 Bad Request: field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of"
                        + " Arrays");
        assertThat(refused(ann.id(), inline("\"text\":\"t\",\"url\":\"nowhere\"")))
                .endsWith("Inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL");
        assertThat(refused(ann.id(), inline("\"text\":\"t\",\"web_app\":{\"url\":\"http://example.org\"}")))
                .endsWith("is invalid: Only HTTPS links are allowed");
        assertThat(refused(ann.id(), inline("\"text\":\"t\",\"callback_data\":\"" + "d".repeat(65) + "\"")))
                .isEqualTo("400 Bad Request: BUTTON_DATA_INVALID");
        assertThat(refused(ann.id(), inline("\"text\":\"t\",\"callback_data\":\"" + "\u00fc".repeat(33) + "\"")))
                .isEqualTo("400 Bad Request: BUTTON_DATA_INVALID");
        assertThat(refused(ann.id(), inline("\"text\":\"t\",\"copy_text\":{\"text\":\"" + "c".repeat(257) + "\"}")))
                .isEqualTo("400 Bad Request: BUTTON_COPY_TEXT_INVALID");
        assertThat(refused(ann.id(), inline("\"text\":\"t\",\"pay\":true")))
                .isEqualTo("400 Bad Request: BUTTON_TYPE_INVALID");
        assertThat(refused(group.id(), inline("\"text\":\"t\",\"web_app\":{\"url\":\"https://example.org\"}")))
                .isEqualTo("400 Bad Request: BUTTON_TYPE_INVALID");
        assertThat(refused(channel.id(), inline("\"text\":\"t\",\"switch_inline_query\":\"\"")))
                .startsWith("400 Bad Request: can't use switch_inline_query button in a channel chat, because");
    }

    @Test
    void aRowHasTwelveButtonsAKeyboardThreeHundredAndOnesWithoutTextVanish() {
        var button = "{\"text\":\"t\",\"callback_data\":\"d\"}";
        var row = "[" + (button + ",").repeat(12) + button + "]";
        var rows = Scene.ok(send(ann.id(), "{\"inline_keyboard\":[" + (row + ",").repeat(29) + row + "]}"))
                .get("reply_markup")
                .get("inline_keyboard");
        assertThat(rows.size()).isEqualTo(25);
        assertThat(rows.get(0).size()).isEqualTo(12);
        var bare = Scene.ok(send(ann.id(), inline("\"text\":\"\",\"callback_data\":\"d\"")));
        assertThat(bare.has("reply_markup")).isFalse();
    }

    @Test
    void thePersonSeesWhatTheBotAnswersOnce() {
        int id = Scene.id(Scene.ok(send(ann.id(), inline("\"text\":\"Yes\",\"callback_data\":\"y\""))));
        var query = scene.world.people().press(ann.id(), bot.id(), id, "Yes");
        assertThat(buttons.answer(query)).isEmpty();
        var update = newest().get("callback_query");
        assertThat(update.get("data").asString()).isEqualTo("y");
        assertThat(update.get("id").asString()).isEqualTo(query);
        assertThat(update.get("message").get("message_id").asInt()).isEqualTo(id);
        scene.ok(bot, "answerCallbackQuery", "callback_query_id", query, "text", "Fine", "show_alert", "1");
        assertThat(buttons.answer(query)).contains(new CallbackAnswer("Fine", true, ""));
        var tooLate = "400 Bad Request: query is too old and response timeout expired or query ID is invalid";
        assertThat(scene.refusal(bot, "answerCallbackQuery", "callback_query_id", query))
                .isEqualTo(tooLate);
        var late = scene.world.people().press(ann.id(), bot.id(), id, "y");
        scene.seconds(151);
        assertThat(scene.refusal(bot, "answerCallbackQuery", "callback_query_id", late))
                .isEqualTo(tooLate);
        var long_ = scene.world.people().press(ann.id(), bot.id(), id, "y");
        assertThat(scene.refusal(bot, "answerCallbackQuery", "callback_query_id", long_, "text", "x".repeat(201)))
                .isEqualTo("400 Bad Request: MESSAGE_TOO_LONG");
    }

    @Test
    void anotherBotCannotAnswer() {
        var other = scene.world.addBot("two_bot");
        int id = Scene.id(Scene.ok(send(ann.id(), inline("\"text\":\"Yes\",\"callback_data\":\"y\""))));
        var query = scene.world.people().press(ann.id(), bot.id(), id, "y");
        assertThat(scene.refusal(other, "answerCallbackQuery", "callback_query_id", query))
                .startsWith("400 Bad Request: query is too old");
        scene.ok(bot, "answerCallbackQuery", "callback_query_id", query);
    }

    @Test
    void anAnswerWithACacheTimeServesTheSamePersonAgainWithoutTheBot() {
        int id = Scene.id(Scene.ok(send(ann.id(), inline("\"text\":\"Yes\",\"callback_data\":\"y\""))));
        var query = scene.world.people().press(ann.id(), bot.id(), id, "y");
        scene.ok(bot, "answerCallbackQuery", "callback_query_id", query, "text", "Fine", "cache_time", "60");
        scene.seconds(59);
        assertThat(scene.world.people().press(ann.id(), bot.id(), id, "y")).isEqualTo(query);
        scene.seconds(1);
        assertThat(scene.world.people().press(ann.id(), bot.id(), id, "y")).isNotEqualTo(query);
    }

    @Test
    void aButtonThatIsNotThereCannotBePressed() {
        int id = Scene.id(Scene.ok(send(
                ann.id(),
                inline(
                        "\"text\":\"Yes\",\"callback_data\":\"y\"",
                        "\"text\":\"Go\",\"url\":\"https://example.org/\""))));
        assertThatThrownBy(() -> scene.world.people().press(ann.id(), bot.id(), id, "z"))
                .hasMessage("no button \"z\" under message " + id);
        assertThatThrownBy(() -> scene.world.people().press(ann.id(), bot.id(), id, "Go"))
                .hasMessageContaining("use follow");
        assertThat(buttons.follow(ann.id(), bot.id(), id, "Go"))
                .isEqualTo(new Buttons.Effect("url", "https://example.org/"));
    }

    @Test
    void aPressUnderAMessageThatTheBotCannotReadAnyMoreNamesItOnly() {
        int id = Scene.id(Scene.ok(send(group.id(), inline("\"text\":\"Yes\",\"callback_data\":\"y\""))));
        scene.ok(bot, "leaveChat", "chat_id", Scene.text(group.id()));
        scene.world.people().press(ann.id(), group.id(), id, "y");
        var message = newest().get("callback_query").get("message");
        assertThat(message.get("date").asLong()).isZero();
        assertThat(message.get("message_id").asInt()).isEqualTo(id);
        assertThat(message.has("text")).isFalse();
    }

    private static final String KEYS = "{\"keyboard\":[[\"plain\",{\"text\":\"Call me\",\"request_contact\":true}],"
            + "[{\"text\":\"Here\",\"request_location\":true},"
            + "{\"text\":\"Friends\",\"request_users\":{\"request_id\":7,\"max_quantity\":2,\"request_name\":true}},"
            + "{\"text\":\"Group\",\"request_chat\":{\"request_id\":8,\"chat_is_channel\":false,\"request_title\":true}},"
            + "{\"text\":\"App\",\"web_app\":{\"url\":\"https://example.org/\"}}]],\"resize_keyboard\":true}";

    @Test
    void keysSendWhatTheyAskFor() {
        assertThat(Scene.ok(send(ann.id(), KEYS)).has("reply_markup")).isFalse();
        assertThat(Scene.json(buttons.keyboard(ann.id(), bot.id()).orElseThrow())
                        .get("keyboard")
                        .get(0)
                        .get(0)
                        .get("text")
                        .asString())
                .isEqualTo("plain");
        assertThat(Scene.json(buttons.tap(ann.id(), bot.id(), "plain"))
                        .get("text")
                        .asString())
                .isEqualTo("plain");
        assertThat(buttons.shareContact(ann.id(), bot.id(), "Call me", "+100"))
                .contains(
                        "\"contact\":{\"phone_number\":\"+100\",\"first_name\":\"Ann\",\"user_id\":" + ann.id() + "}");
        assertThat(buttons.shareLocation(ann.id(), bot.id(), "Here", 1.5, -2))
                .contains("\"location\":{\"latitude\":1.5,\"longitude\":-2}");
        assertThat(buttons.shareUsers(ann.id(), bot.id(), "Friends", List.of(bob.id())))
                .contains("\"users_shared\":{\"request_id\":7,\"users\":[{\"user_id\":" + bob.id()
                        + ",\"first_name\":\"Bob\"}]}");
        assertThat(buttons.shareChat(ann.id(), bot.id(), "Group", group.id()))
                .contains("\"chat_shared\":{\"request_id\":8,\"chat_id\":" + group.id() + ",\"title\":\"g\"}");
        assertThat(buttons.sendWebAppData(ann.id(), bot.id(), "App", "42"))
                .contains("\"web_app_data\":{\"data\":\"42\",\"button_text\":\"App\"}");
        assertThat(newest().get("message").has("web_app_data")).isTrue();
        assertThatThrownBy(() -> buttons.shareUsers(ann.id(), bot.id(), "Friends", List.of()))
                .hasMessage("choose 1 to 2 people");
        assertThatThrownBy(() -> buttons.tap(ann.id(), bot.id(), "Here"))
                .hasMessage("no key \"Here\" of the kind text");
    }

    @Test
    void aKeyMayAskForAPollOfSomeKind() {
        scene.ok(
                bot,
                "sendMessage",
                "chat_id",
                Scene.text(ann.id()),
                "text",
                "ask",
                "reply_markup",
                "{\"keyboard\":[[{\"text\":\"Quiz\",\"request_poll\":{\"type\":\"quiz\"}},"
                        + "{\"text\":\"Any\",\"request_poll\":{}}]]}");
        var poll = new Outgoing.Item.Poll("Tea?", List.of("yes", "no"), null, false, true);
        assertThatThrownBy(() -> buttons.sharePoll(ann.id(), bot.id(), "Quiz", poll))
                .hasMessage("the key asks for a quiz poll");
        assertThat(buttons.sharePoll(ann.id(), bot.id(), "Any", poll)).contains("\"question\":\"Tea?\"");
        var seen = newest().get("message").get("poll");
        assertThat(seen.get("is_anonymous").asBoolean()).isFalse();
        assertThat(seen.get("allows_multiple_answers").asBoolean()).isTrue();
    }

    @Test
    void aKeyboardStaysUntilItIsTakenAwayOrReplaced() {
        assertThat(buttons.keyboard(ann.id(), bot.id())).isEmpty();
        send(ann.id(), "{\"keyboard\":[[\"a\"]]}");
        send(ann.id(), inline("\"text\":\"t\",\"callback_data\":\"d\""));
        assertThat(buttons.keyboard(ann.id(), bot.id())).isPresent();
        send(ann.id(), "{\"remove_keyboard\":true}");
        assertThat(buttons.keyboard(ann.id(), bot.id())).isEmpty();
        send(ann.id(), "{\"keyboard\":[[\"a\"]]}");
        send(ann.id(), "{\"force_reply\":true}");
        assertThat(buttons.keyboard(ann.id(), bot.id())).isEmpty();
    }

    @Test
    void aSelectiveKeyboardIsForThoseWhomTheMessageMentions() {
        scene.world.chats().join(group.id(), bob.id());
        scene.ok(
                bot,
                "sendMessage",
                "chat_id",
                Scene.text(group.id()),
                "text",
                "you, @annika",
                "reply_markup",
                "{\"keyboard\":[[\"a\"]],\"selective\":true}");
        assertThat(buttons.keyboard(ann.id(), group.id())).isPresent();
        assertThat(buttons.keyboard(bob.id(), group.id())).isEmpty();
    }

    @Test
    void keyboardsAreCheckedForTheirChat() {
        assertThat(refused(channel.id(), "{\"force_reply\":true}"))
                .isEqualTo("400 Bad Request: inline keyboard expected");
        assertThat(refused(channel.id(), "{\"keyboard\":[[\"a\"]]}"))
                .isEqualTo("400 Bad Request: inline keyboard expected");
        assertThat(refused(group.id(), KEYS))
                .isEqualTo("400 Bad Request: phone number can be requested in private chats only");
        assertThat(refused(group.id(), "{\"keyboard\":[[{\"text\":\"a\",\"web_app\":{\"url\":\"https://e.org\"}}]]}"))
                .isEqualTo("400 Bad Request: web App buttons can be used in private chats only");
        assertThat(refused(ann.id(), "{\"keyboard\":[[{\"text\":\"a\",\"request_users\":{}}]]}"))
                .isEqualTo("400 Bad Request: can't parse keyboard button: Can't find field \"request_id\"");
        assertThat(refused(ann.id(), "{\"keyboard\":[[7]]}"))
                .isEqualTo(
                        "400 Bad Request: can't parse keyboard button: KeyboardButton must be a String or an Object");
    }
}
