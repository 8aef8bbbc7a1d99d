package io.botmesh.emulatorjunit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.AnswerCallbackQuery;
import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.DeleteMessage;
import io.botmesh.botapi.EditMessageText;
import io.botmesh.botapi.InlineKeyboardButton;
import io.botmesh.botapi.InlineKeyboardMarkup;
import io.botmesh.botapi.InputFile;
import io.botmesh.botapi.KeyboardButton;
import io.botmesh.botapi.Message;
import io.botmesh.botapi.ReplyKeyboardMarkup;
import io.botmesh.botapi.SendDocument;
import io.botmesh.botapi.SendMessage;
import io.botmesh.botapi.Update;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.world.CallbackAnswer;
import io.botmesh.world.Right;
import io.botmesh.world.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class TestPersonTest {
    private static final InlineKeyboardMarkup YES_NO = InlineKeyboardMarkup.of(List.of(List.of(
            InlineKeyboardButton.of("Yes").withCallbackData("y"),
            InlineKeyboardButton.of("No").withCallbackData("n"),
            InlineKeyboardButton.of("Help").withUrl("https://example.org/"))));

    private final Telegram telegram = Telegram.start();
    private final TestBot bot = telegram.bot("dear_bot");
    private final TestPerson ann = telegram.person("Ann", "ann");

    private final List<PollingBot> running = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var each : running) each.close();
        telegram.close();
    }

    private PollingBot start(TestBot bot, PollingBot.Handler handler) {
        var started = new PollingBot(bot, handler);
        running.add(started);
        return started;
    }

    @Test
    void repliesAreReadOnceAndInOrder() throws Exception {
        start(bot, TestPersonTest::answerInThree);
        ann.opens(bot);
        assertThat(ann.awaitReply(bot).text()).isEqualTo("/start 1");
        ann.says(bot, "again");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("/start 2");
        assertThat(ann.awaitReply(bot, reply -> reply.text().startsWith("again"))
                        .text())
                .isEqualTo("again 1");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("again 2");
    }

    private static void answerInThree(BotApi api, Update update) throws InterruptedException {
        var message = update.message();
        if (message == null || message.text() == null) return;
        for (int i = 1; i <= 3; i++) {
            api.call(SendMessage.of(message.chat().id(), message.text() + " " + i));
        }
    }

    @Test
    void twoPeopleReadTheSameGroupEachForThemselves() throws Exception {
        var bob = telegram.person("Bob");
        var team = telegram.group("Team").withMember(ann).withMember(bob).withMember(bot);
        start(bot, TestPersonTest::answerInThree);
        ann.says(team, "/status@dear_bot");
        assertThat(ann.awaitReply(team).text()).isEqualTo("/status@dear_bot 1");
        assertThat(bob.awaitReply(team).text()).isEqualTo("/status@dear_bot 1");
        assertThat(bob.awaitReply(team).text()).isEqualTo("/status@dear_bot 2");
        assertThat(ann.awaitReply(team).author()).isEqualTo("@dear_bot");
    }

    @Test
    void aPressedButtonIsAnsweredAndTheMessageEdited() throws Exception {
        start(bot, TestPersonTest::ask);
        ann.opens(bot);
        var question = ann.awaitReply(bot);
        assertThat(question.buttons()).containsExactly("Yes", "No", "Help");
        assertThat(question).hasToString("Sure? [Yes] [No] [Help]");
        ann.presses("Yes");
        assertThat(ann.awaitCallbackAnswer()).isEqualTo(new CallbackAnswer("Thanks", true, ""));
        var done = ann.awaitEdit(bot);
        assertThat(done.text()).isEqualTo("You said y");
        assertThat(done.id()).isEqualTo(question.id());
        assertThat(done.buttons()).isEmpty();
        assertThat(ann.sees(bot)).extracting(MessageView::text).containsExactly("/start", "You said y");
    }

    private static void ask(BotApi api, Update update) throws InterruptedException {
        var message = update.message();
        if (message != null) {
            api.call(SendMessage.of(message.chat().id(), "Sure?").withReplyMarkup(YES_NO));
        }
        var pressed = update.callbackQuery();
        if (pressed != null && pressed.message() instanceof Message question) {
            api.call(AnswerCallbackQuery.of(pressed.id()).withText("Thanks").withShowAlert(true));
            api.call(EditMessageText.of()
                    .withChatId(ChatId.of(pressed.from().id()))
                    .withMessageId(question.messageId())
                    .withText("You said " + pressed.data()));
        }
    }

    @Test
    void onlyButtonsThatSendSomethingToABotCanBePressed() throws Exception {
        start(bot, TestPersonTest::ask);
        ann.opens(bot);
        var question = ann.awaitReply(bot);
        assertThatThrownBy(() -> ann.presses(question, "Help"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not ask the bot");
        assertThat(ann.follows(question, "Help").value()).isEqualTo("https://example.org/");
        assertThatThrownBy(() -> ann.presses(question, "Maybe"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no button \"Maybe\" under: Sure? [Yes] [No] [Help]");
    }

    @Test
    void aKeyOfTheKeyboardSendsItsText() throws Exception {
        var keys = ReplyKeyboardMarkup.of(List.of(List.of(KeyboardButton.of("Red"), KeyboardButton.of("Blue"))));
        start(bot, (api, update) -> {
            var message = update.message();
            if (message == null) return;
            var answer = SendMessage.of(message.chat().id(), "Not " + message.text());
            api.call("/start".equals(message.text()) ? answer.withReplyMarkup(keys) : answer);
        });
        ann.opens(bot);
        ann.awaitReply(bot);
        assertThat(ann.keyboard(bot)).containsExactly("Red", "Blue");
        ann.presses("Blue");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("Not Blue");
    }

    @Test
    void theCallsOfABotAreKeptWithTheirAnswers() throws Exception {
        telegram.withPatience(Duration.ofMillis(1));
        ann.opens(bot);
        var program = start(bot, (api, update) -> {});
        assertThatThrownBy(() -> program.call(SendMessage.of(ann.id(), " "))).isInstanceOf(ApiException.class);
        assertThat(bot.calls("sendMessage")).last().satisfies(call -> {
            assertThat(call.isOk()).isFalse();
            assertThat(call.argument("chat_id")).isEqualTo(String.valueOf(ann.id()));
        });
        assertThatThrownBy(() -> ann.awaitReply(bot))
                .hasMessageContaining("@dear_bot sendMessage chat_id=" + ann.id())
                .hasMessageContaining("-> 400 Bad Request: text must be non-empty")
                .hasMessageNotContaining(bot.token());
    }

    @Test
    void filesArriveWithTheirBytesInBothDirections() throws Exception {
        var bytes = "päper".getBytes(UTF_8);
        start(bot, (api, update) -> {
            var message = update.message();
            if (message == null || message.document() == null) return;
            api.call(SendDocument.of(
                            message.chat().id(),
                            InputFile.reference(message.document().fileId()))
                    .withCaption("back"));
        });
        var sent = ann.sends(bot, "paper.txt", bytes, "read this");
        assertThat(sent).hasToString("(document paper.txt) read this");
        var back = ann.awaitReply(bot);
        assertThat(back.text()).isEqualTo("back");
        var file = back.media().orElseThrow();
        assertThat(file.kind()).isEqualTo("document");
        assertThat(file.name()).isEqualTo("paper.txt");
        assertThat(file.size()).isEqualTo(bytes.length);
        assertThat(file.bytes()).isEqualTo(bytes);
    }

    @Test
    void answersNameTheMessageThatTheyAnswer() throws Exception {
        start(bot, TestPersonTest::answerInThree);
        var first = ann.says(bot, "one");
        var answer = ann.replies(ann.awaitReply(bot), "two");
        assertThat(answer.replyTo()).hasValueSatisfying(id -> assertThat(id).isGreaterThan(first.id()));
        assertThat(first.replyTo()).isEmpty();
    }

    @Test
    void aPersonsEditReachesTheBot() throws Exception {
        start(bot, (api, update) -> {
            var edited = update.editedMessage();
            if (edited != null) api.call(SendMessage.of(edited.chat().id(), "now " + edited.text()));
        });
        var said = ann.says(bot, "helo");
        assertThat(ann.edits(said, "hello").text()).isEqualTo("hello");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("now hello");
    }

    @Test
    void aDeletedMessageIsGone() throws Exception {
        var program = start(bot, TestPersonTest::answerInThree);
        ann.opens(bot);
        var first = ann.awaitReply(bot);
        program.call(DeleteMessage.of(ann.id(), first.id()));
        ann.awaitDeletion(first);
        assertThat(ann.sees(bot)).extracting(MessageView::id).doesNotContain(first.id());
    }

    @Test
    void postsOfABotAreReadInItsChannel() throws Exception {
        var news = telegram.channel("News").withAdmin(bot, Right.POST_MESSAGES).withMember(ann);
        var program = start(bot, (api, update) -> {});
        program.call(SendMessage.of(news.id(), "It rains."));
        var post = ann.awaitReply(news);
        assertThat(post.text()).isEqualTo("It rains.");
        assertThat(post.author()).isEqualTo("@dear_bot");
    }

    @Test
    void whoWaitsInVainSeesWhatHappened() throws Exception {
        telegram.withPatience(Duration.ofMillis(1));
        ann.says(bot, "hello\nworld");
        assertThatThrownBy(() -> ann.awaitReply(bot))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Ann waits for a reply in the chat with @dear_bot: not within 1 ms")
                .hasMessageContaining("private chat of Ann and @dear_bot")
                .hasMessageContaining(" Ann: hello\n")
                .hasMessageNotContaining(bot.token());
        assertThatThrownBy(() -> ann.presses("Yes")).hasMessageContaining("Ann looks for a button \"Yes\"");
        assertThatThrownBy(ann::awaitCallbackAnswer).hasMessageContaining("Ann pressed no button");
    }

    @Test
    void anInterruptEndsTheWaiting() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> ann.awaitReply(bot)).hasMessageContaining("interrupted while waiting");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void waitingLetsAVirtualClockRunOnlyAsFarAsADeliveryTakes() throws Exception {
        var start = Instant.parse("2026-01-01T00:00:00Z");
        var clock = new VirtualClock(start);
        try (var still = Telegram.start(EmulatorOptions.defaults().withClock(clock))) {
            var slow = still.bot("slow_bot");
            var bob = still.person("Bob");
            start(slow, TestPersonTest::answerInThree);
            for (int i = 0; i < 20; i++) {
                bob.says(slow, "m" + i);
                for (int k = 1; k <= 3; k++) {
                    assertThat(bob.awaitReply(slow).text()).isEqualTo("m" + i + " " + k);
                }
            }
            assertThat(clock.instant()).isBetween(start, start.plusMillis(999));
            still.advance(Duration.ofHours(1));
            bob.says(slow, "late");
            assertThat(bob.awaitReply(slow).json().get("date").longValue())
                    .isEqualTo(start.plusSeconds(3600).getEpochSecond());
        }
    }

    @Test
    void anEmulatorThatRunsAlreadyGoesOnAfterwards() throws Exception {
        try (var over = Telegram.of(telegram.emulator())) {
            over.person("Eve").says(bot, "hi");
            assertThat(over.transcript()).contains("Eve: hi");
        }
        assertThat(ann.says(bot, "still there").text()).isEqualTo("still there");
    }
}
