package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorldTest {
    private static final String KEYBOARD = "{\"inline_keyboard\":[[{\"text\":\"t\",\"callback_data\":\"d\"}]]}";

    private final Scene scene = new Scene();
    private final BotAccount writer = scene.world.addBot("writer_bot");
    private final BotAccount reader = scene.world.addBot("reader_bot");
    private final Channel channel =
            scene.world.addChannel("News", null, List.of(Admin.full(writer.id()), Admin.full(reader.id())));
    private final String chat = Long.toString(channel.id());

    @Test
    void aPostComesBackAsTheServerWritesIt() {
        assertThat(scene.raw(writer, "sendMessage", "chat_id", chat, "text", "Grüße 😀/\n"))
                .isEqualTo("{\"message_id\":2,\"sender_chat\":{\"id\":" + chat
                        + ",\"title\":\"News\",\"type\":\"channel\"},\"chat\":{\"id\":" + chat
                        + ",\"title\":\"News\",\"type\":\"channel\"},\"date\":1767225600,"
                        + "\"text\":\"Gr\\u00fc\\u00dfe \\ud83d\\ude00/\"}");
    }

    @Test
    void anotherAdministratorGetsThePostAsAnUpdate() {
        var post = scene.raw(writer, "sendMessage", "chat_id", chat, "text", "hello");
        scene.seconds(4);
        var updates = scene.raw(reader, "getUpdates");
        int id = Scene.json(updates).get(1).get("update_id").asInt();
        assertThat(updates).endsWith("{\"update_id\":" + id + ",\n\"channel_post\":" + post + "}]");
    }

    @Test
    void aPersonsMessageReachesTheBotAndTheAnswerGoesBack() {
        var ann = scene.world.addUser("Ann", "ann");
        scene.world.people().say(ann.id(), reader.id(), Outgoing.text("/start now"));
        var message = scene.updates(reader).get(1).get("message");
        assertThat(message.get("from").toString())
                .isEqualTo("{\"id\":" + ann.id()
                        + ",\"is_bot\":false,\"first_name\":\"Ann\",\"username\":\"ann\",\"language_code\":\"en\"}");
        assertThat(message.get("entities").toString())
                .isEqualTo("[{\"offset\":0,\"length\":6,\"type\":\"bot_command\"}]");
        var answer = scene.ok(
                reader,
                "sendMessage",
                "chat_id",
                message.get("chat").get("id").asString(),
                "text",
                "hi",
                "reply_parameters",
                "{\"message_id\":" + message.get("message_id").asString() + "}");
        assertThat(answer.get("message_id").asInt()).isEqualTo(2);
        assertThat(answer.get("from").get("username").asString()).isEqualTo("reader_bot");
        assertThat(answer.get("reply_to_message").get("text").asString()).isEqualTo("/start now");
    }

    @Test
    void theFieldsOfAMessageComeInTheServersOrder() {
        var ann = scene.world.addUser("Ann", "ann");
        var forum = scene.world.addForum("f", null, List.of(Admin.full(reader.id()), Admin.full(ann.id())));
        int topic = scene.world.forums().create(ann.id(), forum.id(), "t");
        var there = Scene.text(forum.id());
        var sent = scene.ok(
                reader,
                "sendMessage",
                "chat_id",
                there,
                "message_thread_id",
                Scene.text(topic),
                "text",
                "/x",
                "protect_content",
                "true",
                "reply_markup",
                KEYBOARD);
        assertThat(sent.propertyNames())
                .containsExactly(
                        "message_id",
                        "from",
                        "chat",
                        "date",
                        "message_thread_id",
                        "reply_to_message",
                        "text",
                        "entities",
                        "reply_markup",
                        "has_protected_content",
                        "is_topic_message");
        var post = Scene.text(Scene.id(scene.ok(writer, "sendMessage", "chat_id", chat, "text", "news")));
        scene.ok(writer, "editMessageText", "chat_id", chat, "message_id", post, "text", "old");
        var updates = scene.updates(reader);
        assertThat(updates.get(updates.size() - 1).get("edited_channel_post").propertyNames())
                .containsExactly("message_id", "sender_chat", "chat", "date", "edit_date", "text");
        assertThat(scene.ok(writer, "forwardMessage", "chat_id", chat, "from_chat_id", chat, "message_id", post)
                        .propertyNames())
                .containsExactly(
                        "message_id",
                        "sender_chat",
                        "chat",
                        "date",
                        "forward_origin",
                        "forward_from_chat",
                        "forward_from_message_id",
                        "forward_date",
                        "text");
    }

    @Test
    void idsOf64BitsAreTextAndAllOthersNumbers() {
        var ann = scene.world.addUser("Ann", "ann");
        scene.world.people().say(ann.id(), reader.id(), Outgoing.text("hi"));
        var her = Scene.text(ann.id());
        var shown = scene.ok(reader, "sendMessage", "chat_id", her, "text", "x", "reply_markup", KEYBOARD);
        scene.world.people().press(ann.id(), reader.id(), Scene.id(shown), "d");
        var updates = scene.updates(reader);
        var pressed = updates.get(updates.size() - 1).get("callback_query");
        assertThat(pressed.get("id").isString()).isTrue();
        assertThat(pressed.get("chat_instance").isString()).isTrue();
        assertThat(pressed.at("/from/id").isNumber()).isTrue();
        assertThat(pressed.at("/message/message_id").isNumber()).isTrue();
        var effect = scene.ok(
                reader, "sendMessage", "chat_id", her, "text", "x", "message_effect_id", "5104841245755180586");
        assertThat(effect.get("effect_id").isString()).isTrue();
        var album =
                "[{\"type\":\"document\",\"media\":\"attach://a\"},{\"type\":\"document\",\"media\":\"attach://a\"}]";
        var sent = scene.ok(
                reader,
                "sendMediaGroup",
                Arguments.builder()
                        .add("chat_id", her)
                        .add("media", album)
                        .add(new Upload("a", "a.txt", "", Blob.of(new byte[] {1})))
                        .build());
        assertThat(sent.at("/0/media_group_id").isString()).isTrue();
        assertThat(sent.at("/0/chat/id").isNumber()).isTrue();
    }
}
