package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which bot gets which update. */
class DeliveryTest {
    private final Scene scene = new Scene();
    private final BotAccount author = scene.world.addBot("author_bot");
    private final BotAccount other = scene.world.addBot("other_bot");
    private final Person ann = scene.world.addUser("Ann", null);
    private final Channel channel = scene.world.addChannel(
            "c", null, List.of(Admin.full(author.id()), Admin.of(other.id()), Admin.full(ann.id())));
    private final String chat = Scene.text(channel.id());

    private static List<String> kinds(Scene scene, BotAccount bot) {
        var kinds = new ArrayList<String>();
        for (var update : scene.updates(bot).values()) {
            update.propertyNames().stream()
                    .filter(name -> !name.equals("update_id"))
                    .forEach(kinds::add);
        }
        return kinds;
    }

    private int post(Scene in, BotAccount bot, String text) {
        return Scene.id(in.ok(bot, "sendMessage", "chat_id", chat, "text", text));
    }

    @Test
    void beingMadeAdministratorIsTold() {
        var update = scene.updates(other).get(0).get("my_chat_member");
        assertThat(update.get("old_chat_member").get("status").asString()).isEqualTo("left");
        assertThat(update.get("new_chat_member").get("status").asString()).isEqualTo("administrator");
        assertThat(update.get("chat").get("id").asLong()).isEqualTo(channel.id());
    }

    @Test
    void aBotNeverGetsItsOwnPostsButOtherAdministratorsDo() {
        post(scene, author, "x");
        assertThat(kinds(scene, author)).containsExactly("my_chat_member");
        assertThat(kinds(scene, other)).containsExactly("my_chat_member", "channel_post");
    }

    @Test
    void aPersonsPostReachesEveryBotWhateverItsRights() {
        scene.world.people().say(ann.id(), channel.id(), Outgoing.text("hello"));
        assertThat(kinds(scene, author)).contains("channel_post");
        assertThat(kinds(scene, other)).contains("channel_post");
    }

    @Test
    void postsOfOtherBotsCanBeHidden() {
        var hiding = new Scene(WorldOptions.defaults().withChannelBotPosts(ChannelBotPosts.HIDE));
        var one = hiding.world.addBot("one_bot");
        var two = hiding.world.addBot("two_bot");
        var bob = hiding.world.addUser("Bob", null);
        var hidden = hiding.world.addChannel(
                "c", null, List.of(Admin.full(one.id()), Admin.full(two.id()), Admin.full(bob.id())));
        hiding.ok(one, "sendMessage", "chat_id", Scene.text(hidden.id()), "text", "x");
        assertThat(kinds(hiding, two)).containsExactly("my_chat_member");
        hiding.world.people().say(bob.id(), hidden.id(), Outgoing.text("y"));
        assertThat(kinds(hiding, two)).contains("channel_post");
    }

    @Test
    void editsOfItsOwnPostsNeverReachTheAuthor() {
        var third = scene.world.addBot("third_bot");
        scene.world.chats().promote(channel.id(), Admin.of(third.id()));
        int id = post(scene, author, "x");
        scene.world.chats().promote(channel.id(), Admin.full(other.id()));
        scene.ok(other, "editMessageText", "chat_id", chat, "message_id", Scene.text(id), "text", "y");
        assertThat(kinds(scene, author)).doesNotContain("edited_channel_post");
        assertThat(kinds(scene, third)).contains("edited_channel_post");
        scene.ok(author, "editMessageText", "chat_id", chat, "message_id", Scene.text(id), "text", "z");
        assertThat(kinds(scene, other)).contains("edited_channel_post");
    }

    @Test
    void anEditThatChangesNothingIsNotTold() {
        int id = Scene.id(Scene.json(scene.world.people().say(ann.id(), channel.id(), Outgoing.text("x"))));
        scene.world.people().edit(ann.id(), channel.id(), id, "x");
        assertThat(kinds(scene, other)).doesNotContain("edited_channel_post");
        scene.world.people().edit(ann.id(), channel.id(), id, "y");
        assertThat(kinds(scene, other)).contains("edited_channel_post");
    }

    @Test
    void aDeletionIsNotTold() {
        int id = post(scene, author, "x");
        var before = kinds(scene, other);
        scene.ok(author, "deleteMessage", "chat_id", chat, "message_id", Scene.text(id));
        assertThat(kinds(scene, other)).isEqualTo(before);
    }

    @Test
    void whoLeavesIsToldAndGetsNothingMore() {
        scene.world.chats().kick(channel.id(), other.id());
        post(scene, author, "x");
        assertThat(kinds(scene, other)).containsExactly("my_chat_member", "my_chat_member");
        assertThat(scene.refusal(other, "sendMessage", "chat_id", chat, "text", "x"))
                .isEqualTo("403 Forbidden: bot was kicked from the channel chat");
        assertThat(scene.raw(author, "leaveChat", "chat_id", chat)).isEqualTo("true");
        assertThat(scene.refusal(author, "sendMessage", "chat_id", chat, "text", "x"))
                .isEqualTo("403 Forbidden: bot is not a member of the channel chat");
    }

    @Test
    void changesOfOtherMembersAreToldToAdministratorsThatAskForThem() {
        var third = scene.world.addBot("third_bot");
        scene.ok(other, "getUpdates", "allowed_updates", "[\"chat_member\"]");
        scene.world.chats().promote(channel.id(), Admin.of(third.id()));
        assertThat(kinds(scene, other)).contains("chat_member");
        assertThat(kinds(scene, author)).doesNotContain("chat_member");
    }

