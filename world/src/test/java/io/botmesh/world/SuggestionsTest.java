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

    private int post() {
        scene.advance(Duration.ofHours(1));
        return Scene.id(last(other, "channel_post"));
    }

    private JsonNode approve(String id) {
        scene.ok(bot, "approveSuggestedPost", "chat_id", chat, "message_id", id);
        return last(bot, "message");
    }

    @Test
    void aPostIsPaidOnceItHasStayedForADay() {
        approve(suggest());
        int post = post();
        assertThat(last(other, "channel_post").get("is_paid_post").asBoolean()).isTrue();
        assertThat(scene.refusal(
                        bot,
                        "editMessageText",
                        "chat_id",
                        Scene.text(channel.id()),
                        "message_id",
                        Scene.text(post),
                        "text",
                        "x"))
                .isEqualTo("400 Bad Request: message can't be edited");
        scene.advance(Duration.ofHours(23));
        assertThat(scene.updates(bot).toString()).doesNotContain("suggested_post_paid");
        scene.advance(Duration.ofHours(1));
        var paid = last(bot, "message").get("suggested_post_paid");
        assertThat(paid.get("currency").asString()).isEqualTo("XTR");
        assertThat(paid.get("star_amount").get("amount").asInt()).isEqualTo(5);
        assertThat(paid.get("suggested_post_message").get("text").asString()).isEqualTo("idea");
    }

    @Test
    void aPostThatGoesEarlierIsRefunded() {
        scene.world.people().payments().grantStars(ann.id(), 7);
        approve(suggest());
        int post = post();
        assertThat(scene.refusal(bot, "deleteMessage", "chat_id", chat, "message_id", "999"))
                .isEqualTo("400 Bad Request: message to delete not found");
        scene.ok(bot, "deleteMessage", "chat_id", Scene.text(channel.id()), "message_id", Scene.text(post));
        assertThat(last(bot, "message")
                        .get("suggested_post_refunded")
                        .get("reason")
                        .asString())
                .isEqualTo("post_deleted");
        scene.advance(Duration.ofHours(24));
        assertThat(scene.updates(bot).toString()).doesNotContain("suggested_post_paid");
        // The Stars are there again: they are enough for the next one.
        assertThat(approve(suggest()).has("suggested_post_approved")).isTrue();
    }

    @Test
    void whoHasTooLittleIsNotPosted() {
        scene.world.people().payments().grantStars(ann.id(), 4);
        var id = suggest();
        assertThat(approve(id)
                        .get("suggested_post_approval_failed")
                        .get("price")
                        .get("amount")
                        .asInt())
                .isEqualTo(5);
        scene.world.people().payments().grantStars(ann.id(), 1);
        assertThat(approve(id).has("suggested_post_approved")).isTrue();
        assertThat(approve(suggest()).has("suggested_post_approval_failed")).isTrue();
    }

    @Test
    void aBotSuggestsAnotherPostInstead() {
        var first = suggest();
        var sent = scene.ok(
                bot,
                "sendMessage",
                "chat_id",
                chat,
                "text",
                "better",
                "reply_parameters",
                "{\"message_id\":" + first + "}",
                "suggested_post_parameters",
                "{\"price\":{\"currency\":\"TON\",\"amount\":10000000}}");
        assertThat(sent.get("suggested_post_info").get("state").asString()).isEqualTo("pending");
        assertThat(scene.refusal(bot, "declineSuggestedPost", "chat_id", chat, "message_id", first))
                .isEqualTo("400 Bad Request: MESSAGE_ID_INVALID");
        var second = Scene.text(Scene.id(sent));
        assertThat(scene.refusal(bot, "approveSuggestedPost", "chat_id", chat, "message_id", second))
                .isEqualTo("400 Bad Request: MESSAGE_ID_INVALID");
        var bob = scene.world.addUser("Bob", null);
        var people = scene.world.people();
        assertThatThrownBy(() -> people.decide(bob.id(), direct.id(), Scene.id(sent), true, ""))
                .hasMessageContaining("has nothing to decide there");
        people.decide(ann.id(), direct.id(), Scene.id(sent), true, "");
        assertThat(last(other, "channel_post").get("text").asString()).isEqualTo("better");
        scene.advance(Duration.ofHours(24));
        assertThat(last(bot, "message").get("suggested_post_paid").get("amount").asLong())
                .isEqualTo(10_000_000);
    }

    @Test
    void anAdministratorWhoIsAPersonDecidesToo() {
        int id = Integer.parseInt(suggest());
        long owner = scene.ok(bot, "getChatAdministrators", "chat_id", Scene.text(channel.id()))
                .valueStream()
                .filter(member -> member.get("status").asString().equals("creator"))
                .findFirst()
                .orElseThrow()
                .get("user")
                .get("id")
                .asLong();
        scene.world.people().decide(owner, direct.id(), id, false, "no");
        assertThat(last(bot, "message")
                        .get("suggested_post_declined")
                        .get("comment")
                        .asString())
                .isEqualTo("no");
        assertThatThrownBy(() -> scene.world.people().decide(owner, direct.id(), id, true, ""))
                .hasMessageContaining("waits for nobody");
    }

    @Test
    void badSuggestionsAreRefused() {
        for (var bad : java.util.Map.of(
                        "x", "can't parse suggested post parameters JSON object",
                        "[]", "object expected as suggested post parameters",
                        "{\"price\":{\"currency\":\"XTR\",\"amount\":4}}", "SUGGESTED_POST_PRICE_INVALID",
                        "{\"send_date\":1}", "SCHEDULE_DATE_INVALID")
                .entrySet()) {
            assertThat(scene.refusal(
                            bot,
                            "sendMessage",
                            "chat_id",
                            chat,
                            "text",
                            "a",
                            "direct_messages_topic_id",
                            Scene.text(ann.id()),
                            "suggested_post_parameters",
                            bad.getKey()))
                    .isEqualTo("400 Bad Request: " + bad.getValue());
        }
        assertThat(scene.refusal(
                        bot,
                        "sendMessage",
                        "chat_id",
                        Scene.text(channel.id()),
                        "text",
                        "a",
                        "suggested_post_parameters",
                        "{}"))
                .isEqualTo("400 Bad Request: suggested posts can be sent only to channel direct messages");
    }

    @Test
    void forwardsAndCopiesGoIntoATopicToo() {
        var own = Scene.text(
                Scene.id(scene.ok(bot, "sendMessage", "chat_id", Scene.text(channel.id()), "text", "old post")));
        for (var method : List.of("forwardMessage", "copyMessage")) {
            String[] where = {"chat_id", chat, "from_chat_id", Scene.text(channel.id()), "message_id", own};
            assertThat(scene.refusal(bot, method, where))
                    .isEqualTo("400 Bad Request: direct messages topic must be specified");
            scene.ok(
                    bot,
                    method,
                    "chat_id",
                    chat,
                    "from_chat_id",
                    Scene.text(channel.id()),
                    "message_id",
                    own,
                    "direct_messages_topic_id",
                    Scene.text(ann.id()));
        }
        var seen = Scene.json(scene.world.people().transcriptJson(ann.id(), direct.id()));
        assertThat(seen.valueStream()
                        .filter(message -> message.path("text").asString("").equals("old post"))
                        .map(message -> message.get("direct_messages_topic")
                                .get("topic_id")
                                .asLong()))
                .containsExactly(ann.id(), ann.id());
    }
}
