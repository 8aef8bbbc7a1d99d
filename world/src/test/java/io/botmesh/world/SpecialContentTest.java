package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Paid media, rich messages, drafts, checklists, and what only one member sees. */
class SpecialContentTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Person ann = scene.world.addUser("Ann", null);
    private final Person bob = scene.world.addUser("Bob", null);
    private final Group group = scene.world.addGroup("g", null, List.of(Admin.full(bot.id()), Admin.full(other.id())));
    private final String chat = Scene.text(group.id());

    SpecialContentTest() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        scene.world.chats().join(group.id(), ann.id());
        scene.world.chats().join(group.id(), bob.id());
    }

    private Arguments paid(String stars, String media) {
        return Arguments.builder()
                .add("chat_id", Scene.text(ann.id()))
                .add("star_count", stars)
                .add("media", media)
                .add("payload", "order 7")
                .add("caption", "look")
                .add(new Upload("a", "a.png", "", Blob.of(Samples.png(40, 30))))
                .build();
    }

    @Test
    void paidMediaIsSeenByTheBotAndToldWhenSomebodyBuysIt() {
        var message = scene.ok(bot, "sendPaidMedia", paid("5", "[{\"type\":\"photo\",\"media\":\"attach://a\"}]"));
        assertThat(message.get("paid_media").get("star_count").asInt()).isEqualTo(5);
        assertThat(message.get("paid_media")
                        .get("paid_media")
                        .get(0)
                        .get("photo")
                        .get(0)
                        .get("width")
                        .asInt())
                .isEqualTo(40);
        assertThat(message.get("caption").asString()).isEqualTo("look");
        scene.world.people().buy(ann.id(), bot.id(), Scene.id(message));
        var updates = scene.updates(bot);
        var bought = updates.get(updates.size() - 1).get("purchased_paid_media");
        assertThat(bought.get("from").get("id").asLong()).isEqualTo(ann.id());
        assertThat(bought.get("paid_media_payload").asString()).isEqualTo("order 7");
        assertThat(scene.refusal(
                        bot,
                        "copyMessage",
                        "chat_id",
                        chat,
                        "from_chat_id",
                        Scene.text(ann.id()),
                        "message_id",
                        Scene.text(Scene.id(message))))
                .isEqualTo("400 Bad Request: the message can't be copied");
        assertThatThrownBy(() -> scene.world.people().buy(ann.id(), bot.id(), 1))
                .hasMessage("message 1 is not for sale");
    }

    @Test
    void paidMediaNeedsAPriceAndFiles() {
        assertThat(paidRefusal("0", "[{\"type\":\"photo\",\"media\":\"attach://a\"}]"))
                .isEqualTo("400 Bad Request: invalid media price specified");
        assertThat(paidRefusal("5", "[]")).isEqualTo("400 Bad Request: wrong number of paid media specified");
        assertThat(paidRefusal("5", "[{\"type\":\"audio\",\"media\":\"attach://a\"}]"))
                .isEqualTo("400 Bad Request: can't parse InputPaidMedia: type \"audio\" is unsupported");
    }

    private String paidRefusal(String stars, String media) {
        return Scene.refusal(Scene.now(scene.send(bot, "sendPaidMedia", paid(stars, media))));
    }

    private JsonNode rich(String message) {
        return scene.ok(bot, "sendRichMessage", "chat_id", chat, "rich_message", message)
                .get("rich_message");
    }

    @Test
    void aRichMessageIsBlocks() {
        assertThat(rich("{\"markdown\":\"one *two _three_* @botname\\nfour\"}").toString())
                .isEqualTo(
                        "{\"blocks\":[{\"type\":\"paragraph\",\"text\":[\"one \",{\"type\":\"bold\",\"text\":\"two \"},"
                                + "{\"type\":\"bold\",\"text\":[{\"type\":\"italic\",\"text\":\"three\"}]},\" \",{\"type\":\"mention\",\"text\":\"@botname\","
                                + "\"username\":\"botname\"}]},{\"type\":\"paragraph\",\"text\":\"four\"}]}");
        assertThat(rich("{\"is_rtl\":true,\"blocks\":[{\"type\":\"list\",\"items\":[{\"value\":3,\"blocks\":"
                                + "[{\"type\":\"paragraph\",\"text\":\"x\"}]},{\"value\":4,\"has_checkbox\":false,"
                                + "\"blocks\":[]}]},{\"type\":\"divider\"}]}")
                        .toString())
                .isEqualTo("{\"blocks\":[{\"type\":\"list\",\"items\":[{\"label\":\"3.\",\"value\":3,\"blocks\":"
                        + "[{\"type\":\"paragraph\",\"text\":\"x\"}]},{\"label\":\"4.\",\"value\":4,\"blocks\":[]}]},"
                        + "{\"type\":\"divider\"}],\"is_rtl\":true}");
    }

    @Test
    void aPartOfARichTextSaysWhatItIs() {
        for (var nameless : List.of(
                "{\"type\":\"paragraph\",\"text\":{\"text\":\"a\"}}",
                "{\"type\":\"paragraph\",\"text\":[\"a\",{\"type\":\"bold\",\"text\":{}}]}",
                "{\"type\":\"pullquote\",\"text\":\"a\",\"credit\":{}}")) {
            assertThat(scene.refusal(
                            bot, "sendRichMessage", "chat_id", chat, "rich_message", "{\"blocks\":[" + nameless + "]}"))
                    .as(nameless)
                    .isEqualTo("400 Bad Request: can't parse RichText: Can't find field \"type\"");
        }
    }

    @Test
    void aRichMessageHas32768CharactersAtMost() {
        rich("{\"blocks\":[{\"type\":\"paragraph\",\"text\":\"" + "\ud83d\ude00".repeat(32_768) + "\"}]}");
        assertThat(scene.refusal(
                        bot,
                        "sendRichMessage",
                        "chat_id",
                        chat,
                        "rich_message",
                        "{\"blocks\":[{\"type\":\"pre\",\"text\":\"" + "x".repeat(32_769) + "\"}]}"))
                .isEqualTo("400 Bad Request: message is too long");
        assertThat(scene.refusal(bot, "sendRichMessage", "chat_id", chat, "rich_message", "{\"blocks\":[]}"))
                .isEqualTo("400 Bad Request: message text is empty");
        assertThat(scene.refusal(bot, "sendRichMessage", "chat_id", chat))
                .isEqualTo("400 Bad Request: parameter \"rich_message\" is required");
    }

    @Test
    void aTextBecomesARichMessageAndBack() {
        var id = Scene.text(Scene.id(scene.ok(bot, "sendMessage", "chat_id", chat, "text", "plain")));
        var rich = scene.ok(
                bot,
                "editMessageText",
                "chat_id",
                chat,
                "message_id",
                id,
                "rich_message",
                "{\"html\":\"<b>rich</b>\"}");
        assertThat(rich.has("text")).isFalse();
        assertThat(rich.has("rich_message")).isTrue();
        assertThat(scene.ok(bot, "editMessageText", "chat_id", chat, "message_id", id, "text", "plain")
                        .has("rich_message"))
                .isFalse();
    }

    @Test
    void draftsAreForPrivateChats() {
        var ann = Scene.text(this.ann.id());
        assertThat(scene.raw(bot, "sendMessageDraft", "chat_id", ann, "draft_id", "7", "text", "so"))
                .isEqualTo("true");
        assertThat(scene.raw(
                        bot,
                        "sendRichMessageDraft",
                        "chat_id",
                        ann,
                        "draft_id",
                        "7",
                        "rich_message",
                        "{\"html\":\"x\"}"))
                .isEqualTo("true");
        assertThat(scene.refusal(bot, "sendMessageDraft", "chat_id", chat, "draft_id", "7"))
                .isEqualTo("400 Bad Request: can't send message drafts to the chat");
        assertThat(scene.refusal(bot, "sendMessageDraft", "chat_id", ann))
                .isEqualTo("400 Bad Request: invalid draft_id specified");
    }

    @Test
    void checklistsAreForBusinesses() {
        var list = "{\"title\":\"<b>T</b>\",\"parse_mode\":\"HTML\",\"tasks\":[{\"id\":1,\"text\":\"one\"}]}";
        for (var method : List.of("sendChecklist", "editMessageChecklist")) {
            assertThat(scene.refusal(
                            bot,
                            method,
                            "chat_id",
                            chat,
                            "message_id",
                            "5",
                            "checklist",
                            list,
                            "business_connection_id",
                            "b"))
                    .isEqualTo("400 Bad Request: business connection not found");
            assertThat(scene.refusal(bot, method, "chat_id", chat, "checklist", list))
                    .isEqualTo("400 Bad Request: parameter \"business_connection_id\" is required");
            assertThat(scene.refusal(
                            bot,
                            method,
                            "chat_id",
                            chat,
                            "checklist",
                            "{\"title\":\"T\",\"tasks\":[]}",
                            "business_connection_id",
                            "b"))
                    .isEqualTo("400 Bad Request: wrong number of checklist tasks specified");
        }
    }

    @Test
    void aChecklistOfABusinessIsSentAndChanged() {
        var business = scene.world.people().business();
        scene.world.botSettings().businessMode(bot.id(), true);
        var id = business.connect(ann.id(), bot.id());
        business.receive(id, bob.id(), "what is left?");
        var his = Scene.text(bob.id());
        var list = "{\"title\":\"<b>T</b>\",\"parse_mode\":\"HTML\",\"tasks\":[{\"id\":1,\"text\":\"one\"}]}";
        var sent = scene.ok(bot, "sendChecklist", "business_connection_id", id, "chat_id", his, "checklist", list);
        assertThat(sent.get("checklist").toString())
                .isEqualTo("{\"title\":\"T\",\"title_entities\":[{\"offset\":0,\"length\":1,\"type\":\"bold\"}],"
                        + "\"tasks\":[{\"id\":1,\"text\":\"one\"}]}");
        var edited = scene.ok(
                bot,
                "editMessageChecklist",
                "business_connection_id",
                id,
                "chat_id",
                his,
                "message_id",
                Scene.text(Scene.id(sent)),
                "checklist",
                list.replace("one", "two"));
        assertThat(edited.get("checklist").get("tasks").get(0).get("text").asString())
                .isEqualTo("two");
    }

    private String transcript(Person who) {
        return scene.world.people().transcriptJson(who.id(), group.id());
    }

    @Test
    void onlyTheReceiverSeesAnEphemeralMessage() {
        var before = scene.updates(other).size();
        var receiver = Scene.text(ann.id());
        var sent = scene.ok(
                bot,
                "sendMessage",
                "chat_id",
                chat,
                "text",
                "psst",
                "ephemeral_message_parameters",
                "{\"receiver_user_id\":" + receiver + "}");
        assertThat(sent.get("receiver_user").get("id").asLong()).isEqualTo(ann.id());
        var id = Scene.text(sent.get("ephemeral_message_id").asLong());
        assertThat(scene.updates(other)).hasSize(before);
        assertThat(transcript(ann)).contains("psst");
        assertThat(transcript(bob)).doesNotContain("psst");
        var where = new String[] {"chat_id", chat, "receiver_user_id", receiver, "ephemeral_message_id", id};
        assertThat(scene.raw(bot, "editEphemeralMessageText", with(where, "text", "louder")))
                .isEqualTo("true");
        assertThat(transcript(ann)).contains("louder");
        assertThat(scene.refusal(bot, "editEphemeralMessageCaption", with(where, "caption", "x")))
                .isEqualTo("400 Bad Request: there is no caption in the message to edit");
        assertThat(scene.refusal(other, "editEphemeralMessageText", with(where, "text", "mine")))
                .isEqualTo("400 Bad Request: message to edit not found");
        assertThat(scene.raw(bot, "deleteEphemeralMessage", where)).isEqualTo("true");
        assertThat(transcript(ann)).doesNotContain("louder");
        assertThat(scene.refusal(bot, "deleteEphemeralMessage", where))
                .isEqualTo("400 Bad Request: message to delete not found");
    }

    private static String[] with(String[] some, String... more) {
        var all = new java.util.ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
