package io.botmesh.emulatorjunit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.AnswerCallbackQuery;
import io.botmesh.botapi.AnswerInlineQuery;
import io.botmesh.botapi.AnswerPreCheckoutQuery;
import io.botmesh.botapi.AnswerShippingQuery;
import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.ApproveChatJoinRequest;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.InlineKeyboardButton;
import io.botmesh.botapi.InlineKeyboardMarkup;
import io.botmesh.botapi.InlineQueryResult;
import io.botmesh.botapi.InlineQueryResultArticle;
import io.botmesh.botapi.InputPollOption;
import io.botmesh.botapi.InputTextMessageContent;
import io.botmesh.botapi.LabeledPrice;
import io.botmesh.botapi.Message;
import io.botmesh.botapi.ReactionTypeEmoji;
import io.botmesh.botapi.SendInvoice;
import io.botmesh.botapi.SendMessage;
import io.botmesh.botapi.SendPoll;
import io.botmesh.botapi.SetMessageReaction;
import io.botmesh.botapi.ShippingOption;
import io.botmesh.botapi.StopPoll;
import io.botmesh.botapi.Update;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What people can do beside writing and pressing buttons. */
@Timeout(300)
class WaysOfPeopleTest {
    private final Telegram telegram = Telegram.start();
    private final TestBot bot = telegram.bot("dear_bot");
    private final TestPerson ann = telegram.person("Ann", "ann");

