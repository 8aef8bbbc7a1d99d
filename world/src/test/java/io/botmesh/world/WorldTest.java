package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorldTest {
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
}
