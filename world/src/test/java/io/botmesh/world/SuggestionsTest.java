package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SuggestionsTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Person ann = scene.world.addUser("Ann", "ann");
    private final Channel channel =
            scene.world.addChannel("c", null, List.of(Admin.full(bot.id()), Admin.of(other.id(), Right.CHANGE_INFO)));
    private final Group direct = scene.world.chatSettings().directMessages(channel.id());
    private final String chat = Scene.text(direct.id());

    private JsonNode last(BotAccount of, String kind) {
        var updates = scene.updates(of);
        for (int i = updates.size() - 1; i >= 0; i--)
            if (updates.get(i).has(kind)) return updates.get(i).get(kind);
        throw new AssertionError("no " + kind + " in " + updates);
    }

    private String suggest() {
        var at = Scene.START.plus(Duration.ofHours(1));
        return Scene.text(Scene.id(
                Scene.json(scene.world.people().suggest(ann.id(), direct.id(), Outgoing.text("idea"), 5, at))));
    }

    @Test
    void whoWritesToAChannelHasATopicThere() {
        scene.world.people().say(ann.id(), direct.id(), Outgoing.text("hello"));
        var got = last(bot, "message");
        assertThat(got.get("direct_messages_topic").get("topic_id").asLong()).isEqualTo(ann.id());
        assertThat(got.get("chat").get("is_direct_messages").asBoolean()).isTrue();
        var sent = scene.ok(
                bot, "sendMessage", "chat_id", chat, "text", "hi", "direct_messages_topic_id", Scene.text(ann.id()));
        assertThat(sent.get("direct_messages_topic")
                        .get("user")
                        .get("first_name")
                        .asString())
                .isEqualTo("Ann");
        assertThat(scene.refusal(bot, "sendMessage", "chat_id", chat, "text", "hi"))
                .isEqualTo("400 Bad Request: direct messages topic must be specified");
        assertThat(scene.ok(bot, "getChat", "chat_id", chat)
                        .get("parent_chat")
                        .get("id")
                        .asLong())
                .isEqualTo(channel.id());
    }

    @Test
    void anApprovedPostAppearsWhenItWasAskedFor() {
        var id = suggest();
        var pending = last(bot, "message").get("suggested_post_info");
        assertThat(pending.get("state").asString()).isEqualTo("pending");
        assertThat(pending.get("price").get("amount").asInt()).isEqualTo(5);
        assertThat(scene.refusal(other, "approveSuggestedPost", "chat_id", chat, "message_id", id))
                .isEqualTo("400 Bad Request: not enough rights to approve suggested posts");
        scene.ok(bot, "approveSuggestedPost", "chat_id", chat, "message_id", id);
        var approved = last(bot, "message").get("suggested_post_approved");
        assertThat(approved.get("suggested_post_message").get("text").asString())
                .isEqualTo("idea");
        assertThat(approved.get("send_date").asLong()).isEqualTo(Scene.START.getEpochSecond() + 3600);
        assertThat(scene.updates(other).toString()).doesNotContain("channel_post");
        scene.advance(Duration.ofHours(1));
        assertThat(last(other, "channel_post").get("text").asString()).isEqualTo("idea");
        assertThat(scene.refusal(bot, "approveSuggestedPost", "chat_id", chat, "message_id", id))
                .isEqualTo("400 Bad Request: MESSAGE_ID_INVALID");
    }

    @Test
    void aDeclinedPostIsToldWithItsReason() {
        var id = suggest();
        assertThat(scene.refusal(other, "declineSuggestedPost", "chat_id", chat, "message_id", id))
                .isEqualTo("400 Bad Request: not enough rights to decline suggested posts");
        scene.ok(bot, "declineSuggestedPost", "chat_id", chat, "message_id", id, "comment", "too long");
        assertThat(last(bot, "message")
                        .get("suggested_post_declined")
                        .get("comment")
                        .asString())
                .isEqualTo("too long");
        assertThatThrownBy(() -> scene.world.people().suggest(ann.id(), channel.id(), Outgoing.text("idea"), 0, null))
                .hasMessageContaining("nobody takes suggestions");
    }
}
