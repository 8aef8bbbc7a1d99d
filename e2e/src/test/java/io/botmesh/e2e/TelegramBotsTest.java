package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.telegram.telegrambots.client.okhttp.OkHttpTelegramClient;
import org.telegram.telegrambots.longpolling.TelegramBotsLongPollingApplication;
import org.telegram.telegrambots.longpolling.util.DefaultGetUpdatesGenerator;
import org.telegram.telegrambots.meta.api.methods.send.SendMessage;
import org.telegram.telegrambots.meta.api.methods.updates.DeleteWebhook;
import org.telegram.telegrambots.meta.api.methods.updates.GetWebhookInfo;
import org.telegram.telegrambots.meta.api.methods.updates.SetWebhook;
import org.telegram.telegrambots.meta.api.objects.Update;

/** A TelegramBots application does in each scenario what it would do with Telegram. */
class TelegramBotsTest extends AssistantScenarios {
    private final List<TelegramBotsLongPollingApplication> applications = new ArrayList<>();

    @Override
    void start() throws Exception {
        var application = new TelegramBotsLongPollingApplication();
        applications.add(application);
        var url = TelegramBotsProgram.url(telegram.api());
        application.registerBot(
                bot.token(),
                () -> url,
                new DefaultGetUpdatesGenerator(),
                new TelegramBotsProgram(telegram.api(), bot.token()));
    }

    @AfterEach
    void stop() throws Exception {
        for (var application : applications) application.close();
    }

    @Test
    void twoInstancesTakeTurns() throws Exception {
        startTwice();
    }

    /** The bot's own server reads what the library parses, and answers with a call, as the library's users do. */
    @Test
    void aWebhookWhoseAnswerIsACall() throws Exception {
        var mapper = new ObjectMapper();
        try (var hook = new Hook(body -> {
            var message = mapper.readValue(body, Update.class).getMessage();
            return mapper.writeValueAsBytes(SendMessage.builder()
                    .chatId(message.getChatId())
                    .text("Hooked: " + message.getText())
                    .build());
        })) {
            var client = new OkHttpTelegramClient(bot.token(), TelegramBotsProgram.url(telegram.api()));
            var set = client.execute(SetWebhook.builder()
                    .url(hook.url())
                    .secretToken("not-a-secret")
                    .build());
            assertThat(set).isTrue();
            ann.says(bot, "hello");
            assertThat(ann.awaitReply(bot).text()).isEqualTo("Hooked: hello");
            assertThat(hook.secrets()).containsExactly("not-a-secret");
            assertThat(client.execute(new GetWebhookInfo()).getPendingUpdatesCount())
                    .isZero();
            assertThat(client.execute(new DeleteWebhook())).isTrue();
        }
    }
}
