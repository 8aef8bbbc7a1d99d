package io.botmesh.emulatorjunit;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.AnswerCallbackQuery;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.InlineKeyboardButton;
import io.botmesh.botapi.InlineKeyboardMarkup;
import io.botmesh.botapi.SendMessage;
import io.botmesh.botapi.Update;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked // fields that JUnit fills
class PizzaBotTest {
    // guide: begin
    @StartEmulator
    Telegram telegram;

    TestBot bot;
    PizzaBot program;

    @BeforeEach
    void start() {
        bot = telegram.bot("pizza_bot");
        program = new PizzaBot(bot.api(), bot.token()); // your bot: a base URL and a token are all it needs
    }

    @AfterEach
    void stop() throws Exception {
        program.close();
    }

    @Test
    void asksBeforeItOrders() {
        var ann = telegram.person("Ann");
        ann.opens(bot);
        assertThat(ann.awaitReply(bot).text()).isEqualTo("What may it be?");

        ann.says(bot, "one with olives");
        var question = ann.awaitReply(bot);
        assertThat(question.text()).isEqualTo("One with olives, right?");
        assertThat(question.buttons()).containsExactly("Yes", "No");

        ann.presses("Yes");
        assertThat(ann.awaitCallbackAnswer().text()).isEqualTo("Ordered");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("It is in the oven.");
    }

    // guide: end

    /** A bot as small as a bot can be: one loop, no state. */
    static final class PizzaBot {
        private static final InlineKeyboardMarkup YES_OR_NO = InlineKeyboardMarkup.of(List.of(List.of(
                InlineKeyboardButton.of("Yes").withCallbackData("yes"),
                InlineKeyboardButton.of("No").withCallbackData("no"))));

        private final BotApi api;
        private final Thread thread;

        PizzaBot(URI base, String token) {
            api = new BotApi(ApiOptions.defaults().withBase(base), BotToken.parse(token));
            thread = Thread.ofVirtual().name("pizza-bot").start(this::run);
        }

        private void run() {
            try {
                for (long offset = 0; ; ) {
                    for (var update :
                            api.call(GetUpdates.of().withOffset(offset).withTimeout(30L))) {
                        offset = update.updateId() + 1;
                        handle(update);
                    }
                }
            } catch (InterruptedException asked) {
                // close() was called
            }
        }

        private void handle(Update update) throws InterruptedException {
            var message = update.message();
            var pressed = update.callbackQuery();
            if (message != null && "/start".equals(message.text())) {
                api.call(SendMessage.of(message.chat().id(), "What may it be?"));
            } else if (message != null && message.text() != null) {
                var wish = Character.toUpperCase(message.text().charAt(0))
                        + message.text().substring(1);
                api.call(SendMessage.of(message.chat().id(), wish + ", right?").withReplyMarkup(YES_OR_NO));
            } else if (pressed != null) {
                api.call(AnswerCallbackQuery.of(pressed.id()).withText("Ordered"));
                api.call(SendMessage.of(pressed.from().id(), "It is in the oven."));
            }
        }

        void close() throws InterruptedException {
            thread.interrupt();
            thread.join();
            api.close();
        }
    }
}
