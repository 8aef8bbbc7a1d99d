package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final Person ann = scene.world.addUser("Ann", "ann");

    @Test
    void aPersonHasTheChatsWithBotsThatItWroteToAndThoseItIsIn() {
        var channel = scene.world.addChannel("News", null, List.of(Admin.full(ann.id())));
        scene.world.addChannel("Others", null, List.of(Admin.full(bot.id())));
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        scene.ok(bot, "sendMessage", "chat_id", Scene.text(ann.id()), "text", "hello");

        var chats = Scene.json(scene.world.screen().chatsJson(ann.id()));
        assertThat(chats.values().stream().map(chat -> chat.get("chat").longValue()))
                .containsExactly(bot.id(), channel.id());
        assertThat(chats.at("/0/bot/username").stringValue()).isEqualTo("one_bot");
        assertThat(chats.at("/0/messages").intValue()).isEqualTo(2);
        assertThat(chats.at("/0/last_message/text").stringValue()).isEqualTo("hello");
        assertThat(chats.at("/1/about/title").stringValue()).isEqualTo("News");
        assertThat(chats.at("/1/status").stringValue()).isEqualTo("administrator");
        assertThat(chats.at("/1/last_message/channel_chat_created").booleanValue())
                .isTrue();
    }

    @Test
    void aFileIsFoundByItsUniqueIdWhoeverSawIt() throws IOException {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        var sent = scene.document(bot, ann.id(), "a.csv", new byte[] {1, 2, 3});
        var file = scene.world.screen().file(sent.at("/document/file_unique_id").stringValue());
        assertThat(file).isNotNull();
        if (file == null) return;
        assertThat(file.contentType()).isEqualTo("text/csv");
        try (var in = file.content().open()) {
            assertThat(in.readAllBytes()).containsExactly(1, 2, 3);
        }
        assertThat(scene.world.screen().file("AgAAAA")).isNull();
    }

    @Test
    void nobodyHasNoScreen() {
        assertThatThrownBy(() -> scene.world.screen().chatsJson(5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nobody with id 5");
    }
}
