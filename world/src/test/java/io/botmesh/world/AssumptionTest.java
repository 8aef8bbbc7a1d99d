package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Each thing that is not known for sure, taken in both ways. */
class AssumptionTest {
    private static final String ARTICLE = "{\"type\":\"article\",\"id\":\"a\",\"title\":\"A\","
            + "\"input_message_content\":{\"message_text\":\"hi\"}}";

    /** The same scene in a world of those options. */
    private static final class Place {
        final Scene scene;
        final BotAccount bot;
        final BotAccount other;
        final Person ann;
        final Group group;
        final Channel channel;
        final String chat;
        final String post;
        final String her;

        Place(WorldOptions options) {
            scene = new Scene(options);
            bot = scene.world.addBot("one_bot");
            other = scene.world.addBot("two_bot");
            ann = scene.world.addUser("Ann", null);
            group = scene.world.addGroup("g", null, List.of(Admin.full(bot.id()), Admin.full(other.id())));
            channel = scene.world.addChannel("c", null, List.of(Admin.full(bot.id()), Admin.full(other.id())));
            chat = Scene.text(group.id());
            post = Scene.text(channel.id());
            her = Scene.text(ann.id());
            scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hi"));
            scene.ok(
                    bot,
                    "getUpdates",
                    "offset",
                    "-1",
                    "allowed_updates",
                    "[\"message\",\"chat_member\",\"inline_query\","
                            + "\"callback_query\",\"chat_join_request\",\"message_reaction_count\",\"edited_channel_post\"]");
        }

        List<JsonNode> news(BotAccount of, String kind) {
            return scene.updates(of)
                    .valueStream()
                    .filter(update -> update.has(kind))
                    .map(update -> update.get(kind))
                    .toList();
        }

        String status(long userId) {
            return scene.ok(bot, "getChatMember", "chat_id", chat, "user_id", Scene.text(userId))
                    .get("status")
                    .asString();
        }
    }

    private static Place holding(Assumption assumption) {
        return new Place(WorldOptions.defaults().assuming(assumption, true));
    }

    private static Place without(Assumption assumption) {
        return new Place(WorldOptions.defaults().assuming(assumption, false));
    }

    private static Place with(Assumption assumption, int value) {
        return new Place(WorldOptions.defaults().assuming(assumption, value));
    }

    @Test
    void theyAreWrittenAsSwitchesAndReadBack() {
        var taken = Assumptions.defaults().with("bots-sign=no").with("inline-seconds=10");
        assertThat(taken.hold(Assumption.BOTS_SIGN)).isFalse();
        assertThat(taken.value(Assumption.INLINE_SECONDS)).isEqualTo(10);
        assertThat(taken).hasToString("bots-sign=no, inline-seconds=10");
        assertThat(taken.with("bots-sign=yes").with("inline-seconds=30")).isEqualTo(Assumptions.defaults());
    }

    @Test
    void whatCannotBeTakenSaysWhatCanInOneLine() {
        var defaults = Assumptions.defaults();
        assertThatThrownBy(() -> defaults.with("bots-sign=maybe")).hasMessage("bots-sign is not maybe; give yes or no");
        assertThatThrownBy(() -> defaults.with("gift-percent=101")).hasMessage("gift-percent is no 101; give 0 to 100");
        assertThatThrownBy(() -> defaults.with("gift-percent=-1")).hasMessage("gift-percent is not -1; give 0 to 100");
        assertThatThrownBy(() -> defaults.with("bots-sing=no"))
                .hasMessageStartingWith(
                        "there is no assumption bots-sing=no; give NAME=VALUE with one of guessed-words,");
        assertThatThrownBy(() -> defaults.with("bots-sign"))
                .hasMessageStartingWith("there is no assumption bots-sign;");
        assertThatThrownBy(() -> defaults.with(Assumption.GIFT_PERCENT, true)).hasMessage("gift-percent is a number");
    }

