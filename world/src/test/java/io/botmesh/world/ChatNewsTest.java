package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ChatNewsTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Person ann = scene.world.addUser("Ann", "ann");
    private final Group group = scene.world.addGroup("g", null, List.of(Admin.full(bot.id())));
    private final Channel channel =
            scene.world.addChannel("c", null, List.of(Admin.full(bot.id()), Admin.of(other.id(), Right.POST_MESSAGES)));
    private final String chat = Scene.text(group.id());
    private final String post = Scene.text(channel.id());

    ChatNewsTest() {
        scene.world.chats().join(group.id(), ann.id());
        scene.world.chats().join(group.id(), other.id());
    }

    private JsonNode last(BotAccount of, String kind) {
        var updates = scene.updates(of);
        for (int i = updates.size() - 1; i >= 0; i--)
            if (updates.get(i).has(kind)) return updates.get(i).get(kind);
        throw new AssertionError("no " + kind + " in " + updates);
    }

    @Test
    void aNewTitleIsNewsForEverybody() {
        scene.ok(bot, "setChatTitle", "chat_id", chat, "title", " new  title ");
        for (var hearer : List.of(bot, other)) {
            assertThat(last(hearer, "message").get("new_chat_title").asString()).isEqualTo("new title");
        }
        assertThat(scene.ok(bot, "getChat", "chat_id", chat).get("title").asString())
                .isEqualTo("new title");
        scene.ok(bot, "setChatTitle", "chat_id", post, "title", "d");
        var news = last(bot, "channel_post");
        assertThat(news.get("new_chat_title").asString()).isEqualTo("d");
        assertThat(news.has("from")).isFalse();
        assertThat(scene.refusal(bot, "setChatTitle", "chat_id", chat, "title", " "))
                .isEqualTo("400 Bad Request: title must be non-empty");
        assertThat(scene.refusal(other, "setChatTitle", "chat_id", post, "title", "x"))
                .isEqualTo("400 Bad Request: not enough rights to change chat title");
    }

    @Test
    void aPhotoIsUploadedShownAndTakenAway() {
        var upload = Arguments.builder()
                .add("chat_id", chat)
                .add(new Upload("photo", "p.jpg", "image/jpeg", Blob.of(new byte[] {1, 2})))
                .build();
        scene.ok(bot, "setChatPhoto", upload);
        var fileId =
                last(bot, "message").get("new_chat_photo").get(0).get("file_id").asString();
        assertThat(scene.ok(bot, "getChat", "chat_id", chat)
                        .get("photo")
                        .get("big_file_id")
                        .asString())
                .isEqualTo(fileId);
        scene.ok(bot, "getFile", "file_id", fileId);
        scene.ok(bot, "deleteChatPhoto", "chat_id", chat);
        assertThat(last(bot, "message").get("delete_chat_photo").asBoolean()).isTrue();
        assertThat(scene.refusal(bot, "deleteChatPhoto", "chat_id", chat))
                .isEqualTo("400 Bad Request: CHAT_NOT_MODIFIED");
        assertThat(scene.refusal(bot, "setChatPhoto", "chat_id", chat))
                .isEqualTo("400 Bad Request: there is no photo in the request");
        assertThat(scene.refusal(bot, "setChatPhoto", "chat_id", chat, "photo", "abc"))
                .isEqualTo("400 Bad Request: photo must be uploaded as an InputFile");
        assertThat(scene.refusal(other, "deleteChatPhoto", "chat_id", post))
                .isEqualTo("400 Bad Request: not enough rights to change chat photo");
    }

    @Test
    void aDescriptionIsKeptWithoutNews() {
        scene.ok(bot, "setChatDescription", "chat_id", chat, "description", "about\nus");
        assertThat(scene.ok(bot, "getChat", "chat_id", chat).get("description").asString())
                .isEqualTo("about\nus");
        assertThat(scene.refusal(bot, "setChatDescription", "chat_id", chat, "description", "about\nus"))
                .isEqualTo("400 Bad Request: chat description is not modified");
        assertThat(scene.refusal(other, "setChatDescription", "chat_id", post, "description", "x"))
                .isEqualTo("400 Bad Request: not enough rights to set chat description");
    }

    @Test
    void aStickerSetBelongsToASupergroup() {
        assertThat(scene.refusal(bot, "setChatStickerSet", "chat_id", chat, "sticker_set_name", "animals"))
                .isEqualTo("400 Bad Request: sticker set not found");
        var sticker = "[{\"sticker\":\"attach://a\",\"format\":\"static\",\"emoji_list\":[\"\uD83D\uDC4D\"]}]";
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        Scene.ok(Scene.now(scene.send(
                bot,
                "createNewStickerSet",
                Arguments.builder()
                        .add("user_id", Scene.text(ann.id()))
                        .add("name", "animals_by_one_bot")
                        .add("title", "Animals")
                        .add("stickers", sticker)
                        .add(new Upload("a", "a.webp", "", Blob.of(new byte[] {1, 2, 3})))
                        .build())));
        scene.ok(bot, "setChatStickerSet", "chat_id", chat, "sticker_set_name", "Animals_by_one_bot");
        assertThat(scene.ok(bot, "getChat", "chat_id", chat)
                        .get("sticker_set_name")
                        .asString())
                .isEqualTo("animals_by_one_bot");
        scene.ok(bot, "deleteChatStickerSet", "chat_id", chat);
        assertThat(scene.ok(bot, "getChat", "chat_id", chat).has("sticker_set_name"))
                .isFalse();
        assertThat(scene.refusal(bot, "setChatStickerSet", "chat_id", post, "sticker_set_name", "animals"))
                .isEqualTo("400 Bad Request: method is available only in supergroups");
    }

    @Test
    void postsAreSignedIfTheChannelWants() {
        scene.world.chatSettings().signPosts(channel.id(), true);
        var sent = scene.ok(bot, "sendMessage", "chat_id", post, "text", "x");
        assertThat(sent.get("author_signature").asString()).isEqualTo("one_bot");
        assertThat(last(other, "channel_post").get("author_signature").asString())
                .isEqualTo("one_bot");
        var forward = scene.ok(
                bot, "forwardMessage", "chat_id", chat, "from_chat_id", post, "message_id", Scene.text(Scene.id(sent)));
        assertThat(forward.get("forward_origin").get("author_signature").asString())
                .isEqualTo("one_bot");
        scene.world.chatSettings().signPosts(channel.id(), false);
        assertThat(scene.ok(bot, "sendMessage", "chat_id", post, "text", "x").has("author_signature"))
                .isFalse();
    }

    @Test
    void postsComeToTheDiscussionGroupByThemselvesAndFollowEdits() {
        scene.world.chatSettings().discuss(channel.id(), group.id());
        assertThat(scene.ok(bot, "getChat", "chat_id", post)
                        .get("linked_chat_id")
                        .asLong())
                .isEqualTo(group.id());
        var sent = scene.ok(bot, "sendMessage", "chat_id", post, "text", "x");
        var forward = last(bot, "message");
        assertThat(forward.get("is_automatic_forward").asBoolean()).isTrue();
        assertThat(forward.get("from").get("id").asLong()).isEqualTo(777_000);
        assertThat(forward.get("sender_chat").get("id").asLong()).isEqualTo(channel.id());
        assertThat(forward.get("forward_origin").get("message_id").asInt()).isEqualTo(Scene.id(sent));
        assertThat(Scene.id(scene.ok(bot, "getChat", "chat_id", chat).get("pinned_message")))
                .isEqualTo(Scene.id(forward));
        scene.ok(bot, "editMessageText", "chat_id", post, "message_id", Scene.text(Scene.id(sent)), "text", "y");
        assertThat(last(bot, "edited_message").get("text").asString()).isEqualTo("y");
        scene.world.chatSettings().discussNoMore(group.id());
        assertThat(scene.ok(bot, "getChat", "chat_id", chat).has("linked_chat_id"))
                .isFalse();
    }

    @Test
    void boostsAreToldToAdministratorsWhenTheyComeAndGo() {
        var boost = scene.world.memberships().boost(ann.id(), channel.id(), Duration.ofDays(10));
        var told = last(other, "chat_boost").get("boost");
        assertThat(told.get("boost_id").asString()).isEqualTo(boost);
        assertThat(told.get("source").get("user").get("id").asLong()).isEqualTo(ann.id());
        assertThat(scene.ok(bot, "getUserChatBoosts", "chat_id", post, "user_id", Scene.text(ann.id()))
                        .get("boosts")
                        .size())
                .isEqualTo(1);
        scene.advance(Duration.ofDays(10));
        assertThat(last(bot, "removed_chat_boost").get("boost_id").asString()).isEqualTo(boost);
        assertThat(scene.ok(bot, "getUserChatBoosts", "chat_id", post, "user_id", Scene.text(ann.id()))
                        .get("boosts")
                        .size())
                .isZero();
        assertThat(scene.refusal(other, "getUserChatBoosts", "chat_id", chat, "user_id", Scene.text(ann.id())))
                .isEqualTo("400 Bad Request: CHAT_ADMIN_REQUIRED");
        var second = scene.world.memberships().boost(ann.id(), group.id(), Duration.ofDays(1));
        var said = Scene.json(scene.world.people().say(ann.id(), group.id(), Outgoing.text("x")));
        assertThat(said.get("sender_boost_count").asInt()).isEqualTo(1);
        scene.world.memberships().endBoost(group.id(), second);
        assertThatThrownBy(() -> scene.world.memberships().endBoost(group.id(), second))
                .hasMessageContaining("no boost");
    }

    @Test
    void membersPinIfAllMay() {
        var sent = scene.ok(other, "sendMessage", "chat_id", chat, "text", "x");
        var id = Scene.text(Scene.id(sent));
        assertThat(scene.refusal(other, "pinChatMessage", "chat_id", chat, "message_id", id))
                .isEqualTo("400 Bad Request: not enough rights to manage pinned messages in the chat");
        scene.world.chatSettings().permissions(group.id(), Permissions.ALL);
        scene.ok(other, "pinChatMessage", "chat_id", chat, "message_id", id);
        assertThat(last(other, "message").get("pinned_message").get("text").asString())
                .isEqualTo("x");
    }

    @Test
    void aPinInAPrivateChatIsNewsForItsBot() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        var annId = Scene.text(ann.id());
        var sent = scene.ok(bot, "sendMessage", "chat_id", annId, "text", "x");
        scene.ok(bot, "pinChatMessage", "chat_id", annId, "message_id", Scene.text(Scene.id(sent)));
        assertThat(last(bot, "message").get("pinned_message").get("text").asString())
                .isEqualTo("x");
        scene.ok(bot, "unpinChatMessage", "chat_id", annId);
        assertThat(scene.refusal(bot, "unpinChatMessage", "chat_id", annId))
                .isEqualTo("400 Bad Request: message to unpin not found");
    }
}
