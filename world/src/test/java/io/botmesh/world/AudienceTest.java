package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AudienceTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Person ann = scene.world.addUser("Ann", "ann");
    private final Group group = scene.world.addGroup("g", null, List.of());
    private final String chat = Scene.text(group.id());

    AudienceTest() {
        scene.world.chats().join(group.id(), ann.id());
        scene.world.chats().join(group.id(), bot.id());
        scene.world.chats().join(group.id(), other.id());
    }

    private int say(String text) {
        return Scene.id(Scene.json(scene.world.people().say(ann.id(), group.id(), Outgoing.text(text))));
    }

    private List<String> texts(BotAccount of, String kind) {
        var found = new ArrayList<String>();
        for (var update : scene.updates(of)) {
            if (update.has(kind) && update.get(kind).has("text")) {
                found.add(update.get(kind).get("text").asString());
            }
        }
        return found;
    }

    @Test
    void withPrivacyABotHearsCommandsMentionsAndAnswers() {
        scene.ok(other, "sendMessage", "chat_id", chat, "text", "last to speak");
        say("talk");
        say("/general");
        int named = say("/mine@one_bot");
        say("hello @ONE_bot");
        scene.world
                .people()
                .say(ann.id(), group.id(), Outgoing.text("answer to it").withReplyTo(named));
        int own = Scene.id(scene.ok(bot, "sendMessage", "chat_id", chat, "text", "own"));
        scene.world
                .people()
                .say(ann.id(), group.id(), Outgoing.text("answer to the bot").withReplyTo(own));
        say("/later");
        assertThat(texts(bot, "message"))
                .containsExactly("/mine@one_bot", "hello @ONE_bot", "answer to it", "answer to the bot", "/later");
        assertThat(texts(other, "message")).containsExactly("/general");
    }

    @Test
    void aLongTalkOfAnswersIsFollowedToItsBeginning() {
        var talk = scene.world.addGroup("talk", null, List.of());
        scene.world.chats().join(talk.id(), ann.id());
        var words = Outgoing.text("@one_bot");
        for (int i = 0; i < 50_000; i++) {
            int id = Scene.id(Scene.json(scene.world.people().say(ann.id(), talk.id(), words)));
            words = Outgoing.text("answer").withReplyTo(id);
        }
        scene.world.chats().join(talk.id(), bot.id());
        scene.world.chats().join(talk.id(), other.id());
        scene.world.people().say(ann.id(), talk.id(), words);
        assertThat(texts(bot, "message")).containsExactly("answer");
        assertThat(texts(other, "message")).isEmpty();
    }

    @Test
    void aMentionWithoutAUsernameCountsToo() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        var told = scene.ok(
                bot,
                "sendMessage",
                "chat_id",
                Scene.text(ann.id()),
                "text",
                "the other one",
                "entities",
                "[{\"type\":\"text_mention\",\"offset\":0,\"length\":9,\"user\":{\"id\":" + other.id() + "}}]");
        assertThat(told.get("entities").get(0).get("type").asString()).isEqualTo("text_mention");
        scene.world.people().say(ann.id(), group.id(), Outgoing.forward(bot.id(), Scene.id(told)));
        assertThat(texts(other, "message")).containsExactly("the other one");
    }

    @Test
    void anAdministratorAndABotWithoutPrivacyHearEverythingPeopleSay() {
        scene.world.chats().promote(group.id(), Admin.of(bot.id(), Right.PIN_MESSAGES));
        scene.world.privacy(other.id(), false);
        say("talk");
        assertThat(texts(bot, "message")).containsExactly("talk");
        assertThat(texts(other, "message")).containsExactly("talk");
    }

    @Test
    void whatWasWrittenBeforeABotJoinedIsNotToldWhenItIsEdited() {
        int old = say("old");
        scene.seconds(10);
        var late = scene.world.addBot("late_bot");
        scene.world.privacy(late.id(), false);
        scene.world.privacy(bot.id(), false);
        scene.world.chats().join(group.id(), late.id());
        scene.world.people().edit(ann.id(), group.id(), old, "older");
        assertThat(texts(bot, "edited_message")).containsExactly("older");
        assertThat(texts(late, "edited_message")).isEmpty();
        scene.world.people().edit(ann.id(), group.id(), say("new"), "newer");
        assertThat(texts(late, "edited_message")).containsExactly("newer");
    }

    @Test
    void botsHearEachOtherInGroupsByNameIfOneOfThemTalks() {
        scene.world.privacy(other.id(), false);
        scene.ok(bot, "sendMessage", "chat_id", chat, "text", "/a@two_bot");
        assertThat(texts(other, "message")).isEmpty();
        scene.world.botSettings().botToBot(bot.id(), true);
        scene.ok(bot, "sendMessage", "chat_id", chat, "text", "/b@two_bot");
        scene.ok(bot, "sendMessage", "chat_id", chat, "text", "@two_bot");
        int own = Scene.id(scene.ok(other, "sendMessage", "chat_id", chat, "text", "own"));
        scene.ok(bot, "sendMessage", "chat_id", chat, "text", "answer", "reply_to_message_id", Scene.text(own));
        assertThat(texts(other, "message")).containsExactly("/b@two_bot", "answer");
    }

    @Test
    void aBotThatTalksAndSeesEverythingHearsAllBots() {
        scene.world.botSettings().botToBot(other.id(), true);
        scene.ok(bot, "sendMessage", "chat_id", chat, "text", "private to it");
        scene.world.privacy(other.id(), false);
        scene.ok(bot, "sendMessage", "chat_id", chat, "text", "for all");
        assertThat(texts(other, "message")).containsExactly("for all");
    }

    @Test
    void whatABotWritesToAnotherByItsIdStandsInTheirChat() {
        scene.world.botSettings().botToBot(bot.id(), true);
        scene.world.botSettings().botToBot(other.id(), true);
        scene.world.addChannel("Both", null, List.of(Admin.of(bot.id()), Admin.of(other.id())));
        var to = Scene.text(other.id());
        var sent = scene.ok(bot, "sendMessage", "chat_id", to, "text", "x");
        var copy = scene.ok(
                bot, "forwardMessage", "chat_id", to, "from_chat_id", to, "message_id", Scene.text(Scene.id(sent)));
        assertThat(copy.get("text").asString()).isEqualTo("x");
    }

    @Test
    void askingForTheChatOfTwoBotsDoesNotBeginIt() {
        scene.world.addChannel("Both", null, List.of(Admin.of(bot.id()), Admin.of(other.id())));
        var before = scene.world.stateJson(false);
        scene.ok(bot, "getChat", "chat_id", Scene.text(other.id()));
        scene.refusal(bot, "sendMessage", "chat_id", "@two_bot", "text", "x");
        assertThat(scene.world.stateJson(false)).isEqualTo(before);
    }

    @Test
    void botsWriteToEachOtherPrivatelyIfBothTalk() {
        assertThat(scene.refusal(bot, "sendMessage", "chat_id", "@two_bot", "text", "x"))
                .isEqualTo("403 Forbidden: the bot can't send messages to the bot");
        scene.world.botSettings().botToBot(bot.id(), true);
        assertThat(scene.refusal(bot, "sendMessage", "chat_id", "@two_bot", "text", "x"))
                .isEqualTo("403 Forbidden: the bot can't send messages to the bot");
        scene.world.botSettings().botToBot(other.id(), true);
        scene.world.people().say(ann.id(), other.id(), Outgoing.text("moves the ids of the other"));
        var sent = scene.ok(bot, "sendMessage", "chat_id", "@two_bot", "text", "x");
        assertThat(sent.get("chat").get("id").asLong()).isEqualTo(other.id());
        var update = scene.updates(other);
        var got = update.get(update.size() - 1).get("message");
        assertThat(got.get("chat").get("id").asLong()).isEqualTo(bot.id());
        assertThat(got.get("from").get("is_bot").asBoolean()).isTrue();
        assertThat(Scene.id(got)).isNotEqualTo(Scene.id(sent));
        var answer = scene.ok(
                other,
                "sendMessage",
                "chat_id",
                Scene.text(bot.id()),
                "text",
                "y",
                "reply_to_message_id",
                Scene.text(Scene.id(got)));
        assertThat(answer.get("reply_to_message").get("text").asString()).isEqualTo("x");
        var back = scene.updates(bot);
        var heard = back.get(back.size() - 1).get("message");
        assertThat(Scene.id(heard.get("reply_to_message"))).isEqualTo(Scene.id(sent));
        scene.ok(bot, "editMessageText", "chat_id", "@two_bot", "message_id", Scene.text(Scene.id(sent)), "text", "z");
        assertThat(texts(other, "edited_message")).containsExactly("z");
        assertThat(texts(bot, "message")).containsExactly("y");
        scene.ok(bot, "deleteMessage", "chat_id", "@two_bot", "message_id", Scene.text(Scene.id(sent)));
        assertThat(scene.refusal(
                        other,
                        "deleteMessage",
                        "chat_id",
                        Scene.text(bot.id()),
                        "message_id",
                        Scene.text(Scene.id(got))))
                .isEqualTo("400 Bad Request: message to delete not found");
    }

    @Test
    void whoOnlySharesAGroupWithABotHasToWriteFirst() {
        var annId = Scene.text(ann.id());
        assertThat(scene.refusal(bot, "sendMessage", "chat_id", annId, "text", "x"))
                .isEqualTo("403 Forbidden: bot can't initiate conversation with a user");
        assertThat(scene.ok(bot, "getChat", "chat_id", annId).get("type").asString())
                .isEqualTo("private");
        var stranger = scene.world.addUser("Stranger", null);
        assertThat(scene.refusal(bot, "sendMessage", "chat_id", Scene.text(stranger.id()), "text", "x"))
                .isEqualTo("400 Bad Request: chat not found");
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        scene.ok(bot, "sendMessage", "chat_id", annId, "text", "x");
    }

    @Test
    void whoBlocksABotIsOutOfReachUntilItLetsItBack() {
        assertThatThrownBy(() -> scene.world.memberships().block(ann.id(), bot.id()))
                .hasMessageContaining("never wrote");
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        var annId = Scene.text(ann.id());
        scene.world.memberships().block(ann.id(), bot.id());
        assertThat(scene.refusal(bot, "sendMessage", "chat_id", annId, "text", "x"))
                .isEqualTo("403 Forbidden: bot was blocked by the user");
        assertThat(scene.refusal(bot, "sendChatAction", "chat_id", annId, "action", "typing"))
                .isEqualTo("403 Forbidden: bot was blocked by the user");
        scene.world.memberships().unblock(ann.id(), bot.id());
        scene.ok(bot, "sendMessage", "chat_id", annId, "text", "x");
        var told = new ArrayList<String>();
        for (var update : scene.updates(bot)) {
            if (!update.has("my_chat_member")) continue;
            var mine = update.get("my_chat_member");
            if (!mine.get("chat").get("type").asString().equals("private")) continue;
            assertThat(mine.get("from").get("id").asLong()).isEqualTo(ann.id());
            told.add(mine.get("old_chat_member").get("status").asString() + " "
                    + mine.get("new_chat_member").get("status").asString());
        }
        assertThat(told).containsExactly("member kicked", "kicked member");
    }

    @Test
    void whoIsNoLongerThereCannotBeWrittenTo() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        scene.world.memberships().deactivate(ann.id());
        assertThat(scene.refusal(bot, "sendMessage", "chat_id", Scene.text(ann.id()), "text", "x"))
                .isEqualTo("403 Forbidden: user is deactivated");
        assertThatThrownBy(() -> scene.world.people().say(ann.id(), bot.id(), Outgoing.text("x")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void groupsFollowTheTwoDaysOfDeletion() {
        int said = say("x");
        var own = scene.ok(bot, "sendMessage", "chat_id", chat, "text", "y");
        assertThat(scene.refusal(bot, "deleteMessage", "chat_id", chat, "message_id", Scene.text(said)))
                .isEqualTo("400 Bad Request: message can't be deleted");
        scene.ok(bot, "deleteMessage", "chat_id", chat, "message_id", Scene.text(Scene.id(own)));
        scene.world.chats().promote(group.id(), Admin.of(bot.id(), Right.DELETE_MESSAGES));
        scene.ok(bot, "deleteMessage", "chat_id", chat, "message_id", Scene.text(said));
        int late = say("z");
        scene.advance(Duration.ofDays(2).plusSeconds(1));
        assertThat(scene.refusal(bot, "deleteMessage", "chat_id", chat, "message_id", Scene.text(late)))
                .isEqualTo("400 Bad Request: message can't be deleted");
    }

    @Test
    void inGroupsBotsEditOnlyWhatIsTheirs() {
        int said = say("x");
        var own = scene.ok(bot, "sendMessage", "chat_id", chat, "text", "y");
        scene.world.chats().promote(group.id(), Admin.full(bot.id()));
        assertThat(scene.refusal(
                        bot, "editMessageText", "chat_id", chat, "message_id", Scene.text(said), "text", "mine"))
                .isEqualTo("400 Bad Request: message can't be edited");
        scene.ok(bot, "editMessageText", "chat_id", chat, "message_id", Scene.text(Scene.id(own)), "text", "z");
    }

    @Test
    void whatLuckHasDecidedStaysForADay() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        var annId = Scene.text(ann.id());
        var dice = Scene.text(Scene.id(scene.ok(bot, "sendDice", "chat_id", annId)));
        assertThat(scene.refusal(bot, "deleteMessage", "chat_id", annId, "message_id", dice))
                .isEqualTo("400 Bad Request: message can't be deleted for everyone");
        scene.advance(Duration.ofDays(1));
        scene.ok(bot, "deleteMessage", "chat_id", annId, "message_id", dice);
    }
}
