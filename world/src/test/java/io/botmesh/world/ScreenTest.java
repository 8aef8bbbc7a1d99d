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
    void anOpenChatShowsTheNewestMessagesWithOpinionsAndTheKeyboardInForce() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("1"));
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("2"));
        var chat = Scene.text(ann.id());
        scene.ok(bot, "sendMessage", "chat_id", chat, "text", "3", "reply_markup", "{\"keyboard\":[[\"Yes\"]]}");
        var poll = scene.ok(bot, "sendPoll", "chat_id", chat, "question", "q", "options", "[\"a\",\"b\"]");
        scene.world.people().opinions().vote(ann.id(), bot.id(), Scene.id(poll), 1);
        scene.world.people().opinions().react(ann.id(), bot.id(), 2, "\uD83D\uDC4D");

        var open = Scene.json(scene.world.screen().chatJson(ann.id(), bot.id(), 3));
        assertThat(open.get("messages").values().stream()
                        .map(item -> item.at("/message/message_id").intValue()))
                .containsExactly(2, 3, 4);
        assertThat(open.at("/messages/0/reactions/0/total_count").intValue()).isEqualTo(1);
        assertThat(open.at("/messages/0/reacted/0/emoji").stringValue()).isEqualTo("\uD83D\uDC4D");
        assertThat(open.at("/messages/2/chosen/0").intValue()).isEqualTo(1);
        assertThat(open.at("/keyboard/keyboard/0/0/text").stringValue()).isEqualTo("Yes");
    }

    @Test
    void aForumShowsItsTopicsAndWhichAreClosed() {
        var forum = scene.world.addForum("Team", null, List.of(Admin.full(ann.id())));
        int news = scene.world.forums().create(ann.id(), forum.id(), "News");
        scene.world.forums().close(ann.id(), forum.id(), news, true);
        assertThat(Scene.json(scene.world.screen().chatJson(ann.id(), forum.id(), 1))
                        .get("topics"))
                .isEqualTo(Scene.json("[{\"message_thread_id\":1,\"name\":\"General\"},{\"message_thread_id\":" + news
                        + ",\"name\":\"News\",\"closed\":true}]"));
        assertThat(scene.world.screen().chatJson(ann.id(), bot.id(), 1)).doesNotContain("topics");
    }

    @Test
    void aChatThatHasNotBegunIsEmptyAndLookingDoesNotBeginIt() {
        assertThat(scene.world.screen().chatJson(ann.id(), bot.id(), 3)).isEqualTo("{\"messages\":[]}");
        assertThat(scene.world.screen().chatsJson(ann.id())).isEqualTo("[]");
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
    void theStateNamesWebhooksWithoutTheTokenInTheirPath() {
        scene.ok(bot, "setWebhook", "url", "https://example.org/" + bot.token() + "/updates");
        var state = Scene.json(scene.world.stateJson(false));
        assertThat(state.at("/bots/0/webhook").stringValue())
                .isEqualTo("https://example.org/" + bot.id() + ":***/updates");
    }

    @Test
    void nobodyHasNoScreen() {
        assertThatThrownBy(() -> scene.world.screen().chatsJson(5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nobody with id 5");
    }
}
