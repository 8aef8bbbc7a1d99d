package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TopicsTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount plain = scene.world.addBot("two_bot");
    private final Person ann = scene.world.addUser("Ann", "ann");
    private final Group forum = scene.world.addForum("f", null, List.of(Admin.full(bot.id())));
    private final String chat = Scene.text(forum.id());

    TopicsTest() {
        scene.world.chats().join(forum.id(), ann.id());
        scene.world.chats().join(forum.id(), plain.id());
    }

    private String topic(String name) {
        return scene.ok(bot, "createForumTopic", "chat_id", chat, "name", name)
                .get("message_thread_id")
                .asString();
    }

    private JsonNode last(BotAccount of) {
        var updates = scene.updates(of);
        return updates.get(updates.size() - 1).get("message");
    }

    @Test
    void aTopicBeginsWithNewsThatEvenItsBotGets() {
        var created = scene.ok(bot, "createForumTopic", "chat_id", chat, "name", " news ", "icon_color", "9367192");
        assertThat(created.get("name").asString()).isEqualTo("news");
        assertThat(created.get("icon_color").asInt()).isEqualTo(9_367_192);
        var news = last(bot);
        assertThat(Scene.id(news)).isEqualTo(created.get("message_thread_id").asInt());
        assertThat(news.get("message_thread_id").asInt()).isEqualTo(Scene.id(news));
        assertThat(news.get("is_topic_message").asBoolean()).isTrue();
        assertThat(news.get("forum_topic_created").get("name").asString()).isEqualTo("news");
        assertThat(scene.ok(bot, "getChat", "chat_id", chat).get("is_forum").asBoolean())
                .isTrue();
    }

    @Test
    void messagesOfATopicNameItAndAnswerItsBeginning() {
        var id = topic("t");
        var sent = scene.ok(bot, "sendMessage", "chat_id", chat, "text", "x", "message_thread_id", id);
        assertThat(sent.get("message_thread_id").asString()).isEqualTo(id);
        assertThat(sent.get("is_topic_message").asBoolean()).isTrue();
        assertThat(sent.get("reply_to_message").get("message_id").asString()).isEqualTo(id);
        var general = scene.ok(bot, "sendMessage", "chat_id", chat, "text", "x");
        assertThat(general.has("message_thread_id")).isFalse();
        assertThat(general.has("is_topic_message")).isFalse();
        var answer = scene.ok(
                bot, "sendMessage", "chat_id", chat, "text", "y", "reply_to_message_id", Scene.text(Scene.id(sent)));
        assertThat(answer.get("message_thread_id").asString()).isEqualTo(id);
        var said = Scene.json(scene.world
                .people()
                .say(ann.id(), forum.id(), Outgoing.text("z").withThread(Integer.parseInt(id))));
        assertThat(said.get("message_thread_id").asString()).isEqualTo(id);
    }

    @Test
    void aThreadThatIsNoTopicIsNotFound() {
        for (var id : List.of("1", "999")) {
            assertThat(scene.refusal(bot, "sendMessage", "chat_id", chat, "text", "x", "message_thread_id", id))
                    .as(id)
                    .isEqualTo("400 Bad Request: message thread not found");
        }
        var group = scene.world.addGroup("g", null, List.of(Admin.full(bot.id())));
        assertThat(scene.refusal(
                        bot, "sendMessage", "chat_id", Scene.text(group.id()), "text", "x", "message_thread_id", "77"))
                .isEqualTo("400 Bad Request: message thread not found");
        assertThat(scene.refusal(bot, "createForumTopic", "chat_id", Scene.text(group.id()), "name", "x"))
                .isEqualTo("400 Bad Request: the chat is not a forum");
    }

    @Test
    void aClosedTopicIsForItsAdministratorsOnly() {
        var id = topic("t");
        scene.ok(bot, "closeForumTopic", "chat_id", chat, "message_thread_id", id);
        assertThat(last(bot).has("forum_topic_closed")).isTrue();
        assertThat(scene.refusal(plain, "sendMessage", "chat_id", chat, "text", "x", "message_thread_id", id))
                .isEqualTo("400 Bad Request: TOPIC_CLOSED");
        scene.ok(bot, "sendMessage", "chat_id", chat, "text", "x", "message_thread_id", id);
        assertThat(scene.refusal(bot, "closeForumTopic", "chat_id", chat, "message_thread_id", id))
                .isEqualTo("400 Bad Request: TOPIC_NOT_MODIFIED");
        scene.ok(bot, "reopenForumTopic", "chat_id", chat, "message_thread_id", id);
        assertThat(last(bot).has("forum_topic_reopened")).isTrue();
        scene.ok(plain, "sendMessage", "chat_id", chat, "text", "x", "message_thread_id", id);
    }

    @Test
    void aTopicIsRenamedWithNews() {
        var id = topic("t");
        scene.ok(
                bot,
                "editForumTopic",
                "chat_id",
                chat,
                "message_thread_id",
                id,
                "name",
                "u",
                "icon_custom_emoji_id",
                "5");
        var edited = last(bot).get("forum_topic_edited");
        assertThat(edited.get("name").asString()).isEqualTo("u");
        assertThat(edited.get("icon_custom_emoji_id").asString()).isEqualTo("5");
        assertThat(scene.refusal(bot, "editForumTopic", "chat_id", chat, "message_thread_id", id, "name", "u"))
                .isEqualTo("400 Bad Request: TOPIC_NOT_MODIFIED");
        assertThat(scene.refusal(bot, "editForumTopic", "chat_id", chat, "message_thread_id", id, "name", " "))
                .isEqualTo("400 Bad Request: title must be non-empty");
        assertThat(scene.refusal(bot, "editForumTopic", "chat_id", chat, "message_thread_id", "77", "name", "u"))
                .isEqualTo("400 Bad Request: TOPIC_ID_INVALID");
        assertThat(scene.refusal(bot, "editForumTopic", "chat_id", chat, "name", "u"))
                .isEqualTo("400 Bad Request: invalid message thread identifier specified");
    }

    @Test
    void aDeletedTopicTakesItsMessagesAlong() {
        var id = topic("t");
        var sent = scene.ok(bot, "sendMessage", "chat_id", chat, "text", "x", "message_thread_id", id);
        scene.ok(bot, "deleteForumTopic", "chat_id", chat, "message_thread_id", id);
        assertThat(scene.refusal(bot, "deleteMessage", "chat_id", chat, "message_id", Scene.text(Scene.id(sent))))
                .isEqualTo("400 Bad Request: message to delete not found");
        assertThat(scene.refusal(bot, "sendMessage", "chat_id", chat, "text", "x", "message_thread_id", id))
                .isEqualTo("400 Bad Request: message thread not found");
    }

    @Test
    void topicsTakeRights() {
        var id = topic("t");
        assertThat(scene.refusal(plain, "createForumTopic", "chat_id", chat, "name", "x"))
                .isEqualTo("400 Bad Request: not enough rights to create a topic");
        assertThat(scene.refusal(plain, "editForumTopic", "chat_id", chat, "message_thread_id", id, "name", "x"))
                .isEqualTo("400 Bad Request: not enough rights to edit the topic");
        assertThat(scene.refusal(plain, "closeForumTopic", "chat_id", chat, "message_thread_id", id))
                .isEqualTo("400 Bad Request: not enough rights to close or open the topic");
        assertThat(scene.refusal(plain, "deleteForumTopic", "chat_id", chat, "message_thread_id", id))
                .isEqualTo("400 Bad Request: not enough rights to delete the topic");
        assertThat(scene.refusal(plain, "unpinAllForumTopicMessages", "chat_id", chat, "message_thread_id", id))
                .isEqualTo("400 Bad Request: not enough rights to manage pinned messages in the chat");
    }

    @Test
    void theGeneralTopicIsHiddenAndClosedAtOnceAndComesBackWhenOpened() {
        scene.ok(bot, "hideGeneralForumTopic", "chat_id", chat);
        assertThat(last(bot).has("general_forum_topic_hidden")).isTrue();
        assertThat(scene.refusal(plain, "sendMessage", "chat_id", chat, "text", "x"))
                .isEqualTo("400 Bad Request: TOPIC_CLOSED");
        assertThat(scene.refusal(bot, "hideGeneralForumTopic", "chat_id", chat))
                .isEqualTo("400 Bad Request: TOPIC_NOT_MODIFIED");
        scene.ok(bot, "reopenGeneralForumTopic", "chat_id", chat);
        assertThat(scene.updates(bot).toString()).contains("general_forum_topic_unhidden");
        scene.ok(plain, "sendMessage", "chat_id", chat, "text", "x");
        scene.ok(bot, "closeGeneralForumTopic", "chat_id", chat);
        assertThat(scene.refusal(bot, "unhideGeneralForumTopic", "chat_id", chat))
                .isEqualTo("400 Bad Request: TOPIC_NOT_MODIFIED");
        scene.ok(bot, "editGeneralForumTopic", "chat_id", chat, "name", "All");
        assertThat(last(bot).get("forum_topic_edited").get("name").asString()).isEqualTo("All");
    }

    @Test
    void pinsAreTakenAwayTopicByTopic() {
        var id = topic("t");
        var inside = scene.ok(bot, "sendMessage", "chat_id", chat, "text", "in", "message_thread_id", id);
        var outside = scene.ok(bot, "sendMessage", "chat_id", chat, "text", "out");
        for (var message : List.of(outside, inside)) {
            scene.ok(bot, "pinChatMessage", "chat_id", chat, "message_id", Scene.text(Scene.id(message)));
        }
        scene.ok(bot, "unpinAllForumTopicMessages", "chat_id", chat, "message_thread_id", id);
        assertThat(scene.ok(bot, "getChat", "chat_id", chat)
                        .get("pinned_message")
                        .get("text")
                        .asString())
                .isEqualTo("out");
        scene.ok(bot, "unpinAllGeneralForumTopicMessages", "chat_id", chat);
        assertThat(scene.ok(bot, "getChat", "chat_id", chat).has("pinned_message"))
                .isFalse();
        assertThat(scene.raw(bot, "getForumTopicIconStickers")).isEqualTo("[]");
    }

    @Test
    void peopleMakeTopicsWhereTheyMay() {
        assertThatThrownBy(() -> scene.world.forums().create(ann.id(), forum.id(), "mine"))
                .hasMessageContaining("may not begin a topic");
        scene.world.chatSettings().permissions(forum.id(), Permissions.ALL);
        int id = scene.world.forums().create(ann.id(), forum.id(), "mine");
        scene.world.forums().rename(ann.id(), forum.id(), id, "ours");
        scene.world.forums().close(ann.id(), forum.id(), id, true);
        assertThat(scene.updates(bot).toString())
                .contains("\"forum_topic_edited\":{\"name\":\"ours\"}", "\"forum_topic_closed\":{}");
    }

    @Test
    void aPrivateChatHasTopicsIfItsBotWantsThem() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        var id = Scene.text(ann.id());
        assertThat(scene.refusal(bot, "createForumTopic", "chat_id", id, "name", "x"))
                .isEqualTo("400 Bad Request: the chat is not a forum");
        scene.world.botSettings().topics(bot.id(), true, true);
        assertThat(scene.ok(bot, "getMe").get("has_topics_enabled").asBoolean()).isTrue();
        var thread = scene.ok(bot, "createForumTopic", "chat_id", id, "name", "x")
                .get("message_thread_id")
                .asString();
        var sent = scene.ok(bot, "sendMessage", "chat_id", id, "text", "y", "message_thread_id", thread);
        assertThat(sent.get("message_thread_id").asString()).isEqualTo(thread);
        int own = scene.world.forums().create(ann.id(), bot.id(), "mine");
        var said = Scene.json(
                scene.world.people().say(ann.id(), bot.id(), Outgoing.text("z").withThread(own)));
        assertThat(said.get("is_topic_message").asBoolean()).isTrue();
    }

    @Test
    void answersInASupergroupMakeAThread() {
        var group = scene.world.addGroup("g", null, List.of(Admin.full(bot.id())));
        var id = Scene.text(group.id());
        var root = scene.ok(bot, "sendMessage", "chat_id", id, "text", "root");
        var rootId = Scene.text(Scene.id(root));
        var answer = scene.ok(bot, "sendMessage", "chat_id", id, "text", "a", "reply_to_message_id", rootId);
        var second = scene.ok(
                bot, "sendMessage", "chat_id", id, "text", "b", "reply_to_message_id", Scene.text(Scene.id(answer)));
        assertThat(answer.get("message_thread_id").asString()).isEqualTo(rootId);
        assertThat(second.get("message_thread_id").asString()).isEqualTo(rootId);
        assertThat(second.has("is_topic_message")).isFalse();
    }

    @Test
    void whoBeganATopicWritesToItThoughItIsClosed() {
        var ben = scene.world.addUser("Ben", null);
        scene.world.chats().join(forum.id(), ben.id());
        scene.world.chatSettings().permissions(forum.id(), Permissions.ALL);
        int id = scene.world.forums().create(ann.id(), forum.id(), "hers");
        scene.ok(bot, "closeForumTopic", "chat_id", chat, "message_thread_id", Scene.text(id));
        scene.world.people().say(ann.id(), forum.id(), Outgoing.text("mine").withThread(id));
        assertThatThrownBy(() -> scene.world
                        .people()
                        .say(ben.id(), forum.id(), Outgoing.text("not mine").withThread(id)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