    private static List<String> refusals(Place at) {
        return List.of(
                at.scene.refusal(at.bot, "sendDice", "chat_id", at.her, "emoji", "x"),
                at.scene.refusal(at.bot, "sendMessage", "chat_id", "@two_bot", "text", "x"),
                at.scene.refusal(at.bot, "sendMessage", "chat_id", "5", "text", "x"),
                at.scene.refusal(at.bot, "setMyCommands", "commands", "[{\"command\":\"A-\",\"description\":\"x\"}]"));
    }

    @Test
    void wordsThatAreGuessedCanBeWithheld() {
        assertThat(refusals(holding(Assumption.GUESSED_WORDS)))
                .containsExactly(
                        "400 Bad Request: EMOTICON_INVALID",
                        "403 Forbidden: the bot can't send messages to the bot",
                        "400 Bad Request: chat not found",
                        "400 Bad Request: BOT_COMMAND_INVALID");
        assertThat(refusals(without(Assumption.GUESSED_WORDS)))
                .containsExactly(
                        "400 Bad Request: UNKNOWN",
                        "403 Forbidden: UNKNOWN",
                        "400 Bad Request: chat not found",
                        "400 Bad Request: UNKNOWN");
    }

    @Test
    void ofAWebhooksErrorsThoseThatAreKnownAreSaid() {
        for (var known : List.of("Wrong response from the webhook: 500 Internal Server Error", "Connection refused")) {
            assertThat(GuessedWords.webhookError(known)).isEqualTo(known);
        }
        var hook = new WebhookScene(WorldOptions.defaults().assuming(Assumption.GUESSED_WORDS, false));
        hook.set().works();
        hook.say("x");
        hook.scene.world.webhooks().closed(hook.posts.getFirst().connectionId(), "Connection reset by peer");
        assertThat(hook.info().get("last_error_message").asString()).isEqualTo("UNKNOWN");
    }

    private static List<JsonNode> editedByOther(Place at) {
        var id = Scene.text(Scene.id(at.scene.ok(at.bot, "sendMessage", "chat_id", at.post, "text", "x")));
        at.scene.ok(at.other, "editMessageText", "chat_id", at.post, "message_id", id, "text", "y");
        assertThat(at.news(at.bot, "edited_channel_post")).isEmpty();
        return at.news(at.other, "edited_channel_post");
    }

    @Test
    void whoEditsAnothersPostHearsOfThatOrNot() {
        assertThat(editedByOther(holding(Assumption.EDITORS_HEAR_OF_IT))).hasSize(1);
        assertThat(editedByOther(without(Assumption.EDITORS_HEAR_OF_IT))).isEmpty();
    }

    private static List<JsonNode> endOfABan(Place at) {
        at.scene.world.chats().join(at.group.id(), at.ann.id());
        var until = Scene.text(Scene.START.getEpochSecond() + 3600);
        at.scene.ok(at.bot, "banChatMember", "chat_id", at.chat, "user_id", at.her, "until_date", until);
        at.scene.advance(Duration.ofHours(1));
        assertThat(at.status(at.ann.id())).isEqualTo("left");
        return at.news(at.bot, "chat_member").stream()
                .filter(news ->
                        news.get("old_chat_member").get("status").asString().equals("kicked"))
                .toList();
    }

