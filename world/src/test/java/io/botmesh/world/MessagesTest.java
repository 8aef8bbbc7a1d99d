package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Edits, deletions, forwards, copies and pins. */
class MessagesTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Person ann = scene.world.addUser("Ann", null);
    private final Channel channel = scene.world.addChannel(
            "c",
            null,
            List.of(
                    Admin.full(bot.id()),
                    Admin.of(other.id(), Right.POST_MESSAGES),
                    Admin.of(ann.id(), Right.POST_MESSAGES)));
    private final String chat = Scene.text(channel.id());

    private String post(BotAccount by, String text) {
        return Scene.text(Scene.id(scene.ok(by, "sendMessage", "chat_id", chat, "text", text)));
    }

    private String edit(BotAccount by, String id, String text) {
        return scene.refusal(by, "editMessageText", "chat_id", chat, "message_id", id, "text", text);
    }

    private String delete(BotAccount by, String id) {
        var reply = scene.call(by, "deleteMessage", "chat_id", chat, "message_id", id);
        return reply instanceof Reply.Ok ? "ok" : Scene.refusal(reply);
    }

    @Test
    void messageIdsStartAfterTheCreationMessageAndLeaveGaps() {
        var first = post(bot, "a");
        assertThat(first).isEqualTo("2");
        delete(bot, first);
        assertThat(post(other, "b")).isEqualTo("3");
    }

    @Test
    void anEditAnswersWithTheEditDateAndWithoutTheAnsweredMessage() {
        var question = post(other, "?");
        var id = Scene.text(Scene.id(scene.ok(
                bot,
                "sendMessage",
                "chat_id",
                chat,
                "text",
                "x",
                "reply_parameters",
                "{\"message_id\":" + question + "}")));
        scene.seconds(10);
        var edited = scene.ok(bot, "editMessageText", "chat_id", chat, "message_id", id, "text", "y");
        assertThat(edited.get("edit_date").asLong()).isEqualTo(Scene.START.getEpochSecond() + 10);
        assertThat(edited.has("reply_to_message")).isFalse();
        assertThat(edited.get("text").asString()).isEqualTo("y");
    }

    @Test
    void anEqualEditIsRefused() {
        assertThat(edit(bot, post(bot, "same"), " same "))
                .isEqualTo(
                        "400 Bad Request: message is not modified: specified new message content and reply markup are"
                                + " exactly the same as a current content and reply markup of the message");
    }

    @Test
    void ownPostsMayBeEditedForeverAndOthersOnlyWithTheRightTo() {
        var own = post(other, "a");
        scene.seconds(100 * 86_400);
        assertThat(scene.ok(other, "editMessageText", "chat_id", chat, "message_id", own, "text", "b")
                        .get("text")
                        .asString())
                .isEqualTo("b");
        assertThat(edit(other, post(bot, "x"), "y")).isEqualTo("400 Bad Request: message can't be edited");
        assertThat(scene.ok(bot, "editMessageText", "chat_id", chat, "message_id", own, "text", "c")
                        .get("text")
                        .asString())
                .isEqualTo("c");
    }

    @Test
    void whatCannotBeEditedSaysWhy() {
        assertThat(edit(bot, "77", "x")).isEqualTo("400 Bad Request: message to edit not found");
        assertThat(scene.refusal(bot, "editMessageText", "text", "x"))
                .isEqualTo("400 Bad Request: message identifier is not specified");
        assertThat(scene.refusal(bot, "editMessageText", "chat_id", chat, "message_id", "2"))
                .isEqualTo("400 Bad Request: message text is empty");
        var file = Scene.text(Scene.id(scene.document(bot, channel.id(), "a.bin", new byte[3])));
        assertThat(edit(bot, file, "x")).isEqualTo("400 Bad Request: there is no text in the message to edit");
        var forwarded = Scene.text(Scene.id(
                scene.ok(bot, "forwardMessage", "chat_id", chat, "from_chat_id", chat, "message_id", post(bot, "a"))));
        assertThat(edit(bot, forwarded, "x")).isEqualTo("400 Bad Request: message can't be edited");
        assertThat(edit(bot, "1", "x")).isEqualTo("400 Bad Request: message can't be edited");
    }

    @Test
    void aMessageWithAKeyboardOfKeysIsNeverEdited() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        var keys = "{\"keyboard\":[[{\"text\":\"a\"}]]}";
        var her = Scene.text(ann.id());
        for (var markup : List.of(keys, "{\"force_reply\":true}", "{\"remove_keyboard\":true}")) {
            var id = Scene.text(
                    Scene.id(scene.ok(bot, "sendMessage", "chat_id", her, "text", "x", "reply_markup", markup)));
            assertThat(scene.refusal(bot, "editMessageText", "chat_id", her, "message_id", id, "text", "y"))
                    .isEqualTo("400 Bad Request: message can't be edited");
        }
    }

    @Test
    void captionAndMarkupCanBeEditedAlone() {
        var file = Scene.text(Scene.id(scene.document(bot, channel.id(), "a.bin", new byte[3], "caption", "old")));
        var edited = scene.ok(bot, "editMessageCaption", "chat_id", chat, "message_id", file, "caption", "new");
        assertThat(edited.get("caption").asString()).isEqualTo("new");
        var keyboard = "{\"inline_keyboard\":[[{\"text\":\"a\",\"url\":\"https://example.org/\"}]]}";
        var marked =
                scene.ok(bot, "editMessageReplyMarkup", "chat_id", chat, "message_id", file, "reply_markup", keyboard);
        assertThat(marked.get("reply_markup").toString()).isEqualTo(keyboard);
        assertThat(marked.get("caption").asString()).isEqualTo("new");
    }

    @Test
    void afterTwoDaysNothingInAChannelCanBeDeletedNotEvenWithTheRightTo() {
        var id = post(bot, "a");
        scene.seconds(172_800);
        assertThat(delete(bot, post(bot, "young"))).isEqualTo("ok");
        scene.seconds(1);
        assertThat(delete(bot, id)).isEqualTo("400 Bad Request: message can't be deleted");
    }

    @Test
    void withoutTheRightToDeleteOnlyOwnPostsGo() {
        assertThat(delete(other, post(bot, "a"))).isEqualTo("400 Bad Request: message can't be deleted");
        assertThat(delete(other, post(other, "b"))).isEqualTo("ok");
        assertThat(delete(bot, post(other, "c"))).isEqualTo("ok");
    }

    @Test
    void theCreationMessageNeverGoes() {
        assertThat(delete(bot, "1")).isEqualTo("400 Bad Request: message can't be deleted");
    }

    @Test
    void whatCannotBeDeletedSaysWhy() {
        assertThat(delete(bot, "77")).isEqualTo("400 Bad Request: message to delete not found");
        assertThat(delete(bot, "")).isEqualTo("400 Bad Request: message identifier is not specified");
        assertThat(scene.refusal(bot, "deleteMessage", "message_id", "2"))
                .isEqualTo("400 Bad Request: chat identifier is not specified");
    }

    @Test
    void deletingManyPassesOverTheMissingButFailsOnOneThatMustStay() {
        var own = post(other, "a");
        var foreign = post(bot, "b");
        assertThat(scene.refusal(
                        other, "deleteMessages", "chat_id", chat, "message_ids", "[" + own + "," + foreign + "]"))
                .isEqualTo("400 Bad Request: message can't be deleted");
        assertThat(scene.raw(other, "deleteMessages", "chat_id", chat, "message_ids", "[" + own + ",999]"))
                .isEqualTo("true");
        assertThat(delete(other, own)).isEqualTo("400 Bad Request: message to delete not found");
    }

    @Test
    void listsOfIdsAreCheckedInTheServersWords() {
        assertThat(scene.refusal(bot, "deleteMessages", "chat_id", chat))
                .isEqualTo("400 Bad Request: message identifiers are not specified");
        assertThat(scene.refusal(bot, "deleteMessages", "chat_id", chat, "message_ids", "{}"))
                .isEqualTo("400 Bad Request: expected an Array of message identifiers");
        assertThat(scene.refusal(bot, "deleteMessages", "chat_id", chat, "message_ids", "[0]"))
                .isEqualTo("400 Bad Request: invalid message identifier specified");
        assertThat(scene.refusal(bot, "deleteMessages", "chat_id", chat, "message_ids", "[" + "1,".repeat(100) + "1]"))
                .isEqualTo("400 Bad Request: too many message identifiers specified");
        assertThat(scene.refusal(bot, "copyMessages", "chat_id", chat, "from_chat_id", chat, "message_ids", "[3,2]"))
                .isEqualTo("400 Bad Request: message identifiers must be in a strictly increasing order");
    }

    @Test
    void aForwardReturnsTheWholePostWithItsOrigin() {
        var id = post(other, "old news");
        scene.seconds(86_400 * 30);
        var raw = scene.raw(bot, "forwardMessage", "chat_id", chat, "from_chat_id", chat, "message_id", id);
        var who = "{\"id\":" + chat + ",\"title\":\"c\",\"type\":\"channel\"}";
        assertThat(raw)
                .contains(
                        "\"forward_origin\":{\"type\":\"channel\",\"chat\":" + who + ",\"message_id\":" + id
                                + ",\"date\":1767225600},\"forward_from_chat\":" + who
                                + ",\"forward_from_message_id\":" + id + ",\"forward_date\":1767225600",
                        "\"text\":\"old news\"");
    }

    @Test
    void whatWasPostedBeforeABotCameCanBeReadBack() {
        var id = post(other, "old news");
        scene.seconds(60);
        var late = scene.world.addBot("late_bot");
        scene.world.chats().promote(channel.id(), Admin.full(late.id()));
        assertThat(scene.ok(late, "forwardMessage", "chat_id", chat, "from_chat_id", chat, "message_id", id)
                        .get("text")
                        .asString())
                .isEqualTo("old news");
    }

    @Test
    void aForwardOfAPersonsMessageNamesThePerson() {
        int id = Scene.id(Scene.json(scene.world.people().say(ann.id(), bot.id(), Outgoing.text("mine"))));
        var forwarded = scene.ok(
                bot,
                "forwardMessage",
                "chat_id",
                chat,
                "from_chat_id",
                Scene.text(ann.id()),
                "message_id",
                Scene.text(id));
        assertThat(forwarded.get("forward_origin").get("sender_user").get("id").asLong())
                .isEqualTo(ann.id());
        var again = scene.ok(
                bot,
                "forwardMessage",
                "chat_id",
                chat,
                "from_chat_id",
                chat,
                "message_id",
                Scene.text(Scene.id(forwarded)));
        assertThat(again.get("forward_origin").get("type").asString()).isEqualTo("user");
    }

    @Test
    void manyForwardsAndCopiesReturnIdsOnly() {
        var one = post(bot, "a");
        var two = post(bot, "b");
        var ids = "[" + one + "," + two + ",999]";
        assertThat(scene.raw(bot, "forwardMessages", "chat_id", chat, "from_chat_id", chat, "message_ids", ids))
                .isEqualTo("[{\"message_id\":4},{\"message_id\":5}]");
        assertThat(scene.raw(bot, "copyMessages", "chat_id", chat, "from_chat_id", chat, "message_ids", ids))
                .isEqualTo("[{\"message_id\":6},{\"message_id\":7}]");
        assertThat(scene.raw(bot, "copyMessage", "chat_id", chat, "from_chat_id", chat, "message_id", one))
                .isEqualTo("{\"message_id\":8}");
    }

    @Test
    void whatCannotBeForwardedSaysWhy() {
        assertThat(scene.refusal(bot, "forwardMessage", "chat_id", chat, "message_id", "2"))
                .isEqualTo("400 Bad Request: parameter \"from_chat_id\" is required");
        assertThat(scene.refusal(bot, "forwardMessage", "chat_id", chat, "from_chat_id", chat, "message_id", "9"))
                .isEqualTo("400 Bad Request: message to forward not found");
        assertThat(scene.refusal(bot, "copyMessage", "chat_id", chat, "from_chat_id", chat, "message_id", "9"))
                .isEqualTo("400 Bad Request: message to copy not found");
        assertThat(scene.refusal(bot, "forwardMessage", "chat_id", chat, "from_chat_id", chat, "message_id", "1"))
                .isEqualTo("400 Bad Request: the message can't be forwarded");
        assertThat(scene.refusal(bot, "copyMessage", "chat_id", chat, "from_chat_id", chat, "message_id", "1"))
                .isEqualTo("400 Bad Request: the message can't be copied");
        for (var method : List.of("forwardMessages", "copyMessages")) {
            assertThat(scene.refusal(bot, method, "chat_id", chat, "from_chat_id", chat, "message_ids", "[1,9]"))
                    .isEqualTo("400 Bad Request: messages can't be "
                            + (method.startsWith("copy") ? "copied" : "forwarded"));
        }
        var secret = Scene.text(
                Scene.id(scene.ok(bot, "sendMessage", "chat_id", chat, "text", "x", "protect_content", "true")));
        assertThat(scene.refusal(bot, "forwardMessage", "chat_id", chat, "from_chat_id", chat, "message_id", secret))
                .isEqualTo("400 Bad Request: message has protected content and can't be forwarded");
    }

    @Test
    void whoIsNotAMemberFindsNoMessageEvenInAPublicChannel() {
        var open = scene.world.addChannel("open", "open_channel", List.of(Admin.full(bot.id())));
        scene.ok(bot, "sendMessage", "chat_id", "@Open_Channel", "text", "x");
        assertThat(scene.refusal(
                        other, "forwardMessage", "chat_id", chat, "from_chat_id", "@open_channel", "message_id", "2"))
                .isEqualTo("400 Bad Request: message to forward not found");
        assertThat(scene.ok(other, "getChat", "chat_id", Scene.text(open.id()))
                        .get("username")
                        .asString())
                .isEqualTo("open_channel");
        assertThat(scene.refusal(other, "sendMessage", "chat_id", "@open_channel", "text", "x"))
                .isEqualTo("403 Forbidden: bot is not a member of the channel chat");
    }

    @Test
    void aPinIsAServicePostThatEvenThePinningBotGets() {
        var id = post(other, "pin me");
        assertThat(scene.raw(bot, "pinChatMessage", "chat_id", chat, "message_id", id))
                .isEqualTo("true");
        for (var one : List.of(bot, other)) {
            var updates = scene.updates(one);
            var last = updates.get(updates.size() - 1).get("channel_post");
            assertThat(last.get("pinned_message").get("text").asString()).isEqualTo("pin me");
            assertThat(last.get("message_id").asInt()).isEqualTo(3);
        }
        assertThat(scene.ok(other, "getChat", "chat_id", chat)
                        .get("pinned_message")
                        .get("text")
                        .asString())
                .isEqualTo("pin me");
        scene.ok(bot, "unpinChatMessage", "chat_id", chat);
        assertThat(scene.ok(other, "getChat", "chat_id", chat).has("pinned_message"))
                .isFalse();
    }

    @Test
    void pinningTakesTheRightToEditPosts() {
        assertThat(scene.refusal(other, "pinChatMessage", "chat_id", chat, "message_id", post(other, "a")))
                .isEqualTo("400 Bad Request: not enough rights to manage pinned messages in the chat");
        assertThat(scene.refusal(bot, "pinChatMessage", "chat_id", chat, "message_id", "99"))
                .isEqualTo("400 Bad Request: message to pin not found");
        assertThat(scene.refusal(bot, "unpinChatMessage", "chat_id", chat))
                .isEqualTo("400 Bad Request: message to unpin not found");
    }

    @Test
    void nothingIsForwardedOutOfAProtectedChatButCopiesMayBeMade() {
        var id = post(bot, "secret");
        scene.world.chatSettings().protectContent(channel.id(), true);
        assertThat(scene.refusal(bot, "forwardMessage", "chat_id", chat, "from_chat_id", chat, "message_id", id))
                .isEqualTo("400 Bad Request: message has protected content and can't be forwarded");
        scene.ok(bot, "copyMessage", "chat_id", chat, "from_chat_id", chat, "message_id", id);
        var edited = scene.ok(bot, "editMessageText", "chat_id", chat, "message_id", id, "text", "still");
        assertThat(edited.get("has_protected_content").asBoolean()).isTrue();
        assertThat(scene.ok(bot, "getChat", "chat_id", chat)
                        .get("has_protected_content")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void onTheTestServersADeletionHasAQuarterOfAnHour() {
        scene.world.botSettings().testServer(bot.id(), true);
        var id = Scene.text(Scene.id(Scene.ok(test("sendMessage", "chat_id", chat, "text", "a"))));
        var later = Scene.text(Scene.id(Scene.ok(test("sendMessage", "chat_id", chat, "text", "b"))));
        scene.seconds(900);
        assertThat(test("deleteMessage", "chat_id", chat, "message_id", id)).isInstanceOf(Reply.Ok.class);
        scene.seconds(1);
        assertThat(Scene.refusal(test("deleteMessage", "chat_id", chat, "message_id", later)))
                .isEqualTo("400 Bad Request: message can't be deleted");
    }

    private Reply test(String method, String... namesAndValues) {
        return Scene.now(scene.world.call(new Call(bot.token(), true, method, Arguments.of(namesAndValues))));
    }

    @Test
    void anOldPostIsReadBackByForwardAnswerOwnEditAndPin() {
        var foreign = post(other, "long ago");
        scene.seconds(100 * 86_400);
        assertThat(scene.ok(bot, "forwardMessage", "chat_id", chat, "from_chat_id", chat, "message_id", foreign)
                        .get("text")
                        .asString())
                .isEqualTo("long ago");
        var answer = scene.ok(
                bot,
                "sendMessage",
                "chat_id",
                chat,
                "text",
                "x",
                "reply_parameters",
                "{\"message_id\":" + foreign + "}");
        assertThat(answer.get("reply_to_message").get("text").asString()).isEqualTo("long ago");
        var marked = scene.ok(
                other,
                "editMessageReplyMarkup",
                "chat_id",
                chat,
                "message_id",
                foreign,
                "reply_markup",
                "{\"inline_keyboard\":[[{\"text\":\"t\",\"callback_data\":\"d\"}]]}");
        assertThat(marked.get("text").asString()).isEqualTo("long ago");
        scene.ok(bot, "pinChatMessage", "chat_id", chat, "message_id", foreign);
        assertThat(scene.ok(bot, "getChat", "chat_id", chat)
                        .get("pinned_message")
                        .get("text")
                        .asString())
                .isEqualTo("long ago");
    }
}
