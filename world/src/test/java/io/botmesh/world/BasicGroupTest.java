package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BasicGroupTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Person ann = scene.world.addUser("Ann", "ann");
    private final Group group = scene.world.addBasicGroup("g", List.of(Admin.full(bot.id())));
    private final String chat = Scene.text(group.id());

    BasicGroupTest() {
        scene.world.chats().join(group.id(), ann.id());
        scene.world.chats().join(group.id(), other.id());
        scene.world.privacy(other.id(), false);
    }

    private List<JsonNode> messages(BotAccount of) {
        var found = new ArrayList<JsonNode>();
        for (var update : scene.updates(of)) if (update.has("message")) found.add(update.get("message"));
        return found;
    }

    @Test
    void itsIdIsMinusAPlainNumberAndItsBeginningIsNews() {
        assertThat(group.id()).isBetween(-1_000_000_000_000L, -1L);
        var first = messages(bot).getFirst();
        assertThat(first.get("group_chat_created").asBoolean()).isTrue();
        assertThat(first.get("chat").get("type").asString()).isEqualTo("group");
        assertThat(first.get("chat").get("all_members_are_administrators").asBoolean())
                .isFalse();
    }

    @Test
    void everyBotCountsItsMessagesInItsOwnSequence() {
        scene.world.people().say(ann.id(), other.id(), Outgoing.text("private"));
        scene.world.people().say(ann.id(), group.id(), Outgoing.text("x"));
        int seenByBot = Scene.id(messages(bot).getLast());
        int seenByOther = Scene.id(messages(other).getLast());
        assertThat(seenByBot).isNotEqualTo(seenByOther);
        var answer = scene.ok(
                other, "sendMessage", "chat_id", chat, "text", "y", "reply_to_message_id", Scene.text(seenByOther));
        assertThat(answer.get("reply_to_message").get("text").asString()).isEqualTo("x");
        assertThat(Scene.id(answer.get("reply_to_message"))).isEqualTo(seenByOther);
        assertThat(Scene.id(answer)).isEqualTo(seenByOther + 1);
        scene.ok(bot, "deleteMessage", "chat_id", chat, "message_id", Scene.text(seenByBot));
        assertThat(scene.refusal(
                        other,
                        "copyMessage",
                        "chat_id",
                        chat,
                        "from_chat_id",
                        chat,
                        "message_id",
                        Scene.text(seenByOther)))
                .isEqualTo("400 Bad Request: message to copy not found");
    }

    @Test
    void itsAdministratorsAllHaveTheSameRights() {
        var admin = scene.ok(bot, "getChatMember", "chat_id", chat, "user_id", Scene.text(bot.id()));
        assertThat(admin.get("can_pin_messages").asBoolean()).isTrue();
        assertThat(admin.get("can_promote_members").asBoolean()).isFalse();
        assertThat(admin.has("can_manage_topics")).isFalse();
        assertThat(scene.refusal(other, "setChatTitle", "chat_id", chat, "title", "x"))
                .isEqualTo("400 Bad Request: not enough rights to change chat title");
    }

    @Test
    void whatTakesASupergroupSaysSo() {
        var annId = Scene.text(ann.id());
        assertThat(scene.refusal(bot, "promoteChatMember", "chat_id", chat, "user_id", annId, "can_pin_messages", "1"))
                .isEqualTo("400 Bad Request: method is available for supergroup and channel chats only");
        assertThat(scene.refusal(bot, "restrictChatMember", "chat_id", chat, "user_id", annId, "permissions", "{}"))
                .isEqualTo("400 Bad Request: method is available only in supergroups");
        assertThat(scene.refusal(bot, "banChatSenderChat", "chat_id", chat, "sender_chat_id", "-1001"))
                .isEqualTo("400 Bad Request: can't ban chats in basic groups");
    }

    @Test
    void whoIsRemovedIsKicked() {
        scene.ok(bot, "banChatMember", "chat_id", chat, "user_id", Scene.text(other.id()));
        assertThat(scene.refusal(other, "sendMessage", "chat_id", chat, "text", "x"))
                .isEqualTo("403 Forbidden: bot was kicked from the group chat");
        assertThat(scene.refusal(bot, "banChatMember", "chat_id", chat, "user_id", Scene.text(other.id())))
                .isEqualTo("400 Bad Request: USER_NOT_PARTICIPANT");
    }

    @Test
    void itBecomesASupergroupWithAnotherId() {
        var supergroup = scene.world.chats().upgrade(group.id());
        assertThat(supergroup.id()).isLessThan(-1_000_000_000_000L);
        var last = messages(bot);
        assertThat(last.get(last.size() - 2).get("migrate_to_chat_id").asLong()).isEqualTo(supergroup.id());
        assertThat(last.getLast().get("migrate_from_chat_id").asLong()).isEqualTo(group.id());
        assertThat(Scene.id(last.getLast())).isEqualTo(1);
        var failure = (Reply.Failure) scene.call(bot, "sendMessage", "chat_id", chat, "text", "x");
        assertThat(failure.code()).isEqualTo(400);
        assertThat(failure.description()).isEqualTo("Bad Request: group chat was upgraded to a supergroup chat");
        assertThat(failure.migrateToChatId()).isEqualTo(supergroup.id());
        scene.ok(bot, "sendMessage", "chat_id", Scene.text(supergroup.id()), "text", "x");
        assertThat(scene.raw(bot, "getChatMemberCount", "chat_id", Scene.text(supergroup.id())))
                .isEqualTo("4");
        assertThatThrownBy(() -> scene.world.people().say(ann.id(), group.id(), Outgoing.text("x")))
                .hasMessageContaining("may not write");
        assertThatThrownBy(() -> scene.world.chats().upgrade(group.id())).hasMessageContaining("no longer");
    }
}