    @Test
    void theEndOfABanIsToldOrNot() {
        assertThat(endOfABan(without(Assumption.ENDS_ARE_TOLD))).isEmpty();
        var told = endOfABan(holding(Assumption.ENDS_ARE_TOLD));
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().get("new_chat_member").get("status").asString())
                .isEqualTo("left");
    }

    @Test
    void aPersonIsPromotedOnceItIsThereOrComesInByThat() {
        var promotion = new String[] {"chat_id", "", "user_id", "", "can_pin_messages", "true"};
        for (var at : List.of(holding(Assumption.PROMOTED_ARE_MEMBERS), without(Assumption.PROMOTED_ARE_MEMBERS))) {
            promotion[1] = at.chat;
            promotion[3] = at.her;
            var needed = at.scene.world.options().assumptions().hold(Assumption.PROMOTED_ARE_MEMBERS);
            if (needed) {
                assertThat(at.scene.refusal(at.bot, "promoteChatMember", promotion))
                        .isEqualTo("400 Bad Request: USER_NOT_PARTICIPANT");
            } else {
                at.scene.ok(at.bot, "promoteChatMember", promotion);
                assertThat(at.status(at.ann.id())).isEqualTo("administrator");
            }
        }
    }

    private static String restricted(Place at) {
        var third = at.scene.world.addBot("three_bot");
        at.scene.world.chats().join(at.group.id(), third.id());
        at.scene.world.chats().restrict(at.group.id(), third.id(), Permissions.NONE, null);
        return at.scene.refusal(third, "sendMessage", "chat_id", at.chat, "text", "x");
    }

    @Test
    void whoMayNotSendAnythingHasAccessOrNone() {
        assertThat(restricted(holding(Assumption.RESTRICTED_HAVE_ACCESS)))
                .isEqualTo("400 Bad Request: have no rights to send a message");
        assertThat(restricted(without(Assumption.RESTRICTED_HAVE_ACCESS)))
                .isEqualTo("400 Bad Request: have no write access to the chat");
    }

    private static JsonNode signed(Place at) {
        at.scene.world.chatSettings().signPosts(at.channel.id(), true);
        return at.scene.ok(at.bot, "sendMessage", "chat_id", at.post, "text", "x");
    }

    @Test
    void aBotSignsOrDoesNot() {
        assertThat(signed(holding(Assumption.BOTS_SIGN)).get("author_signature").asString())
                .isEqualTo("one_bot");
        assertThat(signed(without(Assumption.BOTS_SIGN)).has("author_signature"))
                .isFalse();
    }

    private static String afterThePaidPeriod(Place at) {
        var link = at.scene.ok(
                at.bot,
                "createChatSubscriptionInviteLink",
                "chat_id",
                at.post,
                "subscription_period",
                "2592000",
                "subscription_price",
                "5");
        at.scene.world.memberships().join(at.ann.id(), link.get("invite_link").asString());
        at.scene.advance(Duration.ofDays(31));
        return at.scene
                .ok(at.bot, "getChatMember", "chat_id", at.post, "user_id", at.her)
                .get("status")
                .asString();
    }

    @Test
    void whoPaidGoesWhenThePeriodIsOverOrStays() {
        assertThat(afterThePaidPeriod(holding(Assumption.PAID_MEMBERS_GO))).isEqualTo("left");
        assertThat(afterThePaidPeriod(without(Assumption.PAID_MEMBERS_GO))).isEqualTo("member");
    }

    @Test
    void theGuardIsAskedFirstOrWithAllOthers() {
        for (var at : List.of(holding(Assumption.GUARD_IS_FIRST), without(Assumption.GUARD_IS_FIRST))) {
            boolean first = at.scene.world.options().assumptions().hold(Assumption.GUARD_IS_FIRST);
            at.scene.world.botSettings().joinRequestQueries(at.bot.id(), true);
            at.scene.world.chatSettings().guard(at.group.id(), at.bot.id());
            at.scene.world.chatSettings().joinByRequest(at.group.id(), true);
            at.scene.world.memberships().ask(at.ann.id(), at.group.id());
            var asked = at.news(at.bot, "chat_join_request");
            assertThat(asked).hasSize(1);
            assertThat(at.news(at.other, "chat_join_request")).hasSize(first ? 0 : 1);
            at.scene.ok(
                    at.bot,
                    "answerChatJoinRequestQuery",
                    "chat_join_request_query_id",
                    asked.getFirst().get("query_id").asString(),
                    "result",
                    "queue");
            assertThat(at.news(at.other, "chat_join_request")).hasSize(1);
        }
    }

    private static JsonNode answer(Place at) {
        var root = Scene.text(Scene.id(at.scene.ok(at.bot, "sendMessage", "chat_id", at.chat, "text", "root")));
        return at.scene.ok(at.bot, "sendMessage", "chat_id", at.chat, "text", "a", "reply_to_message_id", root);
    }

    @Test
    void answersCarryTheRootOfTheirThreadOrNone() {
        assertThat(answer(holding(Assumption.ANSWERS_MAKE_THREADS)).has("message_thread_id"))
                .isTrue();
        assertThat(answer(without(Assumption.ANSWERS_MAKE_THREADS)).has("message_thread_id"))
                .isFalse();
    }

    private static Reply readBack(Place at) {
        var id = Scene.text(Scene.id(at.scene.ok(at.bot, "sendMessage", "chat_id", at.post, "text", "old")));
        at.scene.seconds(60);
        var late = at.scene.world.addBot("late_bot");
        at.scene.world.chats().promote(at.channel.id(), Admin.full(late.id()));
        return at.scene.call(late, "forwardMessage", "chat_id", at.post, "from_chat_id", at.post, "message_id", id);
    }

    @Test
    void whatWasThereBeforeABotCameIsThereForItOrNot() {
        assertThat(Scene.ok(readBack(holding(Assumption.OLD_MESSAGES_ARE_THERE)))
                        .get("text")
                        .asString())
                .isEqualTo("old");
        assertThat(Scene.refusal(readBack(without(Assumption.OLD_MESSAGES_ARE_THERE))))
                .isEqualTo("400 Bad Request: message to forward not found");
    }

    private static Reply answeredAfter(Place at, int seconds) {
        var markup = "{\"inline_keyboard\":[[{\"text\":\"Yes\",\"callback_data\":\"y\"}]]}";
        int id = Scene.id(at.scene.ok(at.bot, "sendMessage", "chat_id", at.her, "text", "?", "reply_markup", markup));
        var query = at.scene.world.people().press(at.ann.id(), at.bot.id(), id, "Yes");
        at.scene.seconds(seconds);
        return at.scene.call(at.bot, "answerCallbackQuery", "callback_query_id", query);
    }

    @Test
    void aPressedButtonIsAnsweredInTime() {
        Scene.ok(answeredAfter(with(Assumption.BUTTON_SECONDS, 20), 20));
        assertThat(Scene.refusal(answeredAfter(with(Assumption.BUTTON_SECONDS, 20), 21)))
                .startsWith("400 Bad Request: query is too old");
        Scene.ok(answeredAfter(with(Assumption.BUTTON_SECONDS, 150), 21));
    }

    private static Reply offeredAfter(Place at, int seconds) {
        at.scene.world.botSettings().inlineMode(at.bot.id(), true);
        var query = at.scene.world.people().inline().ask(at.ann.id(), at.bot.id(), at.bot.id(), "q", "");
        at.scene.seconds(seconds);
        return at.scene.call(at.bot, "answerInlineQuery", "inline_query_id", query, "results", "[]");
    }

    @Test
    void anInlineQueryIsAnsweredInTime() {
        Scene.ok(offeredAfter(with(Assumption.INLINE_SECONDS, 9), 9));
        assertThat(Scene.refusal(offeredAfter(with(Assumption.INLINE_SECONDS, 9), 10)))
                .startsWith("400 Bad Request: query is too old");
        Scene.ok(offeredAfter(with(Assumption.INLINE_SECONDS, 30), 10));
    }

    @Test
    void aPreparedMessageIsThereForAWhile() {
        for (int seconds : new int[] {60, 86_400}) {
            var at = with(Assumption.PREPARED_SECONDS, seconds);
            at.scene.world.botSettings().inlineMode(at.bot.id(), true);
            var prepared = at.scene.ok(at.bot, "savePreparedInlineMessage", "user_id", at.her, "result", ARTICLE);
            assertThat(prepared.get("expiration_date").asLong()).isEqualTo(Scene.START.getEpochSecond() + seconds);
            at.scene.seconds(seconds + 1);
            var id = prepared.get("id").asString();
            assertThatThrownBy(() -> at.scene.world.people().inline().sendPrepared(at.ann.id(), id, at.bot.id()))
                    .hasMessageStartingWith("nothing was");
        }
    }

    private static int toldAfter(Place at, int seconds) {
        at.scene.world.chats().join(at.channel.id(), at.ann.id());
        int id = Scene.id(at.scene.ok(at.bot, "sendMessage", "chat_id", at.post, "text", "x"));
        at.scene.world.people().opinions().react(at.ann.id(), at.channel.id(), id, "\uD83D\uDC4D");
        at.scene.seconds(seconds);
        return Scene.ok(at.scene.call(at.bot, "getUpdates", "offset", "0", "limit", "50"))
                        .toString()
                        .contains("message_reaction_count")
                ? 1
                : 0;
    }

    @Test
    void reactionsToAPostAreGatheredForAWhile() {
        assertThat(toldAfter(with(Assumption.REACTION_SECONDS, 60), 59)).isZero();
        assertThat(toldAfter(with(Assumption.REACTION_SECONDS, 60), 60)).isOne();
        assertThat(toldAfter(with(Assumption.REACTION_SECONDS, 5), 59)).isOne();
    }

    private static String payButton(Place at) {
        var sent = at.scene.ok(
                at.bot,
                "sendInvoice",
                "chat_id",
                at.her,
                "title",
                "Tea",
                "description",
                "green",
                "payload",
                "7",
                "currency",
                "XTR",
                "prices",
                "[{\"label\":\"one\",\"amount\":50}]");
        return sent.get("reply_markup")
                .get("inline_keyboard")
                .get(0)
                .get(0)
                .get("text")
                .asString();
    }

    @Test
    void theButtonToPayNamesThePriceOrNot() {
        assertThat(payButton(holding(Assumption.PAY_BUTTON_NAMES_PRICE))).isEqualTo("Pay \u2b50\ufe0f50");
        assertThat(payButton(without(Assumption.PAY_BUTTON_NAMES_PRICE))).isEqualTo("Pay");
    }

    private static JsonNode scored(Place at) {
        var id = Scene.text(Scene.id(at.scene.ok(at.bot, "sendGame", "chat_id", at.her, "game_short_name", "chess")));
        return at.scene
                .ok(at.bot, "setGameScore", "chat_id", at.her, "message_id", id, "user_id", at.her, "score", "7")
                .get("game");
    }

    @Test
    void scoresAreShownUnderAGameOrNot() {
        assertThat(scored(holding(Assumption.SCORES_ARE_SHOWN)).get("text").asString())
                .isEqualTo("1. Ann \u2013 7");
        assertThat(scored(without(Assumption.SCORES_ARE_SHOWN)).has("text")).isFalse();
    }

    private static String nameIn(Place at, String language) {
        at.scene.ok(at.bot, "setMyName", "name", "Uno");
        at.scene.ok(at.bot, "setMyName", "name", "Eins", "language_code", "de");
        return at.scene
                .ok(at.bot, "getMyName", "language_code", language)
                .get("name")
                .asString();
    }

    @Test
    void aNameInAnotherLanguageIsTheGeneralOneOrNone() {
        assertThat(nameIn(holding(Assumption.NAMES_FALL_BACK), "fr")).isEqualTo("Uno");
        assertThat(nameIn(without(Assumption.NAMES_FALL_BACK), "fr")).isEmpty();
        assertThat(nameIn(without(Assumption.NAMES_FALL_BACK), "de")).isEqualTo("Eins");
        assertThat(nameIn(without(Assumption.NAMES_FALL_BACK), "")).isEqualTo("Uno");
    }

    private static int converted(Place at) {
        at.scene.world.botSettings().businessMode(at.bot.id(), true);
        var id = at.scene.world.people().business().connect(at.ann.id(), at.bot.id());
        at.scene.world.people().payments().grantStars(at.bot.id(), 200);
        var gift = at.scene.ok(at.bot, "getAvailableGifts").get("gifts").get(3);
        int price = gift.get("star_count").asInt();
        at.scene.ok(
                at.bot, "sendGift", "user_id", at.her, "gift_id", gift.get("id").asString());
        var owned = at.scene
                .ok(at.bot, "getUserGifts", "user_id", at.her)
                .get("gifts")
                .get(0);
        at.scene.ok(
                at.bot,
                "convertGiftToStars",
                "business_connection_id",
                id,
                "owned_gift_id",
                owned.get("owned_gift_id").asString());
        int earned = at.scene
                .ok(at.bot, "getBusinessAccountStarBalance", "business_connection_id", id)
                .get("amount")
                .asInt();
        assertThat(owned.get("convert_star_count").asInt()).isEqualTo(earned);
        return earned * 100 / price;
    }

    @Test
    void convertingAGiftBringsAPartOfItsPrice() {
        assertThat(converted(with(Assumption.GIFT_PERCENT, 85))).isEqualTo(85);
        assertThat(converted(with(Assumption.GIFT_PERCENT, 50))).isEqualTo(50);
    }

    @Test
    void whoLogsOutLosesItsWebhookOrNot() {
        for (boolean loses : new boolean[] {true, false}) {
            var options = WorldOptions.defaults().assuming(Assumption.LOGGED_OUT_LOSE_WEBHOOK, loses);
            var hook = new WebhookScene(options);
            hook.set().works();
            hook.scene.ok(hook.bot, "logOut");
            hook.scene.seconds(601);
            assertThat(hook.info().get("url").asString()).isEqualTo(loses ? "" : WebhookScene.URL);
        }
    }

    private static JsonNode film(Place at) {
        var arguments = Arguments.builder()
                .add("chat_id", at.her)
                .add(new Upload("video", "v.mp4", "", Blob.of(Samples.video(320, 200, 9600))))
                .build();
        return at.scene.ok(at.bot, "sendVideo", arguments).get("video");
    }

    @Test
    void theBytesOfAFilmAreLookedIntoOrNot() {
        assertThat(film(holding(Assumption.FILES_ARE_PROBED)).get("width").asInt())
                .isEqualTo(320);
        var film = film(without(Assumption.FILES_ARE_PROBED));
        assertThat(film.get("width").asInt()).isZero();
        assertThat(film.get("duration").asInt()).isZero();
    }

    private static Reply filmAsDocument(Place at) {
        return at.scene.call(
                at.bot,
                "sendDocument",
                "chat_id",
                at.her,
                "document",
                film(at).get("file_id").asString());
    }

    @Test
    void aFilmCanBeSentAsADocumentOrNot() {
        assertThat(Scene.ok(filmAsDocument(holding(Assumption.KINDS_STAND_FOR_DOCUMENTS)))
                        .has("video"))
                .isTrue();
        assertThat(Scene.refusal(filmAsDocument(without(Assumption.KINDS_STAND_FOR_DOCUMENTS))))
                .isEqualTo("400 Bad Request: can't use file of type Video as Document");
    }

    private static Reply emojis(Place at, int many) {
        var rich = "{\"blocks\":[{\"type\":\"paragraph\",\"text\":\"" + "\ud83d\ude00".repeat(many) + "\"}]}";
        return at.scene.call(at.bot, "sendRichMessage", "chat_id", at.her, "rich_message", rich);
    }

    @Test
    void aRichMessageIsMeasuredInCodePointsOrUnits() {
        Scene.ok(emojis(holding(Assumption.RICH_TEXT_IN_CODE_POINTS), 16_385));
        Scene.ok(emojis(without(Assumption.RICH_TEXT_IN_CODE_POINTS), 16_384));
        assertThat(Scene.refusal(emojis(without(Assumption.RICH_TEXT_IN_CODE_POINTS), 16_385)))
                .isEqualTo("400 Bad Request: message is too long");
    }

    private static JsonNode whispered(Place at) {
        at.scene.world.chats().join(at.group.id(), at.ann.id());
        var receiver = "{\"receiver_user_id\":" + at.her + "}";
        return at.scene.ok(
                at.bot, "sendMessage", "chat_id", at.chat, "text", "psst", "ephemeral_message_parameters", receiver);
    }

    @Test
    void theMessageIdOfAnEphemeralMessageIsZeroOrItsOwn() {
        assertThat(Scene.id(whispered(holding(Assumption.EPHEMERAL_ID_IS_ZERO))))
                .isZero();
        var sent = whispered(without(Assumption.EPHEMERAL_ID_IS_ZERO));
        assertThat(Scene.id(sent))
                .isPositive()
                .isEqualTo(sent.get("ephemeral_message_id").asInt());
    }
}
