package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Bots that act for people, and what people own. */
class BusinessTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final Person ann = scene.world.addUser("Ann", null);
    private final Person bob = scene.world.addUser("Bob", null);
    private final Business business = scene.world.people().business();
    private final String his = Scene.text(bob.id());

    BusinessTest() {
        scene.world.botSettings().businessMode(bot.id(), true);
        scene.world.people().say(bob.id(), bot.id(), Outgoing.text("hi"));
    }

    private JsonNode newest(String kind) {
        return scene.updates(bot)
                .valueStream()
                .filter(update -> update.has(kind))
                .toList()
                .getLast()
                .get(kind);
    }

    @Test
    void aConnectionIsToldWithItsRights() {
        var id = business.connect(ann.id(), bot.id(), "can_reply");
        var told = newest("business_connection");
        assertThat(told.get("id").asString()).isEqualTo(id);
        assertThat(told.get("rights").toString()).isEqualTo("{\"can_reply\":true}");
        assertThat(scene.ok(bot, "getBusinessConnection", "business_connection_id", id))
                .isEqualTo(told);
        business.enable(id, false);
        assertThat(newest("business_connection").get("is_enabled").booleanValue())
                .isFalse();
        assertThat(scene.refusal(bot, "getBusinessConnection", "business_connection_id", "x"))
                .isEqualTo("400 Bad Request: business connection not found");
    }

    @Test
    void messagesOfTheBusinessAreToldAndAnsweredInItsName() {
        var id = business.connect(ann.id(), bot.id());
        var asked = Scene.json(business.receive(id, bob.id(), "open?"));
        var told = newest("business_message");
        assertThat(told.get("business_connection_id").asString()).isEqualTo(id);
        assertThat(told.get("from").get("id").asLong()).isEqualTo(bob.id());
        var answer = scene.ok(bot, "sendMessage", "business_connection_id", id, "chat_id", his, "text", "yes");
        assertThat(answer.get("from").get("id").asLong()).isEqualTo(ann.id());
        assertThat(answer.get("sender_business_bot").get("id").asLong()).isEqualTo(bot.id());
        assertThat(newest("business_message").get("text").asString()).isEqualTo("open?");
        business.edit(id, bob.id(), Scene.id(asked), "open now?");
        assertThat(newest("edited_business_message").get("text").asString()).isEqualTo("open now?");
        scene.ok(
                bot,
                "editMessageText",
                "business_connection_id",
                id,
                "chat_id",
                his,
                "message_id",
                Scene.text(Scene.id(answer)),
                "text",
                "no");
        assertThat(business.transcriptJson(id, bob.id())).contains("\"text\":\"no\"");
        business.delete(id, bob.id(), Scene.id(asked));
        assertThat(newest("deleted_business_messages").get("message_ids").toString())
                .isEqualTo("[" + Scene.id(asked) + "]");
    }

    @Test
    void throughAConnectionABotPinsAsksAndActs() {
        var id = business.connect(ann.id(), bot.id());
        var asked = Scene.text(Scene.id(Scene.json(business.receive(id, bob.id(), "open?"))));
        String[] where = {"business_connection_id", id, "chat_id", his};
        scene.ok(bot, "sendChatAction", where[0], where[1], where[2], where[3], "action", "typing");
        var poll = scene.ok(
                bot, "sendPoll", where[0], where[1], where[2], where[3], "question", "?", "options", "[\"a\",\"b\"]");
        assertThat(poll.propertyNames().iterator().next()).isEqualTo("business_connection_id");
        var number = Scene.text(Scene.id(poll));
        var stopped = scene.ok(bot, "stopPoll", where[0], where[1], where[2], where[3], "message_id", number);
        assertThat(stopped.get("is_closed").asBoolean()).isTrue();
        scene.ok(bot, "pinChatMessage", where[0], where[1], where[2], where[3], "message_id", asked);
        var told = newest("business_message");
        assertThat(told.get("pinned_message").get("text").asString()).isEqualTo("open?");
        assertThat(told.get("from").get("id").asLong()).isEqualTo(ann.id());
        scene.ok(bot, "unpinChatMessage", where[0], where[1], where[2], where[3], "message_id", asked);
    }

    @Test
    void aBotDoesOnlyWhatItsRightsAllow() {
        var id = business.connect(ann.id(), bot.id(), "can_read_messages", "can_delete_sent_messages");
        int message = Scene.id(Scene.json(business.receive(id, bob.id(), "open?")));
        assertThat(scene.refusal(bot, "sendMessage", "business_connection_id", id, "chat_id", his, "text", "yes"))
                .isEqualTo("400 Bad Request: BOT_ACCESS_FORBIDDEN");
        scene.ok(bot, "readBusinessMessage", "business_connection_id", id, "chat_id", his, "message_id", "" + message);
        assertThat(scene.refusal(
                        bot,
                        "deleteBusinessMessages",
                        "business_connection_id",
                        id,
                        "message_ids",
                        "[" + message + "]"))
                .isEqualTo("400 Bad Request: message can't be deleted");
        assertThat(scene.refusal(bot, "setBusinessAccountBio", "business_connection_id", id, "bio", "x"))
                .isEqualTo("400 Bad Request: BOT_ACCESS_FORBIDDEN");
    }

    @Test
    void theBusinessIsRenamedByItsBot() {
        var id = business.connect(ann.id(), bot.id());
        scene.ok(bot, "setBusinessAccountName", "business_connection_id", id, "first_name", "Anna", "last_name", "B");
        scene.ok(bot, "setBusinessAccountUsername", "business_connection_id", id, "username", "anna_b");
        scene.ok(bot, "setBusinessAccountBio", "business_connection_id", id, "bio", "tea");
        var user = scene.ok(bot, "getBusinessConnection", "business_connection_id", id)
                .get("user");
        assertThat(user.get("first_name").asString()).isEqualTo("Anna");
        assertThat(user.get("username").asString()).isEqualTo("anna_b");
        assertThat(scene.refusal(
                        bot, "setBusinessAccountUsername", "business_connection_id", id, "username", "One_Bot"))
                .isEqualTo("400 Bad Request: USERNAME_OCCUPIED");
        assertThat(scene.refusal(
                        bot, "setBusinessAccountName", "business_connection_id", id, "first_name", "x".repeat(65)))
                .isEqualTo("400 Bad Request: FIRSTNAME_INVALID");
    }

    private Reply story(String method, String id, String... more) {
        var arguments = Arguments.builder()
                .add("business_connection_id", id)
                .add("content", "{\"type\":\"video\",\"video\":\"attach://v\"}")
                .add(new Upload("v", "v.mp4", "", Blob.of(new byte[] {1})));
        for (int i = 0; i < more.length; i += 2) arguments.add(more[i], more[i + 1]);
        return Scene.now(scene.send(bot, method, arguments.build()));
    }

    @Test
    void storiesArePostedChangedAndOverAfterTheirTime() {
        var id = business.connect(ann.id(), bot.id());
        var posted = Scene.ok(story("postStory", id, "active_period", "86400", "caption", "one"));
        assertThat(posted.get("chat").get("id").asLong()).isEqualTo(ann.id());
        var number = posted.get("id").asString();
        Scene.ok(story("editStory", id, "story_id", number, "caption", "two"));
        assertThat(business.storiesJson(id)).contains("\"caption\":\"two\"");
        var theirs = business.connect(bob.id(), bot.id());
        Scene.ok(story(
                "repostStory",
                theirs,
                "from_chat_id",
                Scene.text(ann.id()),
                "from_story_id",
                number,
                "active_period",
                "86400"));
        scene.seconds(86_400);
        assertThat(business.storiesJson(id)).isEqualTo("[]");
        assertThat(Scene.refusal(story("editStory", id, "story_id", number)))
                .isEqualTo("400 Bad Request: STORY_ID_INVALID");
        assertThat(Scene.refusal(story("postStory", id, "active_period", "1")))
                .isEqualTo("400 Bad Request: STORY_PERIOD_INVALID");
    }

    private static final String AT = "\"position\":{\"x_percentage\":1.5,\"y_percentage\":2,\"width_percentage\":3,"
            + "\"height_percentage\":4,\"rotation_angle\":5,\"corner_radius_percentage\":6}";

    private static String area(String type) {
        return "{" + AT + ",\"type\":{" + type + "}}";
    }

    @Test
    void storiesHaveAreas() {
        var id = business.connect(ann.id(), bot.id());
        var link = area("\"type\":\"link\",\"url\":\"https://example.org\"");
        var areas = "[" + link + "," + area("\"type\":\"location\",\"latitude\":1,\"longitude\":2") + ","
                + area("\"type\":\"weather\",\"temperature\":-3.5,\"emoji\":\"x\",\"background_color\":1") + "]";
        var number = Scene.ok(story("postStory", id, "active_period", "86400", "areas", areas))
                .get("id")
                .asString();
        var shown = Scene.json(business.storiesJson(id)).get(0).get("areas");
        assertThat(shown).isEqualTo(Scene.json(areas));
        Scene.ok(story("editStory", id, "story_id", number));
        assertThat(Scene.json(business.storiesJson(id)).get(0).get("areas").isEmpty())
                .isTrue();
        for (var bad : java.util.Map.of(
                        "x",
                        "can't parse story areas JSON object",
                        "{}",
                        "expected an Array of StoryArea",
                        "[{}]",
                        "can't parse StoryArea: Can't find field \"position\"",
                        "[" + area("\"type\":\"door\"") + "]",
                        "can't parse StoryArea: invalid story area type specified",
                        "[" + area("\"type\":\"location\",\"latitude\":91,\"longitude\":2") + "]",
                        "can't parse StoryArea: Wrong location specified",
                        "[" + String.join(",", link, link, link, link) + "]",
                        "can't parse StoryArea: STORY_AREAS_TOO_MUCH")
                .entrySet()) {
            assertThat(Scene.refusal(story("postStory", id, "active_period", "86400", "areas", bad.getKey())))
                    .isEqualTo("400 Bad Request: " + bad.getValue());
        }
    }

    @Test
    void aChecklistIsTickedOffAndGrows() {
        var id = business.connect(ann.id(), bot.id());
        business.receive(id, bob.id(), "what is left?");
        var list = "{\"title\":\"T\",\"others_can_mark_tasks_as_done\":true,\"tasks\":[{\"id\":1,\"text\":\"one\"},"
                + "{\"id\":2,\"text\":\"two\"}]}";
        String[] where = {"business_connection_id", id, "chat_id", his, "checklist", list};
        int number = Scene.id(scene.ok(bot, "sendChecklist", where));
        business.tick(id, bob.id(), number, false, List.of(2), List.of());
        var told = newest("business_message");
        assertThat(told.get("from").get("id").asLong()).isEqualTo(bob.id());
        assertThat(told.get("checklist_tasks_done")
                        .get("marked_as_done_task_ids")
                        .toString())
                .isEqualTo("[2]");
        var task = told.get("checklist_tasks_done")
                .get("checklist_message")
                .get("checklist")
                .get("tasks")
                .get(1);
        assertThat(task.get("completed_by_user").get("id").asLong()).isEqualTo(bob.id());
        assertThatThrownBy(() -> business.addTasks(id, bob.id(), number, false, List.of("three")))
                .hasMessage("others cannot add to that list");
        business.addTasks(id, bob.id(), number, true, List.of("three"));
        assertThat(newest("business_message")
                        .get("checklist_tasks_added")
                        .get("tasks")
                        .get(0)
                        .get("id")
                        .asInt())
                .isEqualTo(3);
        var edited = scene.ok(
                bot,
                "editMessageChecklist",
                "business_connection_id",
                id,
                "chat_id",
                his,
                "message_id",
                Scene.text(number),
                "checklist",
                list.replace("one", "first"));
        assertThat(edited.get("checklist").get("tasks").get(1).has("completion_date"))
                .isTrue();
        business.tick(id, bob.id(), number, true, List.of(), List.of(2));
        assertThat(business.transcriptJson(id, bob.id())).doesNotContain("completed_by_user");
        assertThatThrownBy(() -> business.tick(id, bob.id(), number, true, List.of(9), List.of()))
                .hasMessage("no task 9");
        var answer = scene.ok(
                bot,
                "sendMessage",
                "business_connection_id",
                id,
                "chat_id",
                his,
                "text",
                "well done",
                "reply_parameters",
                "{\"message_id\":" + number + ",\"checklist_task_id\":2}");
        assertThat(answer.get("reply_to_checklist_task_id").asInt()).isEqualTo(2);
    }

    @Test
    void giftsAreBoughtShownConvertedAndMadeUnique() {
        var id = business.connect(bob.id(), bot.id());
        scene.world.people().payments().grantStars(bot.id(), 200);
        var gifts = scene.ok(bot, "getAvailableGifts").get("gifts");
        var cheap = gifts.get(0).get("id").asString();
        var fine = gifts.get(3).get("id").asString();
        scene.ok(bot, "sendGift", "user_id", his, "gift_id", cheap, "text", "for you");
        scene.ok(bot, "sendGift", "user_id", his, "gift_id", fine);
        assertThat(scene.ok(bot, "getMyStarBalance").get("amount").asInt()).isEqualTo(85);
        assertThat(scene.refusal(bot, "sendGift", "user_id", his, "gift_id", fine))
                .isEqualTo("400 Bad Request: BALANCE_TOO_LOW");
        var owned = scene.ok(bot, "getUserGifts", "user_id", his);
        assertThat(owned.get("total_count").asInt()).isEqualTo(2);
        assertThat(owned.get("gifts").get(1).get("text").asString()).isEqualTo("for you");
        assertThat(scene.ok(bot, "getUserGifts", "user_id", his, "exclude_unlimited", "1")
                        .get("total_count")
                        .asInt())
                .isEqualTo(1);
        var connection = new String[] {"business_connection_id", id, "owned_gift_id", ""};
        connection[3] = owned.get("gifts").get(1).get("owned_gift_id").asString();
        scene.ok(bot, "convertGiftToStars", connection);
        assertThat(scene.ok(bot, "getBusinessAccountStarBalance", "business_connection_id", id)
                        .get("amount")
                        .asInt())
                .isEqualTo(12);
        scene.ok(bot, "transferBusinessAccountStars", "business_connection_id", id, "star_count", "2");
        assertThat(scene.ok(bot, "getMyStarBalance").get("amount").asInt()).isEqualTo(87);
        connection[3] = owned.get("gifts").get(0).get("owned_gift_id").asString();
        assertThat(scene.refusal(bot, "upgradeGift", connection)).isEqualTo("400 Bad Request: STARS_AMOUNT_INVALID");
        assertThat(scene.refusal(bot, "convertGiftToStars", "business_connection_id", id, "owned_gift_id", "x"))
                .isEqualTo("400 Bad Request: STARGIFT_INVALID");
    }

    @Test
    void aGiftOfOneOfAKindCanGoToSomebodyElse() {
        var id = business.connect(bob.id(), bot.id());
        scene.world.people().payments().grantStars(bob.id(), 100);
        scene.world.people().payments().grantStars(bot.id(), 100);
        var fine =
                scene.ok(bot, "getAvailableGifts").get("gifts").get(3).get("id").asString();
        scene.ok(bot, "sendGift", "user_id", his, "gift_id", fine);
        var owned = scene.ok(bot, "getBusinessAccountGifts", "business_connection_id", id)
                .get("gifts")
                .get(0);
        var gift = owned.get("owned_gift_id").asString();
        scene.ok(bot, "upgradeGift", "business_connection_id", id, "owned_gift_id", gift, "star_count", "75");
        var unique = scene.ok(bot, "getBusinessAccountGifts", "business_connection_id", id)
                .get("gifts")
                .get(0);
        assertThat(unique.get("type").asString()).isEqualTo("unique");
        scene.ok(
                bot,
                "transferGift",
                "business_connection_id",
                id,
                "owned_gift_id",
                gift,
                "new_owner_chat_id",
                Scene.text(ann.id()),
                "star_count",
                "25");
        assertThat(scene.ok(bot, "getUserGifts", "user_id", his)
                        .get("total_count")
                        .asInt())
                .isZero();
    }

    @Test
    void premiumIsAGiftForSomeMonths() {
        scene.world.people().payments().grantStars(bot.id(), 1_000);
        scene.ok(bot, "giftPremiumSubscription", "user_id", his, "month_count", "3", "star_count", "1000");
        assertThat(scene.world.people().say(bob.id(), bot.id(), Outgoing.text("x")))
                .contains("\"is_premium\":true");
        scene.seconds(90 * 86_400);
        assertThat(scene.world.people().say(bob.id(), bot.id(), Outgoing.text("x")))
                .doesNotContain("is_premium");
        assertThat(scene.refusal(bot, "giftPremiumSubscription", "user_id", his, "month_count", "3", "star_count", "1"))
                .isEqualTo("400 Bad Request: invalid star count specified");
    }

    @Test
    void aBotRunsAnother() {
        scene.world.botSettings().managesBots(bot.id(), true);
        var key = "{\"keyboard\":[[{\"text\":\"Make\",\"request_managed_bot\":{\"request_id\":1}}]]}";
        scene.ok(bot, "sendMessage", "chat_id", his, "text", "?", "reply_markup", key);
        var run = scene.world.people().buttons().shareManagedBot(bob.id(), bot.id(), "Make", "child_bot");
        assertThat(newest("message").has("managed_bot_created")).isTrue();
        assertThat(newest("managed_bot").get("bot").get("id").asLong()).isEqualTo(run.id());
        var id = Scene.text(run.id());
        assertThat(scene.ok(bot, "getManagedBotToken", "user_id", id).asString())
                .isEqualTo(run.token());
        var fresh = scene.ok(bot, "replaceManagedBotToken", "user_id", id).asString();
        assertThat(scene.refusal(run, "getMe")).isEqualTo("401 Unauthorized");
        assertThat(scene.ok(new BotAccount(run.id(), run.username(), fresh), "getMe")
                        .get("id")
                        .asLong())
                .isEqualTo(run.id());
        scene.ok(
                bot,
                "setManagedBotAccessSettings",
                "user_id",
                id,
                "is_access_restricted",
                "1",
                "added_user_ids",
                "[" + ann.id() + "]");
        assertThat(scene.ok(bot, "getManagedBotAccessSettings", "user_id", id)
                        .get("added_users")
                        .size())
                .isEqualTo(1);
        assertThat(scene.refusal(bot, "getManagedBotToken", "user_id", Scene.text(bot.id())))
                .isEqualTo("400 Bad Request: BOT_INVALID");
    }

    @Test
    void onlyABotThatMayVerifyDoes() {
        assertThat(scene.refusal(bot, "verifyUser", "user_id", his))
                .isEqualTo("400 Bad Request: BOT_VERIFIER_FORBIDDEN");
        scene.world.botSettings().verifies(bot.id(), true);
        scene.ok(bot, "verifyUser", "user_id", his, "custom_description", "ours");
        assertThat(scene.world.botSettings().verification(bob.id())).contains("ours");
        scene.ok(bot, "removeUserVerification", "user_id", his);
        assertThat(scene.world.botSettings().verification(bob.id())).isEmpty();
    }

    @Test
    void photosAreShownNewestFirst() {
        scene.world.botSettings().photo(bob.id(), Blob.of(new byte[] {1}));
        scene.world.botSettings().photo(bob.id(), Blob.of(new byte[] {1, 2}));
        var photos = scene.ok(bot, "getUserProfilePhotos", "user_id", his, "limit", "1");
        assertThat(photos.get("total_count").asInt()).isEqualTo(2);
        assertThat(photos.get("photos").get(0).get(0).get("file_size").asInt()).isEqualTo(2);
    }

    @Test
    void aStatusTakesThePersonsLeave() {
        assertThat(scene.refusal(bot, "setUserEmojiStatus", "user_id", his, "emoji_status_custom_emoji_id", "5"))
                .isEqualTo("400 Bad Request: USER_PERMISSION_DENIED");
        scene.world.botSettings().allowEmojiStatus(bob.id(), bot.id());
        scene.ok(bot, "setUserEmojiStatus", "user_id", his, "emoji_status_custom_emoji_id", "5");
        assertThat(scene.world.botSettings().emojiStatus(bob.id())).isEqualTo("5");
    }

    @Test
    void thePostsOfAPersonalChannelAreReadNewestFirst() {
        var channel = scene.world.addChannel("c", null, List.of(Admin.full(bot.id())));
        for (var text : List.of("a", "b")) {
            scene.ok(bot, "sendMessage", "chat_id", Scene.text(channel.id()), "text", text);
        }
        assertThat(scene.raw(bot, "getUserPersonalChatMessages", "user_id", his))
                .isEqualTo("[]");
        scene.world.botSettings().personalChannel(bob.id(), channel.id());
        var posts = scene.ok(bot, "getUserPersonalChatMessages", "user_id", his, "limit", "1");
        assertThat(posts.size()).isEqualTo(1);
        assertThat(posts.get(0).get("text").asString()).isEqualTo("b");
    }
}
