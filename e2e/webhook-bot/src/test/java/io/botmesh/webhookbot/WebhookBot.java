package io.botmesh.webhookbot;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.telegram.telegrambots.client.okhttp.OkHttpTelegramClient;
import org.telegram.telegrambots.meta.TelegramUrl;
import org.telegram.telegrambots.meta.api.methods.AnswerCallbackQuery;
import org.telegram.telegrambots.meta.api.methods.ParseMode;
import org.telegram.telegrambots.meta.api.methods.botapimethods.BotApiMethod;
import org.telegram.telegrambots.meta.api.methods.send.SendMessage;
import org.telegram.telegrambots.meta.api.methods.updates.DeleteWebhook;
import org.telegram.telegrambots.meta.api.methods.updates.SetWebhook;
import org.telegram.telegrambots.meta.api.methods.updatingmessages.EditMessageText;
import org.telegram.telegrambots.meta.api.objects.CallbackQuery;
import org.telegram.telegrambots.meta.api.objects.Update;
import org.telegram.telegrambots.meta.api.objects.message.Message;
import org.telegram.telegrambots.meta.api.objects.replykeyboard.InlineKeyboardMarkup;
import org.telegram.telegrambots.meta.api.objects.replykeyboard.buttons.InlineKeyboardButton;
import org.telegram.telegrambots.meta.api.objects.replykeyboard.buttons.InlineKeyboardRow;
import org.telegram.telegrambots.meta.exceptions.TelegramApiException;
import org.telegram.telegrambots.meta.generics.TelegramClient;
import org.telegram.telegrambots.webhook.DefaultTelegramWebhookBot;
import org.telegram.telegrambots.webhook.TelegramBotsWebhookApplication;
import org.telegram.telegrambots.webhook.WebhookOptions;

/**
 * A bot on TelegramBots' webhook server. Nothing but its {@link TelegramUrl} tells it from a bot for Telegram. It reads
 * {@code BOT_TOKEN}, {@code API_ROOT} and {@code WEBHOOK_PORT} from the environment and ends with its standard input.
 */
final class WebhookBot {
    private final TelegramClient client;
    private final String url;
    private boolean failed;

    private WebhookBot(TelegramClient client, String url) {
        this.client = client;
        this.url = url;
    }

    public static void main(String[] arguments) throws Exception {
        var api = URI.create(System.getenv("API_ROOT"));
        int port = Integer.parseInt(System.getenv("WEBHOOK_PORT"));
        var token = System.getenv("BOT_TOKEN");
        // Whoever knows the path is believed: the library shows a bot no headers, so it cannot check a secret.
        var path = "/" + token.substring(token.indexOf(':') + 1);
        var telegram = TelegramUrl.builder()
                .schema(api.getScheme())
                .host(api.getHost())
                .port(api.getPort())
                .build();
        var bot = new WebhookBot(new OkHttpTelegramClient(token, telegram), "http://127.0.0.1:" + port + path);
        // It can be told no address to listen at, and tells no port that it has chosen.
        var options = WebhookOptions.builder().port(port).useHttps(false).build();
        try (var application = new TelegramBotsWebhookApplication(options)) {
            application.registerBot(DefaultTelegramWebhookBot.builder()
                    .botPath(path)
                    .updateHandler(bot::answer)
                    .setWebhook(bot::setWebhook)
                    .deleteWebhook(bot::deleteWebhook)
                    .build());
            System.out.println("{\"event\":\"started\",\"port\":" + port + "}");
            System.in.transferTo(System.out);
        }
        // The client's threads would stay for a minute.
        System.exit(0);
    }

    private void setWebhook() {
        try {
            client.execute(SetWebhook.builder().url(url).build());
        } catch (TelegramApiException refused) {
            throw new IllegalStateException("webhook not set", refused);
        }
    }

    private void deleteWebhook() {
        try {
            client.execute(new DeleteWebhook());
        } catch (TelegramApiException refused) {
            throw new IllegalStateException("webhook not deleted", refused);
        }
    }

    /** The call that goes back in the response, or null for none. */
    private @Nullable BotApiMethod<?> answer(Update update) {
        try {
            if (update.hasCallbackQuery()) return press(update.getCallbackQuery());
            if (update.hasMessage() && update.getMessage().hasText()) return receive(update.getMessage());
            return null;
        } catch (TelegramApiException refused) {
            throw new IllegalStateException("update " + update.getUpdateId(), refused);
        }
    }

    private @Nullable BotApiMethod<?> receive(Message message) throws TelegramApiException {
        var words = message.getText().split(" ", 2);
        return switch (words[0]) {
            case "/start" -> {
                client.execute(SendMessage.builder()
                        .chatId(message.getChatId())
                        .text("Hello, " + message.getFrom().getFirstName() + "! " + (words.length > 1 ? words[1] : ""))
                        .build());
                yield null;
            }
            case "/menu" -> menu(message);
            case "/fail" -> recover(message);
            default ->
                SendMessage.builder()
                        .chatId(message.getChatId())
                        .text(message.getText())
                        .replyToMessageId(message.getMessageId())
                        .build();
        };
    }

    private static SendMessage menu(Message message) {
        return SendMessage.builder()
                .chatId(message.getChatId())
                .text("Tea or coffee?")
                .replyMarkup(InlineKeyboardMarkup.builder()
                        .keyboardRow(new InlineKeyboardRow(
                                InlineKeyboardButton.builder()
                                        .text("Tea")
                                        .callbackData("tea")
                                        .build(),
                                InlineKeyboardButton.builder()
                                        .text("Coffee")
                                        .callbackData("coffee")
                                        .build()))
                        .keyboardRow(new InlineKeyboardRow(InlineKeyboardButton.builder()
                                .text("Why?")
                                .url("https://example.org/")
                                .build()))
                        .build())
                .build();
    }

    private AnswerCallbackQuery press(CallbackQuery query) throws TelegramApiException {
        client.execute(EditMessageText.builder()
                .chatId(query.getMessage().getChatId())
                .messageId(query.getMessage().getMessageId())
                .parseMode(ParseMode.HTML)
                .text("You get <b>" + query.getData() + "</b>")
                .build());
        return AnswerCallbackQuery.builder()
                .callbackQueryId(query.getId())
                .text("One " + query.getData())
                .showAlert(true)
                .build();
    }

    /** Only the server knows the update now, and brings it again. */
    private synchronized SendMessage recover(Message message) {
        if (!failed) {
            failed = true;
            throw new IllegalStateException("not now");
        }
        return SendMessage.builder()
                .chatId(message.getChatId())
                .text("Here I am again")
                .build();
    }
}