    @Test
    void aPostIsStoredOnceForAllQueues() {
        var agenda = new Agenda();
        agenda.now(Scene.START);
        var registry = new Registry(1);
        var json = new MessageJson(new FileJson(new FileStore(1)), Assumptions.defaults());
        var watchers = new Watchers(registry, agenda, json);
        var postman =
                new Postman(registry, agenda, new Polls(agenda, watchers), json, WorldOptions.defaults(), watchers);
        var one = registry.addBot("one_bot");
        var two = registry.addBot("two_bot");
        var person = registry.addPerson("Ann", null);
        var wide = registry.addChannel("wide", null);
        for (var bot : List.of(one, two)) {
            wide.put(Member.admin(bot.account(), Set.of(), 0));
        }
        var text = new FormattedText("x", List.of());
        postman.post(wide, Posting.of(person, new TextContent(text, null)));
        assertThat(one.queue.poll(0, 1, 0).items().getFirst().payload())
                .isSameAs(two.queue.poll(0, 1, 0).items().getFirst().payload());
    }

    @Test
    void inAGroupAPlainBotOnlySeesWhatIsMeantForIt() {
        var group = scene.world.addGroup("g", null, List.of());
        scene.world.chats().join(group.id(), author.id());
        scene.world.chats().join(group.id(), ann.id());
        var say = new ArrayList<String>();
        say.add(scene.world.people().say(ann.id(), group.id(), Outgoing.text("just talking")));
        say.add(scene.world.people().say(ann.id(), group.id(), Outgoing.text("/go@author_bot now")));
        say.add(scene.world.people().say(ann.id(), group.id(), Outgoing.text("/go@other_bot now")));
        int own = Scene.id(scene.ok(author, "sendMessage", "chat_id", Scene.text(group.id()), "text", "hm"));
        say.add(scene.world
                .people()
                .say(ann.id(), group.id(), Outgoing.text("an answer").withReplyTo(own)));
        assertThat(scene.updates(author).toString())
                .contains("/go@author_bot", "an answer")
                .doesNotContain("just talking", "/go@other_bot");
        scene.world.privacy(author.id(), false);
        scene.world.people().say(ann.id(), group.id(), Outgoing.text("more talk"));
        assertThat(scene.updates(author).toString()).contains("more talk");
        assertThat(say).hasSize(4);
    }

    @Test
    void inAGroupBotsDoNotSeeEachOther() {
        var group = scene.world.addGroup("g", null, List.of(Admin.full(author.id()), Admin.full(other.id())));
        scene.ok(author, "sendMessage", "chat_id", Scene.text(group.id()), "text", "from a bot");
        assertThat(scene.updates(other).toString()).doesNotContain("from a bot");
    }

    @Test
    void whoJoinsAGroupIsAnnouncedUnderOldAndNewNames() {
        var group = scene.world.addGroup("g", null, List.of(Admin.full(author.id())));
        scene.world.chats().join(group.id(), ann.id());
        var message = scene.updates(author).get(2).get("message");
        assertThat(message.propertyNames())
                .containsSubsequence("new_chat_participant", "new_chat_member", "new_chat_members");
    }

    @Test
    void privateChatsOfABotShareOneSequenceOfIds() {
        var bob = scene.world.addUser("Bob", null);
        var ids = List.of(
                Scene.id(Scene.json(scene.world.people().say(ann.id(), other.id(), Outgoing.text("1")))),
                Scene.id(Scene.json(scene.world.people().say(bob.id(), other.id(), Outgoing.text("2")))),
                Scene.id(scene.ok(other, "sendMessage", "chat_id", Scene.text(ann.id()), "text", "3")));
        assertThat(ids).containsExactly(1, 2, 3);
        assertThat(scene.refusal(author, "sendMessage", "chat_id", Scene.text(bob.id()), "text", "x"))
                .isEqualTo("400 Bad Request: chat not found");
    }

    @Test
    void aPressedButtonIsTheBotsToAnswerOnceAndSoon() {
        scene.world.people().say(ann.id(), other.id(), Outgoing.text("hi"));
        int id = Scene.id(scene.ok(
                other,
                "sendMessage",
                "chat_id",
                Scene.text(ann.id()),
                "text",
                "x",
                "reply_markup",
                "{\"inline_keyboard\":[[{\"text\":\"a\",\"callback_data\":\"d\"}]]}"));
        var query = scene.world.people().press(ann.id(), other.id(), id, "d");
        assertThat(kinds(scene, other)).contains("callback_query");
        assertThat(scene.raw(other, "answerCallbackQuery", "callback_query_id", query))
                .isEqualTo("true");
        var gone = "400 Bad Request: query is too old and response timeout expired or query ID is invalid";
        assertThat(scene.refusal(other, "answerCallbackQuery", "callback_query_id", query))
                .isEqualTo(gone);
        var late = scene.world.people().press(ann.id(), other.id(), id, "d");
        scene.seconds(151);
        assertThat(kinds(scene, other)).doesNotContain("callback_query");
        assertThat(scene.refusal(other, "answerCallbackQuery", "callback_query_id", late))
                .isEqualTo(gone);
    }
}
