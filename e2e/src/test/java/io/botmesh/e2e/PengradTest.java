package io.botmesh.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.pengrad.telegrambot.TelegramBot;
import com.pengrad.telegrambot.request.DeleteWebhook;
import com.pengrad.telegrambot.request.GetWebhookInfo;
import com.pengrad.telegrambot.request.SendMessage;
import com.pengrad.telegrambot.request.SetWebhook;
import com.pengrad.telegrambot.utility.BotUtils;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A bot on java-telegram-bot-api does in each scenario what it would do with Telegram. */
class PengradTest extends AssistantScenarios {
    private final List<TelegramBot> clients = new ArrayList<>();
    private final List<Integer> told = new CopyOnWriteArrayList<>();

    @Override
    void start() {
        var client = PengradProgram.client(telegram.api(), bot.token());
        clients.add(client);
        client.setUpdatesListener(new PengradProgram(client), problem -> {
            if (problem.response() != null) told.add(problem.response().errorCode());
        });
    }

    @AfterEach
    void stop() {
        for (var client : clients) {
            client.removeGetUpdatesListener();
            client.shutdown();
        }
    }

    /** The library tells its user, and both go on. */
    @Test
    void twoInstancesTakeTurnsAndAreTold() throws Exception {
        startTwice();
        assertThat(told).contains(409);
    }

    /** The bot's own server reads what the library parses, and answers with a call, as the library's users do. */
    @Test
    void aWebhookWhoseAnswerIsACall() throws Exception {
        var client = PengradProgram.client(telegram.api(), bot.token());
        clients.add(client);
        try (var hook = new Hook(update -> {
            var message =
                    BotUtils.parseUpdate(new InputStreamReader(update, UTF_8)).message();
            return new SendMessage(message.chat().id().longValue(), "Hooked: " + message.text())
                    .toWebhookResponse()
                    .getBytes(UTF_8);
        })) {
            var set = client.execute(new SetWebhook().url(hook.url()).secretToken("not-a-secret"));
            assertThat(set.isOk()).isTrue();
            ann.says(bot, "hello");
            assertThat(ann.awaitReply(bot).text()).isEqualTo("Hooked: hello");
            assertThat(hook.secrets()).containsExactly("not-a-secret");
            assertThat(client.execute(new GetWebhookInfo()).webhookInfo().pendingUpdateCount())
                    .isZero();
            assertThat(client.execute(new DeleteWebhook()).isOk()).isTrue();
        }
    }
}
