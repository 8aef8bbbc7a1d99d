package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChatTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Person ann = scene.world.addUser("Ann", "ann");
    private final Channel channel = scene.world.addChannel(
            "c", "the_channel", List.of(Admin.full(bot.id()), Admin.of(other.id(), Right.POST_MESSAGES)));
    private final String chat = Scene.text(channel.id());

    @Test
    void aChatThatNobodyKnowsIsNotFound() {
        for (var id : List.of("1", "-1", "-1009999999999", "garbage", "@nobody_here", "@ann", "0")) {
            assertThat(scene.refusal(bot, "getChat", "chat_id", id))
                    .as(id)
                    .isEqualTo("400 Bad Request: chat not found");
        }
        assertThat(scene.refusal(bot, "getChat")).isEqualTo("400 Bad Request: chat_id is empty");
    }

    @Test
    void aPrivateChannelThatTheBotNeverSawIsNotFound() {
        var hidden = scene.world.addChannel("h", null, List.of(Admin.full(other.id())));
        assertThat(scene.refusal(bot, "getChat", "chat_id", Scene.text(hidden.id())))
                .isEqualTo("400 Bad Request: chat not found");
    }

    @Test
    void administratorsAreListedWithoutOtherBotsUnlessAskedFor() {
        var own = scene.ok(bot, "getChatAdministrators", "chat_id", chat);
        assertThat(own.toString()).contains("one_bot", "\"status\":\"creator\"").doesNotContain("two_bot");
        assertThat(scene.ok(bot, "getChatAdministrators", "chat_id", chat, "return_bots", "1")
                        .toString())
                .contains("one_bot", "two_bot");
    }

    @Test
    void aPrivateChatHasNoAdministrators() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        assertThat(scene.refusal(bot, "getChatAdministrators", "chat_id", Scene.text(ann.id())))
                .isEqualTo("400 Bad Request: there are no administrators in the private chat");
    }

    @Test
    void anAdministratorsRightsComeInTheServersOrder() {
        assertThat(scene.raw(bot, "getChatMember", "chat_id", chat, "user_id", Scene.text(other.id())))
                .isEqualTo("{\"user\":{\"id\":" + other.id()
                        + ",\"is_bot\":true,\"first_name\":\"two_bot\",\"username\":\"two_bot\"},"
                        + "\"status\":\"administrator\",\"can_be_edited\":false,\"can_manage_chat\":true,"
                        + "\"can_change_info\":false,\"can_post_messages\":true,\"can_edit_messages\":false,"
                        + "\"can_delete_messages\":false,\"can_invite_users\":false,\"can_restrict_members\":false,"
                        + "\"can_promote_members\":false,\"can_manage_video_chats\":false,\"can_post_stories\":false,"
                        + "\"can_edit_stories\":false,\"can_delete_stories\":false,"
                        + "\"can_manage_direct_messages\":false,\"can_send_welcome_messages\":false,\"is_anonymous\":false,"
                        + "\"can_manage_voice_chats\":false}");
    }

    @Test
    void membersAreNamedByTheirStanding() {
        assertThat(scene.ok(bot, "getChatMember", "chat_id", chat, "user_id", Scene.text(ann.id()))
                        .get("status")
                        .asString())
                .isEqualTo("left");
        assertThat(scene.refusal(bot, "getChatMember", "chat_id", chat, "user_id", "12"))
                .isEqualTo("400 Bad Request: user not found");
        assertThat(scene.refusal(bot, "getChatMember", "chat_id", chat, "user_id", "x"))
                .isEqualTo("400 Bad Request: invalid user_id specified");
    }

    @Test
    void membersAreCounted() {
        assertThat(scene.raw(bot, "getChatMemberCount", "chat_id", chat)).isEqualTo("3");
        scene.world.chats().join(channel.id(), ann.id());
        assertThat(scene.raw(bot, "getChatMemberCount", "chat_id", chat)).isEqualTo("4");
    }

    @Test
    void aBotPromotesWithItsOwnRightsOnly() {
        var third = scene.world.addBot("three_bot");
        var id = Scene.text(third.id());
        assertThat(scene.refusal(
                        other, "promoteChatMember", "chat_id", chat, "user_id", id, "can_post_messages", "true"))
                .isEqualTo("400 Bad Request: not enough rights");
        scene.world.chats().promote(channel.id(), Admin.of(other.id(), Right.PROMOTE_MEMBERS));
        assertThat(scene.refusal(
                        other, "promoteChatMember", "chat_id", chat, "user_id", id, "can_post_messages", "true"))
                .isEqualTo("400 Bad Request: RIGHT_FORBIDDEN");
        scene.ok(bot, "promoteChatMember", "chat_id", chat, "user_id", id, "can_post_messages", "true");
        assertThat(Scene.id(scene.ok(third, "sendMessage", "chat_id", chat, "text", "x")))
                .isEqualTo(2);
        scene.ok(bot, "promoteChatMember", "chat_id", chat, "user_id", id);
        assertThat(scene.refusal(third, "sendMessage", "chat_id", chat, "text", "x"))
                .isEqualTo("403 Forbidden: bot is not a member of the channel chat");
    }

    @Test
    void chatActionsAreTrueOrNameTheirMistake() {
        assertThat(scene.raw(bot, "sendChatAction", "chat_id", chat, "action", "typing"))
                .isEqualTo("true");
        assertThat(scene.refusal(bot, "sendChatAction", "chat_id", chat, "action", "dancing"))
                .isEqualTo("400 Bad Request: wrong parameter action in request");
    }

    @Test
    void aGroupTakesItsMembersWord() {
        var group = scene.world.addGroup("g", null, List.of());
        scene.world.chats().join(group.id(), bot.id());
        var id = Scene.text(group.id());
        var sent = scene.ok(bot, "sendMessage", "chat_id", id, "text", "x");
        assertThat(sent.get("from").get("id").asLong()).isEqualTo(bot.id());
        assertThat(sent.get("chat").get("type").asString()).isEqualTo("supergroup");
        scene.world.chats().kick(group.id(), bot.id());
        assertThat(scene.refusal(bot, "sendMessage", "chat_id", id, "text", "x"))
                .isEqualTo("403 Forbidden: bot was kicked from the supergroup chat");
    }

    @Test
    void namesAreOfTheLengthAndLettersThatNamesMayHave() {
        for (var no : List.of("", "@a_bot", "a b", "x".repeat(33), "b\u00f6t"))
            assertThatThrownBy(() -> scene.world.addBot(no)).hasMessageContaining("1 to 32 letters, digits and _");
        assertThatThrownBy(() -> scene.world.addUser("", null)).hasMessage("a first name has 1 to 64 characters");
        assertThatThrownBy(() -> scene.world.addUser("A", "x".repeat(65), null, "en"))
                .hasMessage("a last name has 1 to 64 characters");
        for (var no : List.of(" ", "x".repeat(129)))
            assertThatThrownBy(() -> scene.world.addChannel(no, null, List.of()))
                    .hasMessage("a title has 1 to 128 characters");
    }

    @Test
    void aUsernameIsTakenOnceWhateverItsCase() {
        assertThatThrownBy(() -> scene.world.addBot("THE_channel")).hasMessage("@THE_channel is taken");
        assertThatThrownBy(() -> scene.world.addUser("A", "One_Bot")).hasMessage("@One_Bot is taken");
        assertThatThrownBy(() -> scene.world.addChannel("x", "ANN", List.of())).hasMessage("@ANN is taken");
    }

    @Test
    void theStateShowsEverybodyAndEveryChat() {
        var state = Scene.json(scene.world.stateJson(false));
        assertThat(state.get("bots").size()).isEqualTo(2);
        assertThat(state.get("chats").get(0).get("id").asLong()).isEqualTo(channel.id());
        assertThat(scene.world.stateJson(true)).contains(bot.token());
    }

    @Test
    void aChannelTellsOfItselfInTheServersOrder() {
        var group = scene.world.addGroup("talk", null, List.of(Admin.full(bot.id())));
        scene.world.chatSettings().describe(channel.id(), "about");
        scene.world.chatSettings().discuss(channel.id(), group.id());
        scene.world.chatSettings().protectContent(channel.id(), true);
        scene.ok(bot, "exportChatInviteLink", "chat_id", chat);
        var post = Scene.text(Scene.id(scene.ok(bot, "sendMessage", "chat_id", chat, "text", "x")));
        scene.ok(bot, "pinChatMessage", "chat_id", chat, "message_id", post);
        var told = scene.ok(bot, "getChat", "chat_id", chat);
        assertThat(told.propertyNames())
                .containsExactly(
                        "id",
                        "title",
                        "username",
                        "type",
                        "active_usernames",
                        "description",
                        "invite_link",
                        "has_visible_history",
                        "linked_chat_id",
                        "can_send_paid_media",
                        "accepted_gift_types",
                        "pinned_message",
                        "max_reaction_count",
                        "accent_color_id",
                        "has_protected_content");
        assertThat(told.get("active_usernames").toString()).isEqualTo("[\"the_channel\"]");
        assertThat(told.get("linked_chat_id").asLong()).isEqualTo(group.id());
        assertThat(channel.id()).isLessThan(-1_000_000_000_000L);
    }

    /** Of a public chat anybody may ask what it is, and of itself a bot may always ask. */
    @Test
    void whoIsNoMemberLearnsOfAPublicChannelAndOfItselfOnly() {
        var stranger = scene.world.addBot("three_bot");
        assertThat(scene.ok(stranger, "getChat", "chat_id", "@the_channel").has("pinned_message"))
                .isFalse();
        assertThat(scene.ok(stranger, "getChatMember", "chat_id", chat, "user_id", Scene.text(stranger.id()))
                        .get("status")
                        .asString())
                .isEqualTo("left");
        assertThat(scene.refusal(stranger, "getChatMember", "chat_id", chat, "user_id", Scene.text(bot.id())))
                .isEqualTo("400 Bad Request: member list is inaccessible");
        assertThat(scene.refusal(stranger, "getChatAdministrators", "chat_id", chat))
                .isEqualTo("400 Bad Request: member list is inaccessible");
        assertThat(scene.refusal(stranger, "sendMessage", "chat_id", chat, "text", "x"))
                .isEqualTo("403 Forbidden: bot is not a member of the channel chat");
    }
}
