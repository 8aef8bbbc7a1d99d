package io.botmesh.bot;

import static io.botmesh.bot.Filters.callback;
import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.AnswerCallbackQuery;
import io.botmesh.botapi.InlineKeyboardButton;
import io.botmesh.botapi.InlineKeyboardMarkup;
import io.botmesh.botapi.LimitedApi;
import io.botmesh.botapi.RawCall;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class AutoAnswerTest extends WithEmulator {
    private static final List<String> BUTTONS = List.of("one", "two", "end");

    /** A bot with three buttons in Ann's chat, the last of which tells that all before has ended. */
    private final class Pressed implements AutoCloseable {
        final Bot bot;
        final LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();

        Pressed(AutoAnswer how) {
            bot = bot(options -> options.withAutoAnswer(how));
            bot.command("start", ctx -> ctx.reply("choose", call -> call.withReplyMarkup(keyboard())));
            bot.on(callback("end"), (ctx, rest) -> ended.add("end"));
        }

        private static InlineKeyboardMarkup keyboard() {
            return InlineKeyboardMarkup.of(List.of(BUTTONS.stream()
                    .map(data -> InlineKeyboardButton.of(data).withCallbackData(data))
                    .toList()));
        }

        void press(String... buttons) throws InterruptedException {
            bot.start();
            ann.opens(account);
            ann.awaitReply(account);
            for (String button : buttons) ann.presses(button);
        }

        @Override
        public void close() {
            bot.close();
        }
    }

    private List<String> texts() {
        return account.calls("answerCallbackQuery").stream()
                .map(call -> call.arguments().getOrDefault("text", ""))
                .toList();
    }

    @Test
    void anAnswerThroughTheClientOrByNameIsTheOnlyOne() throws Exception {
        try (var pressed = new Pressed(AutoAnswer.defaults())) {
            pressed.bot.on(callback("one"), (ctx, rest) -> {
                assertThat(ctx.api()).isInstanceOf(LimitedApi.class);
                ctx.api().call(AnswerCallbackQuery.of(ctx.callbackQuery().id()).withText("typed"));
            });
            pressed.bot.on(
                    callback("two"),
                    (ctx, rest) -> ctx.call(RawCall.of(
                            "AnswerCallbackQuery",
                            "{\"callback_query_id\":\"" + ctx.callbackQuery().id() + "\",\"text\":\"by name\"}")));
            pressed.press("one", "two", "end");
            assertThat(ann.awaitCallbackAnswer("typed").text()).isEqualTo("typed");
            assertThat(ann.awaitCallbackAnswer("by name").text()).isEqualTo("by name");
            pressed.ended.take();
        }
        assertThat(texts()).containsExactly("typed", "by name", "");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void aHandlerThatTakesLongLetsNobodyWait(long millis) throws Exception {
        var hold = new CountDownLatch(1);
        try (var pressed = new Pressed(AutoAnswer.within(Duration.ofMillis(millis)))) {
            pressed.bot.on(callback("one"), (ctx, rest) -> hold.await());
            pressed.press("one");
            ann.awaitCallbackAnswer();
            hold.countDown();
        }
        assertThat(texts()).containsExactly("");
    }

    @Test
    void oneThatIsSetToTheEndComesAfterIt() throws Exception {
        try (var pressed = new Pressed(AutoAnswer.atEnd())) {
            pressed.bot.on(callback("one"), (ctx, rest) -> ctx.reply("not yet: " + texts().size()));
            pressed.press("one");
            assertThat(ann.awaitReply(account).text()).isEqualTo("not yet: 0");
            ann.awaitCallbackAnswer();
        }
    }

    @Test
    void aHandlerThatWaitsForAnUpdateLetsTheButtonGo() throws Exception {
        try (var pressed = new Pressed(AutoAnswer.atEnd())) {
            pressed.bot.on(
                    callback("one"),
                    (ctx, rest) ->
                            ctx.reply("Hello, " + ctx.ask("Name?", message().text())));
            pressed.press("one");
            ann.awaitCallbackAnswer();
            assertThat(ann.awaitReply(account).text()).isEqualTo("Name?");
            ann.says(account, "Ann");
            assertThat(ann.awaitReply(account).text()).isEqualTo("Hello, Ann");
        }
        assertThat(texts()).containsExactly("");
    }

    @Test
    void nobodyAnswersWhereThatIsNotWanted() throws Exception {
        try (var pressed = new Pressed(AutoAnswer.off())) {
            pressed.bot.on(callback("one"), (ctx, rest) -> {});
            pressed.press("one", "end");
            pressed.ended.take();
        }
        assertThat(texts()).isEmpty();
    }

    @Test
    void nobodyAnswersForAHandlerThatSaysSoOrFails() throws Exception {
        try (var pressed = new Pressed(AutoAnswer.atEnd())) {
            pressed.bot.on(callback("one"), (ctx, rest) -> ctx.withoutAutoAnswer());
            pressed.bot.on(callback("two"), (ctx, rest) -> {
                throw new IOException("failed");
            });
            pressed.bot.onError(error -> LastResort.Outcome.FAILED);
            pressed.press("one", "two", "end");
            pressed.ended.take();
        }
        assertThat(texts()).hasSizeLessThanOrEqualTo(1); // that of the last button, if it was not too late
    }

    /** An administrator's button answers, in the end, the button of somebody else who has been waiting. */
    @Test
    void anAnswerToAnotherQueryIsNoneToThisOne() throws Exception {
        var first = new LinkedBlockingQueue<String>();
        try (var pressed = new Pressed(AutoAnswer.atEnd())) {
            pressed.bot.on(callback("one"), (ctx, rest) -> {
                ctx.withoutAutoAnswer();
                first.add(ctx.callbackQuery().id());
            });
            pressed.bot.on(
                    callback("two"),
                    (ctx, rest) -> ctx.call(AnswerCallbackQuery.of(first.take()).withText("for the first")));
            pressed.press("one", "two", "end");
            pressed.ended.take();
            pressed.bot.stop();
        }
        assertThat(texts()).containsExactly("for the first", "", "");
    }

    @Test
    void anAnswerThatFailsLeavesTheQueryToTheNext() throws Exception {
        var answer = new CallbackAnswer();
        assertThatThrownBy(() -> answer.byHandler(() -> {
                    throw new IllegalStateException("400");
                }))
                .hasMessage("400");
        assertThat(answer.isOpen()).isTrue();
        assertThat(answer.<String>byHandler(() -> {
                    answer.inPlace(() -> {
                        throw new AssertionError("one is on its way");
                    });
                    return "done";
                }))
                .isEqualTo("done");
        assertThat(answer.isOpen()).isFalse();
        answer.inPlace(() -> {
            throw new AssertionError("there is one");
        });
        assertThatIllegalArgumentException().isThrownBy(() -> AutoAnswer.within(Duration.ofNanos(-1)));
    }
}