    private final List<PollingBot> running = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var each : running) each.close();
        telegram.close();
    }

    private PollingBot start(PollingBot.Handler handler) {
        var started = new PollingBot(bot, handler);
        running.add(started);
        return started;
    }

    private static byte[] picture(int width, int height) throws IOException {
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", bytes);
        return bytes.toByteArray();
    }

    /** Says back what it got. */
    private static void describe(BotApi api, Update update) throws InterruptedException {
        var message = update.message();
        if (message == null) return;
        var what = describe(message);
        var answer = SendMessage.of(message.chat().id(), what);
        var topic = message.messageThreadId();
        api.call(topic == null ? answer : answer.withMessageThreadId(topic));
    }

    private static String describe(Message message) {
        var caption = message.caption() == null ? "" : " " + message.caption();
        if (message.photo() != null) {
            var largest = message.photo().getLast();
            return "photo " + largest.width() + "x" + largest.height() + caption;
        }
        if (message.audio() != null) return "audio " + message.audio().fileName() + caption;
        if (message.video() != null) return "video " + message.video().fileName() + caption;
        if (message.animation() != null)
            return "animation " + message.animation().fileName() + caption;
        if (message.voice() != null) return "voice " + message.voice().fileSize();
        if (message.videoNote() != null) return "note " + message.videoNote().fileSize();
        if (message.sticker() != null) return "sticker " + message.sticker().isVideo();
        if (message.location() != null) return "place " + message.location().latitude();
        if (message.contact() != null) return "number " + message.contact().phoneNumber();
        if (message.dice() != null)
            return message.dice().emoji() + " " + message.dice().value();
        if (message.forwardOrigin() != null) return "again: " + message.text();
        if (message.quote() != null) return "about: " + message.quote().text();
        return "text " + message.text();
    }

    @Test
    void filesOfAllKindsReachTheBotAsWhatTheyAre() throws Exception {
        start(WaysOfPeopleTest::describe);
        var bytes = "twelve bytes".getBytes(UTF_8);
        var photo = ann.sends(bot, TestFile.photo(picture(640, 480)).withCaption("me"));
        assertThat(photo.media().orElseThrow().kind()).isEqualTo("photo");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("photo 640x480 me");
        ann.sends(bot, TestFile.audio("song.mp3", bytes));
        assertThat(ann.awaitReply(bot).text()).isEqualTo("audio song.mp3");
        ann.sends(bot, TestFile.video("film.mp4", bytes).withCaption("look"));
        assertThat(ann.awaitReply(bot).text()).isEqualTo("video film.mp4 look");
        ann.sends(bot, TestFile.animation("loop.mp4", bytes));
        assertThat(ann.awaitReply(bot).text()).isEqualTo("animation loop.mp4");
        ann.sends(bot, TestFile.voice(bytes));
        assertThat(ann.awaitReply(bot).text()).isEqualTo("voice 12");
        ann.sends(bot, TestFile.videoNote(bytes));
        assertThat(ann.awaitReply(bot).text()).isEqualTo("note 12");
        ann.sends(bot, TestFile.sticker("hi.webm", bytes));
        assertThat(ann.awaitReply(bot).text()).isEqualTo("sticker true");
    }

    @Test
    void anAlbumIsOneThingOfSeveralFiles() throws Exception {
        start(WaysOfPeopleTest::describe);
        var album = ann.sendsAlbum(
                bot, TestFile.photo(picture(30, 20)).withCaption("both"), TestFile.photo(picture(20, 30)));
        assertThat(album).extracting(MessageView::text).containsExactly("both", "");
        assertThat(album.getFirst().albumId())
                .isPresent()
                .isEqualTo(album.getLast().albumId());
        assertThat(ann.awaitReply(bot).text()).isEqualTo("photo 30x20 both");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("photo 20x30");
        assertThatThrownBy(() -> ann.sendsAlbum(bot, TestFile.photo(picture(1, 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void placesNumbersAndDiceReachTheBot() throws Exception {
        start(WaysOfPeopleTest::describe);
        ann.sendsLocation(bot, 52.5, 13.25);
        assertThat(ann.awaitReply(bot).text()).startsWith("place 52.5");
        ann.sendsContact(bot, "491700000000", "Bob");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("number 491700000000");
        var thrown = ann.rolls(bot, "🎯");
        int value = thrown.json().at("/dice/value").intValue();
        assertThat(value).isBetween(1, 6);
        assertThat(ann.awaitReply(bot).text()).isEqualTo("🎯 " + value);
    }

    @Test
    void forwardsAndQuotesShowWhatTheyAreAbout() throws Exception {
        start(WaysOfPeopleTest::describe);
        var team = telegram.group("Team").withMember(ann);
        var said = ann.says(team, "the cake is a lie");
        var again = ann.forwards(said, bot);
        assertThat(again.isForwarded()).isTrue();
        assertThat(said.isForwarded()).isFalse();
        assertThat(again).hasToString("the cake is a lie");
        var answer = ann.awaitReply(bot);
        assertThat(answer.text()).isEqualTo("again: the cake is a lie");
        var meant = ann.quotes(answer, "cake", "which one?");
        assertThat(meant.quote()).contains("cake");
        assertThat(meant.replyTo()).contains(answer.id());
        assertThat(ann.awaitReply(bot).text()).isEqualTo("about: cake");
        assertThatThrownBy(() -> ann.quotes(answer, "pie", "?")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPersonAsksABotFromAnotherChatAndSendsWhatItOffers() throws Exception {
        bot.inline(true);
        start((api, update) -> {
            var asked = update.inlineQuery();
            if (asked != null) {
                int page = asked.offset().isEmpty() ? 1 : Integer.parseInt(asked.offset());
                List<InlineQueryResult> results = Stream.of("small", "large")
                        .<InlineQueryResult>map(size -> InlineQueryResultArticle.of(
                                        size + page,
                                        size + " " + asked.query() + " " + page,
                                        InputTextMessageContent.of("A " + size + " " + asked.query()))
                                .withDescription("page " + page))
                        .toList();
                var answer = AnswerInlineQuery.of(asked.id(), results);
                api.call(page == 1 ? answer.withNextOffset("2") : answer);
            }
            var taken = update.chosenInlineResult();
            if (taken != null) {
                api.call(SendMessage.of(taken.from().id(), "You took " + taken.resultId()));
            }
        });
        ann.opens(bot);
        var team = telegram.group("Team").withMember(ann);
        var query = ann.asks(bot, team, "tea");
        var results = query.awaitResults();
        assertThat(results).extracting(TestQuery.Result::title).containsExactly("small tea 1", "large tea 1");
        assertThat(results.getFirst().description()).isEqualTo("page 1");
        assertThat(query.more().awaitResults()).extracting(TestQuery.Result::id).containsExactly("small2", "large2");
        assertThatThrownBy(() -> query.more().more()).hasMessageContaining("offers no more");
        var sent = query.chooses("large tea 1");
        assertThat(sent.text()).isEqualTo("A large tea");
        assertThat(ann.sees(team)).last().hasToString("A large tea");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("You took large1");
        assertThatThrownBy(() -> query.chooses("huge"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("offers no \"huge\" but [small tea 1, large tea 1]");
    }

    @Test
    void peopleVoteAndSeeHowThePollStands() throws Exception {
        var program = start((api, update) -> {
            var vote = update.pollAnswer();
            if (vote == null || vote.user() == null) return;
            api.call(SendMessage.of(vote.user().id(), "Your vote: " + vote.optionIds()));
        });
        ann.opens(bot);
        var bob = telegram.person("Bob");
        var team = telegram.group("Team").withMember(ann).withMember(bob).withMember(bot);
        program.call(SendPoll.of(team.id(), "Lunch?", List.of(InputPollOption.of("Soup"), InputPollOption.of("Rice")))
                .withIsAnonymous(false));
        var poll = ann.awaitReply(team);
        assertThat(ann.seesPoll(poll).votes()).containsExactly(Map.entry("Soup", 0), Map.entry("Rice", 0));
        ann.votes(poll, "Rice");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("Your vote: [1]");
        assertThat(bob.votes(poll, "Rice").votes()).containsExactly(Map.entry("Soup", 0), Map.entry("Rice", 2));
        assertThat(ann.votes(poll).voters()).isEqualTo(1);
        assertThatThrownBy(() -> ann.votes(poll, "Fish"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no answer \"Fish\" in: Lunch? [Soup, Rice]");
        assertThat(ann.seesPoll(poll).closed()).isFalse();
        program.call(StopPoll.of(team.id(), poll.id()));
        assertThat(ann.seesPoll(poll).closed()).isTrue();
        assertThatThrownBy(() -> ann.seesPoll(ann.says(team, "no poll"))).hasMessage("no poll: no poll");
    }

    @Test
    void reactionsGoInBothDirections() throws Exception {
        start((api, update) -> {
            var message = update.message();
            if (message != null) {
                api.call(SetMessageReaction.of(message.chat().id(), message.messageId())
                        .withReaction(List.of(ReactionTypeEmoji.of("👀"))));
                api.call(SendMessage.of(message.chat().id(), "Seen"));
            }
        });
        var said = ann.says(bot, "hello");
        ann.awaitReaction(said, "👀");
        ann.reacts(said, "👍");
        assertThat(ann.seesReactions(said)).containsOnly(Map.entry("👀", 1), Map.entry("👍", 1));
        ann.reacts(said);
        assertThat(ann.seesReactions(said)).containsOnly(Map.entry("👀", 1));
        telegram.withPatience(Duration.ofMillis(1));
        assertThatThrownBy(() -> ann.awaitReaction(said, "🔥"))
                .hasMessageContaining("Ann waits for the reaction 🔥 to: hello");
    }

    @Test
    void eachTopicOfAForumIsReadForItself() throws Exception {
        start(WaysOfPeopleTest::describe);
        var team = telegram.forum("Team").withAdmin(ann).withAdmin(bot);
        var lunch = ann.beginsTopic(team, "Lunch");
        var news = ann.beginsTopic(team, "News");
        ann.says(news, "it rains");
        ann.says(lunch, "soup");
        assertThat(ann.awaitReply(lunch, any -> any.text().startsWith("text soup"))
                        .topic())
                .contains(lunch.threadId());
        assertThat(ann.awaitReply(news, any -> any.text().startsWith("text it")).text())
                .isEqualTo("text it rains");
        assertThat(ann.sees(lunch))
                .extracting(MessageView::text)
                .contains("soup")
                .doesNotContain("it rains");
        assertThat(lunch).hasToString("Team, topic Lunch");
    }

    @Test
    void answersToSeveralButtonsAreToldApartByTheirText() throws Exception {
        var asked = new ArrayList<String>();
        start((api, update) -> {
            var message = update.message();
            if (message != null) {
                var keys = InlineKeyboardMarkup.of(List.of(List.of(
                        InlineKeyboardButton.of("One").withCallbackData("1"),
                        InlineKeyboardButton.of("Two").withCallbackData("2"))));
                api.call(SendMessage.of(message.chat().id(), "Which?").withReplyMarkup(keys));
            }
            var pressed = update.callbackQuery();
            if (pressed != null) {
                // The later one is answered first.
                asked.addFirst(pressed.id());
                if (asked.size() < 2) return;
                for (int i = 0; i < 2; i++)
                    api.call(AnswerCallbackQuery.of(asked.get(i)).withText("Got " + (2 - i)));
            }
        });
        ann.opens(bot);
        ann.presses("One").presses("Two");
        assertThat(ann.awaitCallbackAnswer("Got 1").text()).isEqualTo("Got 1");
        assertThat(ann.awaitCallbackAnswer().text()).isEqualTo("Got 2");
        telegram.withPatience(Duration.ofMillis(1));
        assertThatThrownBy(() -> ann.awaitCallbackAnswer("Got 3"))
                .hasMessageContaining("Ann waits for the answer \"Got 3\" to a pressed button");
    }

    @Test
    void aPersonBuysWhatABotSells() throws Exception {
        start((api, update) -> {
            var message = update.message();
            if (message != null && message.successfulPayment() != null) {
                api.call(SendMessage.of(
                        message.chat().id(),
                        "Paid " + message.successfulPayment().totalAmount()));
            } else if (message != null) {
                api.call(SendInvoice.of(
                                message.chat().id(), "Tea", "Green", "tea", "EUR", List.of(LabeledPrice.of("Tea", 300)))
                        .withProviderToken("1:TEST:provider")
                        .withNeedShippingAddress(true)
                        .withIsFlexible(true));
            }
            var where = update.shippingQuery();
            if (where != null) {
                api.call(AnswerShippingQuery.of(where.id(), true)
                        .withShippingOptions(
                                List.of(ShippingOption.of("post", "By post", List.of(LabeledPrice.of("Post", 50))))));
            }
            var checkout = update.preCheckoutQuery();
            if (checkout != null) api.call(AnswerPreCheckoutQuery.of(checkout.id(), true));
        });
        ann.opens(bot);
        var payment = ann.buys(ann.awaitReply(bot)).ships(Map.of("country_code", "DE", "city", "Berlin"));
        assertThat(payment.awaitShippingOptions()).containsExactly("By post");
        assertThatThrownBy(() -> payment.chooses("By air")).isInstanceOf(IllegalArgumentException.class);
        assertThat(payment.chooses("By post").pays().awaitEnd().stage()).isEqualTo("paid");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("Paid 350");
    }

    @Test
    void peopleComeByLinksOrAskToBeLetIn() throws Exception {
        start((api, update) -> {
            var request = update.chatJoinRequest();
            if (request != null) {
                api.call(ApproveChatJoinRequest.of(
                        request.chat().id(), request.from().id()));
            }
        });
        var open = telegram.group("Open").withAdmin(bot);
        ann.joins(open.link());
        assertThat(open.has(ann)).isTrue();
        ann.leaves(open);
        assertThat(open.has(ann)).isFalse();
        assertThat(open.has(bot)).isTrue();
        var club = telegram.group("Club").withAdmin(bot);
        ann.joins(club.linkThatAsks());
        ann.awaitEntry(club);
        var quiet = telegram.group("Quiet");
        ann.joins(quiet.linkThatAsks());
        assertThat(quiet.has(ann)).isFalse();
        assertThat(quiet.declines(ann).has(ann)).isFalse();
        ann.joins(quiet.linkThatAsks());
        assertThat(quiet.approves(ann).has(ann)).isTrue();
        assertThatThrownBy(() -> ann.joins("https://t.me/+nowhere")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBotThatIsBlockedCannotWrite() throws Exception {
        var program = start((api, update) -> {});
        ann.opens(bot);
        ann.blocks(bot);
        assertThatThrownBy(() -> program.call(SendMessage.of(ann.id(), "please")))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("bot was blocked by the user");
        ann.unblocks(bot);
        program.call(SendMessage.of(ann.id(), "thanks"));
        assertThat(ann.awaitReply(bot).text()).isEqualTo("thanks");
    }

    @Test
    void callsAreAwaitedByMethodAndArguments() throws Exception {
        start(WaysOfPeopleTest::describe);
        ann.says(bot, "one");
        ann.says(bot, "two");
        var second = bot.awaitCall("sendmessage", Map.of("text", "text two"));
        assertThat(second.argument("chat_id")).isEqualTo(String.valueOf(ann.id()));
        assertThat(bot.awaitCall("sendMessage").argument("text")).isEqualTo("text one");
        telegram.withPatience(Duration.ofMillis(1));
        assertThatThrownBy(() -> bot.awaitCall("sendPhoto", Map.of("caption", "me")))
                .hasMessageContaining("the test waits for @dear_bot to call sendPhoto {caption=me}");
    }
}
