package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MembersTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Person ann = scene.world.addUser("Ann", "ann");
    private final Person bob = scene.world.addUser("Bob", null);
    private final Group group =
            scene.world.addGroup("g", null, List.of(Admin.full(bot.id()), Admin.of(other.id(), Right.CHANGE_INFO)));
    private final String chat = Scene.text(group.id());
    private final String annId = Scene.text(ann.id());

    MembersTest() {
        scene.world.chats().join(group.id(), ann.id());
    }

    private String status(long userId) {
        return member(userId).get("status").asString();
    }

    private JsonNode member(long userId) {
        return scene.ok(bot, "getChatMember", "chat_id", chat, "user_id", Scene.text(userId));
    }

    private List<JsonNode> updates(BotAccount of, String kind) {
        var found = new ArrayList<JsonNode>();
        for (var update : scene.updates(of)) if (update.has(kind)) found.add(update.get(kind));
        return found;
    }

    @Test
    void aBannedMemberIsOutUntilItsTimeIsOver() {
        var until = Scene.text(Scene.START.getEpochSecond() + 3600);
        scene.ok(bot, "banChatMember", "chat_id", chat, "user_id", annId, "until_date", until);
        assertThat(member(ann.id()).toString()).contains("\"status\":\"kicked\"", "\"until_date\":" + until);
        assertThatThrownBy(() -> scene.world.people().say(ann.id(), group.id(), Outgoing.text("x")))
                .isInstanceOf(IllegalArgumentException.class);
        scene.advance(Duration.ofHours(1));
        assertThat(status(ann.id())).isEqualTo("left");
    }

    @Test
    void aTimeTooNearOrTooFarMeansForEver() {
        for (long seconds : new long[] {29, 367L * 86_400}) {
            var until = Scene.text(Scene.START.getEpochSecond() + seconds);
            scene.ok(bot, "banChatMember", "chat_id", chat, "user_id", annId, "until_date", until);
            assertThat(member(ann.id()).get("until_date").asLong()).isZero();
            scene.ok(bot, "unbanChatMember", "chat_id", chat, "user_id", annId);
        }
    }

    @Test
    void unbanningPutsAMemberOutUnlessOnlyBansAreToGo() {
        scene.ok(bot, "unbanChatMember", "chat_id", chat, "user_id", annId, "only_if_banned", "1");
        assertThat(status(ann.id())).isEqualTo("member");
        scene.ok(bot, "unbanChatMember", "chat_id", chat, "user_id", annId);
        assertThat(status(ann.id())).isEqualTo("left");
    }

    @Test
    void aBanIsNewsThatEvenTheBotThatBannedGets() {
        scene.ok(bot, "banChatMember", "chat_id", chat, "user_id", annId);
        var news = updates(bot, "message").getLast();
        assertThat(news.get("left_chat_member").get("id").asLong()).isEqualTo(ann.id());
        assertThat(news.get("from").get("id").asLong()).isEqualTo(bot.id());
    }

    @Test
    void whoMayNotBanSaysSoInTheServersWords() {
        var owner = Scene.json(scene.raw(bot, "getChatAdministrators", "chat_id", chat));
        long ownerId = owner.get(0).get("user").get("id").asLong();
        assertThat(scene.refusal(other, "banChatMember", "chat_id", chat, "user_id", annId))
                .isEqualTo("400 Bad Request: not enough rights to restrict/unrestrict chat member");
        assertThat(scene.refusal(bot, "banChatMember", "chat_id", chat, "user_id", Scene.text(ownerId)))
                .isEqualTo("400 Bad Request: can't remove chat owner");
        assertThat(scene.refusal(bot, "banChatMember", "chat_id", chat, "user_id", Scene.text(bot.id())))
                .isEqualTo("400 Bad Request: can't restrict self");
        assertThat(scene.refusal(bot, "banChatMember", "chat_id", chat, "user_id", Scene.text(other.id())))
                .isEqualTo("400 Bad Request: user is an administrator of the chat");
        assertThat(scene.refusal(bot, "banChatMember", "chat_id", chat, "user_id", "99"))
                .isEqualTo("400 Bad Request: member not found");
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        assertThat(scene.refusal(bot, "banChatMember", "chat_id", annId, "user_id", annId))
                .isEqualTo("400 Bad Request: can't ban members in private chats");
        assertThat(scene.refusal(bot, "unbanChatMember", "chat_id", annId, "user_id", annId))
                .isEqualTo("400 Bad Request: method is available for supergroup and channel chats only");
    }

    @Test
    void aRestrictedMemberMayDoWhatIsLeftToItUntilItsTimeIsOver() {
        var until = Scene.text(Scene.START.getEpochSecond() + 3600);
        scene.ok(
                bot,
                "restrictChatMember",
                "chat_id",
                chat,
                "user_id",
                annId,
                "until_date",
                until,
                "permissions",
                "{\"can_send_polls\":true}",
                "use_independent_chat_permissions",
                "true");
        var restricted = member(ann.id());
        assertThat(restricted.get("status").asString()).isEqualTo("restricted");
        assertThat(restricted.get("is_member").asBoolean()).isTrue();
        assertThat(restricted.get("can_send_polls").asBoolean()).isTrue();
        assertThat(restricted.get("can_send_messages").asBoolean()).isFalse();
        assertThatThrownBy(() -> scene.world.people().say(ann.id(), group.id(), Outgoing.text("x")))
                .hasMessageContaining("may not write");
        scene.advance(Duration.ofHours(1));
        assertThat(status(ann.id())).isEqualTo("member");
        scene.world.people().say(ann.id(), group.id(), Outgoing.text("x"));
    }

    @Test
    void broaderPermissionsBringNarrowerOnes() {
        scene.ok(
                bot,
                "restrictChatMember",
                "chat_id",
                chat,
                "user_id",
                annId,
                "permissions",
                "{\"can_send_other_messages\":true}");
        var restricted = member(ann.id());
        for (var name : List.of("can_send_messages", "can_send_photos", "can_send_voice_notes")) {
            assertThat(restricted.get(name).asBoolean()).as(name).isTrue();
        }
        assertThat(restricted.get("can_send_polls").asBoolean()).isFalse();
        assertThat(scene.refusal(
                        bot,
                        "restrictChatMember",
                        "chat_id",
                        chat,
                        "user_id",
                        annId,
                        "permissions",
                        "{\"can_send_polls\":\"yes\"}"))
                .isEqualTo("400 Bad Request: can't parse chat permissions: "
                        + "Field \"can_send_polls\" must be of type Boolean");
        assertThat(scene.refusal(bot, "restrictChatMember", "chat_id", chat, "user_id", annId, "permissions", "[]"))
                .isEqualTo("400 Bad Request: object expected as permissions");
    }

    @Test
    void aRestrictionStaysWithWhoLeavesAndComesBack() {
        scene.ok(bot, "restrictChatMember", "chat_id", chat, "user_id", annId, "permissions", "{}");
        scene.world.memberships().leave(ann.id(), group.id());
        assertThat(member(ann.id()).get("is_member").asBoolean()).isFalse();
        scene.world.chats().join(group.id(), ann.id());
        assertThat(status(ann.id())).isEqualTo("restricted");
    }

    @Test
    void aBotThatIsRestrictedCannotSend() {
        var third = scene.world.addBot("three_bot");
        scene.world.chats().join(group.id(), third.id());
        scene.world.chats().restrict(group.id(), third.id(), Permissions.of(Permission.SEND_PHOTOS), null);
        assertThat(scene.refusal(third, "sendMessage", "chat_id", chat, "text", "x"))
                .isEqualTo("400 Bad Request: not enough rights to send text messages to the chat");
        scene.world.chats().restrict(group.id(), third.id(), Permissions.NONE, null);
        assertThat(scene.refusal(third, "sendMessage", "chat_id", chat, "text", "x"))
                .isEqualTo("400 Bad Request: have no rights to send a message");
    }

    @Test
    void everyKindOfMessageHasItsOwnPermission() {
        var third = scene.world.addBot("three_bot");
        scene.world.chats().join(group.id(), third.id());
        scene.ok(bot, "setChatPermissions", "chat_id", chat, "permissions", "{\"can_send_messages\":true}");
        scene.ok(third, "sendMessage", "chat_id", chat, "text", "x");
        var document = Scene.now(scene.sendDocument(third, group.id(), "a.txt", Blob.of(new byte[] {1})));
        assertThat(Scene.refusal(document))
                .isEqualTo("400 Bad Request: not enough rights to send documents to the chat");
        assertThat(scene.ok(bot, "getChat", "chat_id", chat)
                        .get("permissions")
                        .get("can_send_documents")
                        .asBoolean())
                .isFalse();
        scene.document(bot, group.id(), "a.txt", new byte[] {1});
    }

    @Test
    void eachItemOfAnAlbumNeedsThePermissionOfItsKind() {
        var third = scene.world.addBot("three_bot");
        scene.world.chats().join(group.id(), third.id());
        scene.world.chats().restrict(group.id(), third.id(), Permissions.of(Permission.SEND_PHOTOS), null);
        assertThat(album(third, "photo", "photo")).isEqualTo("ok");
        assertThat(album(third, "photo", "video"))
                .isEqualTo("400 Bad Request: not enough rights to send videos to the chat");
        scene.world.chats().restrict(group.id(), third.id(), Permissions.of(Permission.SEND_MESSAGES), null);
        assertThat(album(third, "photo", "photo"))
                .isEqualTo("400 Bad Request: not enough rights to send photos to the chat");
    }

    private String album(BotAccount by, String... types) {
        var media = java.util.Arrays.stream(types)
                .map(type -> "{\"type\":\"" + type + "\",\"media\":\"attach://" + type + "\"}")
                .collect(java.util.stream.Collectors.joining(",", "[", "]"));
        var reply = Scene.now(scene.send(
                by,
                "sendMediaGroup",
                Arguments.builder()
                        .add("chat_id", chat)
                        .add("media", media)
                        .add(new Upload("photo", "a.png", "", Blob.of(Samples.png(40, 30))))
                        .add(new Upload("video", "b.mp4", "", Blob.of(Samples.video(40, 30, 2000))))
                        .build()));
        return reply instanceof Reply.Ok ? "ok" : Scene.refusal(reply);
    }

    @Test
    void manyMessagesAreForwardedWithoutThoseThatMayNotBeSentThere() {
        var third = scene.world.addBot("three_bot");
        scene.world.chats().join(group.id(), third.id());
        scene.world.people().say(ann.id(), third.id(), Outgoing.text("hi"));
        var words = scene.ok(third, "sendMessage", "chat_id", annId, "text", "words");
        var paper = scene.document(third, ann.id(), "a.txt", new byte[] {1});
        scene.ok(bot, "setChatPermissions", "chat_id", chat, "permissions", "{\"can_send_messages\":true}");
        for (var method : List.of("forwardMessages", "copyMessages")) {
            var both = "[" + Scene.id(words) + "," + Scene.id(paper) + "]";
            assertThat(scene.ok(third, method, "chat_id", chat, "from_chat_id", annId, "message_ids", both))
                    .hasSize(1);
            var one = "[" + Scene.id(paper) + "]";
            assertThat(scene.refusal(third, method, "chat_id", chat, "from_chat_id", annId, "message_ids", one))
                    .isIn("400 Bad Request: messages can't be forwarded", "400 Bad Request: messages can't be copied");
        }
        assertThat(scene.refusal(
                        third,
                        "copyMessage",
                        "chat_id",
                        chat,
                        "from_chat_id",
                        annId,
                        "message_id",
                        Scene.text(Scene.id(paper))))
                .isEqualTo("400 Bad Request: not enough rights to send documents to the chat");
    }

    @Test
    void permissionsOfAChatTakeTheRightToRestrict() {
        assertThat(scene.refusal(other, "setChatPermissions", "chat_id", chat, "permissions", "{}"))
                .isEqualTo("400 Bad Request: not enough rights to change chat permissions");
        assertThat(scene.refusal(bot, "setChatPermissions", "chat_id", chat))
                .isEqualTo("400 Bad Request: can't parse permissions JSON object");
        var channel = scene.world.addChannel("c", null, List.of(Admin.full(bot.id())));
        assertThat(scene.refusal(bot, "setChatPermissions", "chat_id", Scene.text(channel.id()), "permissions", "{}"))
                .isEqualTo("400 Bad Request: can't change channel chat permissions");
    }

    @Test
    void whoPromotesMayDemoteAndOthersMayNot() {
        scene.ok(bot, "promoteChatMember", "chat_id", chat, "user_id", annId, "can_pin_messages", "true");
        assertThat(member(ann.id()).get("can_be_edited").asBoolean()).isTrue();
        assertThat(scene.refusal(
                        bot,
                        "promoteChatMember",
                        "chat_id",
                        chat,
                        "user_id",
                        Scene.text(other.id()),
                        "can_pin_messages",
                        "true"))
                .isEqualTo("400 Bad Request: CHAT_ADMIN_REQUIRED");
        assertThat(scene.refusal(
                        bot,
                        "promoteChatMember",
                        "chat_id",
                        chat,
                        "user_id",
                        Scene.text(bot.id()),
                        "can_pin_messages",
                        "1"))
                .isEqualTo("400 Bad Request: can't promote self");
        scene.ok(bot, "promoteChatMember", "chat_id", chat, "user_id", annId);
        assertThat(status(ann.id())).isEqualTo("member");
    }

    @Test
    void onlyWhoIsThereIsPromoted() {
        assertThat(scene.refusal(
                        bot,
                        "promoteChatMember",
                        "chat_id",
                        chat,
                        "user_id",
                        Scene.text(bob.id()),
                        "can_pin_messages",
                        "true"))
                .isEqualTo("400 Bad Request: USER_NOT_PARTICIPANT");
    }

    @Test
    void titlesAreForAdministratorsWhomTheBotMade() {
        assertThat(scene.refusal(
                        bot, "setChatAdministratorCustomTitle", "chat_id", chat, "user_id", annId, "custom_title", "t"))
                .isEqualTo("400 Bad Request: user is not an administrator");
        scene.ok(bot, "promoteChatMember", "chat_id", chat, "user_id", annId, "can_pin_messages", "true");
        scene.ok(
                bot,
                "setChatAdministratorCustomTitle",
                "chat_id",
                chat,
                "user_id",
                annId,
                "custom_title",
                "a title that is too long");
        assertThat(member(ann.id()).get("custom_title").asString()).isEqualTo("a title that is");
        assertThat(scene.refusal(
                        bot,
                        "setChatAdministratorCustomTitle",
                        "chat_id",
                        chat,
                        "user_id",
                        Scene.text(other.id()),
                        "custom_title",
                        "t"))
                .isEqualTo("400 Bad Request: not enough rights to change custom title of the user");
    }

    @Test
    void membersHaveTags() {
        scene.world.chats().promote(group.id(), Admin.full(bot.id()));
        scene.ok(bot, "setChatMemberTag", "chat_id", chat, "user_id", annId, "tag", "helper");
        assertThat(member(ann.id()).get("tag").asString()).isEqualTo("helper");
        var said = Scene.json(scene.world.people().say(ann.id(), group.id(), Outgoing.text("x")));
        assertThat(said.get("sender_tag").asString()).isEqualTo("helper");
        scene.ok(bot, "setChatMemberTag", "chat_id", chat, "user_id", annId);
        assertThat(member(ann.id()).has("tag")).isFalse();
        said = Scene.json(scene.world.people().say(ann.id(), group.id(), Outgoing.text("x")));
        assertThat(said.has("sender_tag")).isFalse();
        assertThat(scene.refusal(other, "setChatMemberTag", "chat_id", chat, "user_id", annId, "tag", "x"))
                .isEqualTo("400 Bad Request: not enough rights to change member tags in the chat");
    }

    @Test
    void aBannedChannelSpeaksNoMore() {
        var channel = scene.world.addChannel("c", null, List.of());
        long owner = Scene.json(scene.world.stateJson(false))
                .get("users")
                .valueStream()
                .filter(user -> user.get("first_name").asString().equals("Owner"))
                .reduce((one, two) -> two)
                .orElseThrow()
                .get("id")
                .asLong();
        scene.world.chats().join(group.id(), owner);
        var said = Scene.json(
                scene.world.people().say(owner, group.id(), Outgoing.text("x").inTheNameOf(channel.id())));
        assertThat(said.get("sender_chat").get("id").asLong()).isEqualTo(channel.id());
        assertThat(said.get("from").get("username").asString()).isEqualTo("Channel_Bot");
        scene.ok(bot, "banChatSenderChat", "chat_id", chat, "sender_chat_id", Scene.text(channel.id()));
        assertThatThrownBy(() -> scene.world
                        .people()
                        .say(owner, group.id(), Outgoing.text("x").inTheNameOf(channel.id())))
                .isInstanceOf(IllegalArgumentException.class);
        scene.ok(bot, "unbanChatSenderChat", "chat_id", chat, "sender_chat_id", Scene.text(channel.id()));
        scene.world.people().say(owner, group.id(), Outgoing.text("x").inTheNameOf(channel.id()));
    }

    @Test
    void changesOfMembersAreToldWithTheirActor() {
        scene.ok(bot, "getUpdates", "allowed_updates", "[\"chat_member\"]");
        scene.ok(bot, "banChatMember", "chat_id", chat, "user_id", annId);
        var told = updates(bot, "chat_member").getLast();
        assertThat(told.get("from").get("id").asLong()).isEqualTo(bot.id());
        assertThat(told.get("old_chat_member").get("status").asString()).isEqualTo("member");
        assertThat(told.get("new_chat_member").get("status").asString()).isEqualTo("kicked");
    }

    @Test
    void aBotThatLeavesHearsOfItAsTheLastThing() {
        scene.ok(other, "leaveChat", "chat_id", chat);
        scene.world.people().say(ann.id(), group.id(), Outgoing.text("/x@two_bot"));
        assertThat(updates(other, "message")
                        .getLast()
                        .get("left_chat_member")
                        .get("id")
                        .asLong())
                .isEqualTo(other.id());
        assertThat(updates(other, "my_chat_member")
                        .getLast()
                        .get("new_chat_member")
                        .get("status")
                        .asString())
                .isEqualTo("left");
        assertThat(scene.refusal(other, "sendMessage", "chat_id", chat, "text", "x"))
                .isEqualTo("403 Forbidden: bot is not a member of the supergroup chat");
    }

    @Test
    void slowModeMakesPeopleWait() {
        scene.world.chatSettings().slowMode(group.id(), Duration.ofSeconds(30));
        scene.world.people().say(ann.id(), group.id(), Outgoing.text("x"));
        assertThatThrownBy(() -> scene.world.people().say(ann.id(), group.id(), Outgoing.text("x")))
                .hasMessageContaining("slow mode: wait 30 s");
        scene.seconds(30);
        scene.world.people().say(ann.id(), group.id(), Outgoing.text("x"));
        assertThat(scene.ok(bot, "getChat", "chat_id", chat)
                        .get("slow_mode_delay")
                        .asInt())
                .isEqualTo(30);
    }

    @Test
    void anAnonymousAdministratorSpeaksAsTheGroup() {
        scene.world.chats().promote(group.id(), Admin.of(ann.id(), Right.ANONYMOUS));
        scene.world.chatSettings().title(group.id(), ann.id(), "boss");
        var said = Scene.json(scene.world.people().say(ann.id(), group.id(), Outgoing.text("x")));
        assertThat(said.get("from").get("username").asString()).isEqualTo("GroupAnonymousBot");
        assertThat(said.get("sender_chat").get("id").asLong()).isEqualTo(group.id());
        assertThat(said.get("author_signature").asString()).isEqualTo("boss");
        assertThat(updates(bot, "message").getLast().get("text").asString()).isEqualTo("x");
    }
}
