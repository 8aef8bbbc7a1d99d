package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class InvitesTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Person ann = scene.world.addUser("Ann", "ann");
    private final Person bob = scene.world.addUser("Bob", null);
    private final Group group =
            scene.world.addGroup("g", null, List.of(Admin.full(bot.id()), Admin.of(other.id(), Right.PIN_MESSAGES)));
    private final String chat = Scene.text(group.id());
    private final String annId = Scene.text(ann.id());

    private JsonNode link(String... more) {
        var arguments = Arguments.builder().add("chat_id", chat);
        for (int i = 0; i < more.length; i += 2) arguments.add(more[i], more[i + 1]);
        return scene.ok(bot, "createChatInviteLink", arguments.build());
    }

    private static String url(JsonNode link) {
        return link.get("invite_link").asString();
    }

    private JsonNode last(BotAccount of, String kind) {
        var updates = scene.updates(of);
        for (int i = updates.size() - 1; i >= 0; i--)
            if (updates.get(i).has(kind)) return updates.get(i).get(kind);
        throw new AssertionError("no " + kind + " in " + updates);
    }

    private JsonNode ask() {
        scene.world.memberships().join(ann.id(), url(link("creates_join_request", "true")));
        return last(bot, "chat_join_request");
    }

    @Test
    void aLinkLetsPeopleInAndIsToldWithThem() {
        scene.ok(bot, "getUpdates", "allowed_updates", "[\"chat_member\",\"message\"]");
        var link = link("name", " n ");
        assertThat(link.get("name").asString()).isEqualTo("n");
        assertThat(link.get("is_primary").asBoolean()).isFalse();
        scene.world.memberships().join(ann.id(), url(link));
        var told = last(bot, "chat_member");
        assertThat(told.get("invite_link").get("invite_link").asString()).isEqualTo(url(link));
        assertThat(told.get("from").get("id").asLong()).isEqualTo(ann.id());
        assertThat(last(bot, "message").get("new_chat_members").get(0).get("id").asLong())
                .isEqualTo(ann.id());
    }

    @Test
    void aLinkOfSomebodyElseIsShownInPart() {
        scene.world.chats().promote(group.id(), Admin.full(other.id()));
        scene.ok(other, "getUpdates", "allowed_updates", "[\"chat_member\"]");
        var url = url(link());
        scene.world.memberships().join(ann.id(), url);
        assertThat(url(last(other, "chat_member").get("invite_link")))
                .endsWith("...")
                .startsWith(url.substring(0, 15));
    }

    @Test
    void aLinkEndsWithItsTimeAndItsNumberOfMembers() {
        var now = Scene.START.getEpochSecond();
        var short60 = link("expire_date", Scene.text(now + 60));
        var one = link("member_limit", "1");
        scene.world.memberships().join(ann.id(), url(one));
        assertThatThrownBy(() -> scene.world.memberships().join(bob.id(), url(one)))
                .hasMessageContaining("used up");
        scene.world.memberships().leave(ann.id(), group.id());
        scene.world.memberships().join(bob.id(), url(one));
        scene.seconds(60);
        assertThatThrownBy(() -> scene.world.memberships().join(ann.id(), url(short60)))
                .hasMessageContaining("expired");
        assertThat(scene.refusal(bot, "createChatInviteLink", "chat_id", chat, "expire_date", Scene.text(now)))
                .isEqualTo("400 Bad Request: EXPIRE_DATE_INVALID");
        assertThat(scene.refusal(bot, "createChatInviteLink", "chat_id", chat, "member_limit", "1000000"))
                .isEqualTo("400 Bad Request: USAGE_LIMIT_INVALID");
        assertThat(scene.refusal(
                        bot, "createChatInviteLink", "chat_id", chat, "member_limit", "1", "creates_join_request", "1"))
                .isEqualTo(
                        "400 Bad Request: member limit can't be specified for links requiring administrator approval");
    }

    @Test
    void theLinkThatABotAlwaysHasIsReplaced() {
        var first = Scene.json(scene.raw(bot, "exportChatInviteLink", "chat_id", chat))
                .asString();
        assertThat(first).startsWith("https://t.me/+");
        assertThat(scene.ok(bot, "getChat", "chat_id", chat).get("invite_link").asString())
                .isEqualTo(first);
        var second = Scene.json(scene.raw(bot, "exportChatInviteLink", "chat_id", chat))
                .asString();
        assertThat(second).isNotEqualTo(first);
        assertThatThrownBy(() -> scene.world.memberships().join(ann.id(), first))
                .hasMessageContaining("revoked");
        assertThat(scene.refusal(bot, "editChatInviteLink", "chat_id", chat, "invite_link", second))
                .isEqualTo("400 Bad Request: CHAT_INVITE_PERMANENT");
        var revoked = scene.ok(bot, "revokeChatInviteLink", "chat_id", chat, "invite_link", second);
        assertThat(revoked.get("is_revoked").asBoolean()).isTrue();
        assertThat(scene.ok(bot, "getChat", "chat_id", chat).get("invite_link").asString())
                .isNotEqualTo(second);
    }

    @Test
    void aLinkIsEditedAndRevokedByItsMakerOnly() {
        var url = url(link());
        var edited = scene.ok(
                bot, "editChatInviteLink", "chat_id", chat, "invite_link", url, "name", "x", "member_limit", "5");
        assertThat(edited.get("name").asString()).isEqualTo("x");
        assertThat(edited.get("member_limit").asInt()).isEqualTo(5);
        scene.world.chats().promote(group.id(), Admin.full(other.id()));
        assertThat(scene.refusal(other, "revokeChatInviteLink", "chat_id", chat, "invite_link", url))
                .isEqualTo("400 Bad Request: CHAT_ADMIN_REQUIRED");
        scene.ok(bot, "revokeChatInviteLink", "chat_id", chat, "invite_link", url);
        assertThat(scene.refusal(bot, "revokeChatInviteLink", "chat_id", chat, "invite_link", url))
                .isEqualTo("400 Bad Request: INVITE_HASH_EXPIRED");
        assertThat(scene.refusal(bot, "revokeChatInviteLink", "chat_id", chat))
                .isEqualTo("400 Bad Request: invite link must be non-empty");
    }

    @Test
    void linksTakeTheRightToInvite() {
        assertThat(scene.refusal(other, "createChatInviteLink", "chat_id", chat))
                .isEqualTo("400 Bad Request: not enough rights to manage chat invite link");
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
        assertThat(scene.refusal(bot, "exportChatInviteLink", "chat_id", annId))
                .isEqualTo("400 Bad Request: can't invite members to a private chat");
    }

    @Test
    void aPaidLinkEndsWithItsPeriod() {
        var channel = scene.world.addChannel("c", null, List.of(Admin.full(bot.id())));
        var id = Scene.text(channel.id());
        assertThat(scene.refusal(bot, "createChatSubscriptionInviteLink", "chat_id", id))
                .isEqualTo("400 Bad Request: invalid subscription pricing specified");
        var paid = scene.ok(
                bot,
                "createChatSubscriptionInviteLink",
                "chat_id",
                id,
                "subscription_period",
                "2592000",
                "subscription_price",
                "5");
        assertThat(paid.get("subscription_price").asInt()).isEqualTo(5);
        scene.world.memberships().join(ann.id(), url(paid));
        assertThat(scene.ok(bot, "getChatMember", "chat_id", id, "user_id", annId)
                        .get("until_date")
                        .asLong())
                .isEqualTo(Scene.START.getEpochSecond() + 2_592_000);
        scene.advance(Duration.ofDays(30));
        assertThat(scene.ok(bot, "getChatMember", "chat_id", id, "user_id", annId)
                        .get("status")
                        .asString())
                .isEqualTo("left");
        var edited = scene.ok(
                bot, "editChatSubscriptionInviteLink", "chat_id", id, "invite_link", url(paid), "name", "gold");
        assertThat(edited.get("name").asString()).isEqualTo("gold");
        assertThat(edited.get("subscription_period").asInt()).isEqualTo(2_592_000);
    }

    @Test
    void whoAsksIsToldToBotsThatMayInvite() {
        var request = ask();
        assertThat(request.get("from").get("id").asLong()).isEqualTo(ann.id());
        assertThat(request.get("user_chat_id").asLong()).isEqualTo(ann.id());
        assertThat(request.get("invite_link").get("pending_join_request_count").asInt())
                .isEqualTo(1);
        assertThat(scene.updates(other).toString()).doesNotContain("chat_join_request");
    }

    @Test
    void anApprovedRequestIsToldAsSuch() {
        ask();
        scene.ok(bot, "getUpdates", "allowed_updates", "[\"chat_member\"]");
        scene.ok(bot, "approveChatJoinRequest", "chat_id", chat, "user_id", annId);
        var told = last(bot, "chat_member");
        assertThat(told.get("via_join_request").asBoolean()).isTrue();
        assertThat(told.get("from").get("id").asLong()).isEqualTo(bot.id());
        assertThat(scene.refusal(bot, "approveChatJoinRequest", "chat_id", chat, "user_id", annId))
                .isEqualTo("400 Bad Request: USER_ALREADY_PARTICIPANT");
    }

    @Test
    void aDeclinedRequestIsGone() {
        ask();
        assertThat(scene.refusal(other, "declineChatJoinRequest", "chat_id", chat, "user_id", annId))
                .isEqualTo("400 Bad Request: not enough rights to manage chat join requests");
        scene.ok(bot, "declineChatJoinRequest", "chat_id", chat, "user_id", annId);
        assertThat(scene.refusal(bot, "declineChatJoinRequest", "chat_id", chat, "user_id", annId))
                .isEqualTo("400 Bad Request: HIDE_REQUESTER_MISSING");
        assertThat(scene.ok(bot, "getChatMember", "chat_id", chat, "user_id", annId)
                        .get("status")
                        .asString())
                .isEqualTo("left");
    }

    @Test
    void aBotMayWriteToWhoAskedForFiveMinutesOrUntilItIsDecided() {
        ask();
        scene.ok(bot, "sendMessage", "chat_id", annId, "text", "why?");
        scene.advance(Duration.ofMinutes(5));
        assertThat(scene.refusal(bot, "sendMessage", "chat_id", annId, "text", "why?"))
                .isEqualTo("403 Forbidden: bot can't initiate conversation with a user");
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("because"));
        scene.ok(bot, "sendMessage", "chat_id", annId, "text", "ah");
        scene.world.memberships().join(bob.id(), url(link("creates_join_request", "true")));
        var bobId = Scene.text(bob.id());
        scene.ok(bot, "sendMessage", "chat_id", bobId, "text", "why?");
        scene.ok(bot, "declineChatJoinRequest", "chat_id", chat, "user_id", bobId);
        assertThat(scene.refusal(bot, "sendMessage", "chat_id", bobId, "text", "sorry"))
                .isEqualTo("403 Forbidden: bot can't initiate conversation with a user");
    }

    @Test
    void theBotThatGuardsAChatIsAskedFirstAndMayLeaveItToOthers() {
        scene.world.botSettings().joinRequestQueries(bot.id(), true);
        scene.world.chats().promote(group.id(), Admin.full(other.id()));
        scene.world.chatSettings().guard(group.id(), bot.id());
        scene.world.chatSettings().joinByRequest(group.id(), true);
        assertThat(scene.ok(bot, "getChat", "chat_id", chat)
                        .get("guard_bot")
                        .get("id")
                        .asLong())
                .isEqualTo(bot.id());
        scene.world.memberships().ask(ann.id(), group.id());
        var query = last(bot, "chat_join_request").get("query_id").asString();
        assertThat(scene.updates(other).toString()).doesNotContain("chat_join_request");
        assertThat(scene.refusal(
                        bot,
                        "sendChatJoinRequestWebApp",
                        "chat_join_request_query_id",
                        query,
                        "web_app_url",
                        "http://a.example"))
                .isEqualTo("400 Bad Request: WEBAPP_URL_INVALID");
        scene.ok(
                bot,
                "sendChatJoinRequestWebApp",
                "chat_join_request_query_id",
                query,
                "web_app_url",
                "https://a.example");
        scene.ok(bot, "answerChatJoinRequestQuery", "chat_join_request_query_id", query, "result", "queue");
        assertThat(last(other, "chat_join_request").has("query_id")).isFalse();
        assertThat(scene.refusal(
                        bot, "answerChatJoinRequestQuery", "chat_join_request_query_id", query, "result", "approve"))
                .isEqualTo("400 Bad Request: query is too old and response timeout expired or query ID is invalid");
        scene.world.memberships().ask(bob.id(), group.id());
        var second = last(bot, "chat_join_request").get("query_id").asString();
        scene.ok(bot, "answerChatJoinRequestQuery", "chat_join_request_query_id", second, "result", "approve");
        assertThat(scene.ok(bot, "getChatMember", "chat_id", chat, "user_id", Scene.text(bob.id()))
                        .get("status")
                        .asString())
                .isEqualTo("member");
    }

    @Test
    void friendsBringFriends() {
        scene.world.chats().join(group.id(), ann.id());
        scene.world.memberships().invite(ann.id(), group.id(), bob.id());
        var news = last(bot, "message");
        assertThat(news.get("from").get("id").asLong()).isEqualTo(ann.id());
        assertThat(news.get("new_chat_member").get("id").asLong()).isEqualTo(bob.id());
        scene.world.chatSettings().permissions(group.id(), Permissions.NONE);
        var eve = scene.world.addUser("Eve", null);
        assertThatThrownBy(() -> scene.world.memberships().invite(ann.id(), group.id(), eve.id()))
                .hasMessageContaining("may not invite");
    }

    @Test
    void theOwnersLinksAndDecisionsWorkToo() {
        var url = scene.world.memberships().newLink(group.id(), null, 0, true);
        scene.world.memberships().join(ann.id(), url);
        scene.world.memberships().decide(group.id(), ann.id(), true);
        assertThat(scene.ok(bot, "getChatMember", "chat_id", chat, "user_id", annId)
                        .get("status")
                        .asString())
                .isEqualTo("member");
        assertThatThrownBy(() -> scene.world.memberships().join(ann.id(), url)).hasMessageContaining("is in");
    }
}
