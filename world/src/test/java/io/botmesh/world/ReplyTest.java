package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers, quotes, effects, and what is copied or forwarded of them. */
class ReplyTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Person ann = scene.world.addUser("Ann", null);
    private final Channel channel =
            scene.world.addChannel("c", null, List.of(Admin.full(bot.id()), Admin.full(other.id())));
    private final Channel elsewhere = scene.world.addChannel("e", null, List.of(Admin.full(bot.id())));
    private final String chat = Scene.text(channel.id());

    private int post(String text, String... more) {
        var all = new java.util.ArrayList<>(List.of("chat_id", chat, "text", text));
        all.addAll(List.of(more));
        return Scene.id(scene.ok(bot, "sendMessage", all.toArray(String[]::new)));
    }

    private Reply answer(String chatId, String parameters) {
        return scene.call(bot, "sendMessage", "chat_id", chatId, "text", "yes", "reply_parameters", parameters);
    }

    @Test
    void aQuoteMustStandInTheAnsweredMessageLetterByLetter() {
        int id = post("one <b>two</b> one two", "parse_mode", "HTML");
        var quote = Scene.ok(answer(chat, "{\"message_id\":" + id + ",\"quote\":\"one\",\"quote_position\":7}"))
                .get("quote");
        assertThat(quote.toString()).isEqualTo("{\"text\":\"one\",\"position\":8,\"is_manual\":true}");
        var bold = Scene.ok(answer(
                        chat, "{\"message_id\":" + id + ",\"quote\":\"<b>two</b>\",\"quote_parse_mode\":\"HTML\"}"))
                .get("quote");
        assertThat(bold.get("position").asInt()).isEqualTo(4);
        assertThat(bold.get("entities").get(0).get("type").asString()).isEqualTo("bold");
        for (var wrong : List.of("three", "ONE", "<b>one</b>")) {
            assertThat(Scene.refusal(answer(
                            chat,
                            "{\"message_id\":" + id + ",\"quote\":\"" + wrong + "\",\"quote_parse_mode\":\"HTML\"}")))
                    .isEqualTo("400 Bad Request: QUOTE_TEXT_INVALID");
        }
        var updates = scene.updates(other);
        assertThat(updates.get(updates.size() - 1)
                        .get("channel_post")
                        .get("quote")
                        .toString())
                .isEqualTo(bold.toString());
    }

    @Test
    void aMessageOfAnotherChatIsAnsweredWithWhatItWas() {
        var photo = scene.ok(
                bot,
                "sendPhoto",
                Arguments.builder()
                        .add("chat_id", chat)
                        .add("caption", "look here")
                        .add(new Upload("photo", "p.png", "", Blob.of(Samples.png(4, 3))))
                        .build());
        var there = Scene.text(elsewhere.id());
        var answered =
                Scene.ok(answer(there, "{\"message_id\":" + Scene.id(photo) + ",\"chat_id\":" + channel.id() + "}"));
        assertThat(answered.has("reply_to_message")).isFalse();
        var external = answered.get("external_reply");
        SchemaCheck.conforms(external, "ExternalReplyInfo", "external_reply");
        assertThat(external.propertyNames()).containsExactly("origin", "chat", "message_id", "photo");
        assertThat(external.get("origin").get("type").asString()).isEqualTo("channel");
        assertThat(answered.get("quote").toString()).isEqualTo("{\"text\":\"look here\",\"position\":0}");
        assertThat(Scene.refusal(answer(there, "{\"message_id\":99,\"chat_id\":" + channel.id() + "}")))
                .isEqualTo("400 Bad Request: message to be replied not found");
        assertThat(Scene.refusal(answer(there, "{\"message_id\":2,\"chat_id\":-5}")))
                .isEqualTo("400 Bad Request: chat not found");
        int secret = post("s", "protect_content", "true");
        assertThat(Scene.ok(answer(there, "{\"message_id\":" + secret + ",\"chat_id\":" + channel.id() + "}"))
                        .has("external_reply"))
                .isFalse();
    }

    @Test
    void whatIsGoneIsAnsweredOnlyIfThatIsAllowed() {
        assertThat(Scene.refusal(answer(chat, "{\"message_id\":99}")))
                .isEqualTo("400 Bad Request: message to be replied not found");
        assertThat(Scene.ok(answer(chat, "{\"message_id\":99,\"allow_sending_without_reply\":true}"))
                        .has("reply_to_message"))
                .isFalse();
        assertThat(Scene.refusal(answer(chat, "7"))).isEqualTo("400 Bad Request: object expected as reply parameters");
        assertThat(Scene.refusal(answer(chat, "{")))
                .isEqualTo("400 Bad Request: can't parse reply parameters JSON object");
    }

    @Test
    void effectsAreForPrivateChats() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        assertThat(scene.ok(
                                bot,
                                "sendMessage",
                                "chat_id",
                                Scene.text(ann.id()),
                                "text",
                                "x",
                                "message_effect_id",
                                "5104841245755180586")
                        .get("effect_id")
                        .asString())
                .isEqualTo("5104841245755180586");
        assertThat(scene.refusal(
                        bot, "sendMessage", "chat_id", chat, "text", "x", "message_effect_id", "5104841245755180586"))
                .isEqualTo("400 Bad Request: can't use message effects in the chat");
    }

    @Test
    void noBusinessIsConnected() {
        assertThat(scene.refusal(bot, "sendMessage", "chat_id", chat, "text", "x", "business_connection_id", "b"))
                .isEqualTo("400 Bad Request: business connection not found");
    }

    @Test
    void forwardsAndCopiesOfMovingThingsAreTheirOwn() {
        var live =
                scene.ok(bot, "sendLocation", "chat_id", chat, "latitude", "1", "longitude", "2", "live_period", "600");
        var forwarded = scene.ok(
                bot, "forwardMessage", "chat_id", chat, "from_chat_id", chat, "message_id", Scene.text(Scene.id(live)));
        assertThat(forwarded.get("location").has("live_period")).isFalse();
        var dice = scene.ok(bot, "sendDice", "chat_id", chat, "emoji", "\ud83c\udfb0");
        var same = scene.ok(
                bot, "forwardMessage", "chat_id", chat, "from_chat_id", chat, "message_id", Scene.text(Scene.id(dice)));
        assertThat(same.get("dice")).isEqualTo(dice.get("dice"));
    }

    @Test
    void linkPreviewOptionsAreShownWithWhatHasALink() {
        var shown = scene.ok(
                bot,
                "sendMessage",
                "chat_id",
                chat,
                "text",
                "see example.org",
                "link_preview_options",
                "{\"is_disabled\":true}");
        assertThat(shown.get("link_preview_options").toString()).isEqualTo("{\"is_disabled\":true}");
        var plain =
                scene.ok(bot, "sendMessage", "chat_id", chat, "text", "no link", "disable_web_page_preview", "true");
        assertThat(plain.has("link_preview_options")).isFalse();
    }
}
