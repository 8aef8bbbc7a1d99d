package io.botmesh.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.telegram.telegrambots.client.okhttp.OkHttpTelegramClient;
import org.telegram.telegrambots.longpolling.util.DefaultLongPollingUpdateConsumer;
import org.telegram.telegrambots.meta.TelegramUrl;
import org.telegram.telegrambots.meta.api.methods.AnswerCallbackQuery;
import org.telegram.telegrambots.meta.api.methods.GetFile;
import org.telegram.telegrambots.meta.api.methods.ParseMode;
import org.telegram.telegrambots.meta.api.methods.pinnedmessages.PinChatMessage;
import org.telegram.telegrambots.meta.api.methods.send.SendDocument;
import org.telegram.telegrambots.meta.api.methods.send.SendMediaGroup;
import org.telegram.telegrambots.meta.api.methods.send.SendMessage;
import org.telegram.telegrambots.meta.api.methods.updatingmessages.DeleteMessage;
import org.telegram.telegrambots.meta.api.methods.updatingmessages.EditMessageText;
import org.telegram.telegrambots.meta.api.objects.CallbackQuery;
import org.telegram.telegrambots.meta.api.objects.InputFile;
import org.telegram.telegrambots.meta.api.objects.Update;
import org.telegram.telegrambots.meta.api.objects.media.InputMediaDocument;
import org.telegram.telegrambots.meta.api.objects.message.Message;
import org.telegram.telegrambots.meta.api.objects.replykeyboard.InlineKeyboardMarkup;
import org.telegram.telegrambots.meta.api.objects.replykeyboard.ReplyKeyboardMarkup;
import org.telegram.telegrambots.meta.api.objects.replykeyboard.ReplyKeyboardRemove;
import org.telegram.telegrambots.meta.api.objects.replykeyboard.buttons.InlineKeyboardButton;
import org.telegram.telegrambots.meta.api.objects.replykeyboard.buttons.InlineKeyboardRow;
import org.telegram.telegrambots.meta.api.objects.replykeyboard.buttons.KeyboardRow;
import org.telegram.telegrambots.meta.exceptions.TelegramApiException;
import org.telegram.telegrambots.meta.exceptions.TelegramApiRequestException;
import org.telegram.telegrambots.meta.generics.TelegramClient;

/** A bot written with TelegramBots. Nothing but its {@link TelegramUrl} tells it from a bot for Telegram. */
final class TelegramBotsProgram extends DefaultLongPollingUpdateConsumer {
    private final URI api;
    private final String token;
    private final TelegramClient client;
    private final Map<Long, Integer> seen = new HashMap<>();

    TelegramBotsProgram(URI api, String token) {
        this.api = api;
        this.token = token;
        client = new OkHttpTelegramClient(token, url(api));
    }

    static TelegramUrl url(URI api) {
        return TelegramUrl.builder()
                .schema(api.getScheme())
                .host(api.getHost())
                .port(api.getPort())
                .build();
    }

    @Override
    public void consume(Update update) {
        try {
            if (update.hasCallbackQuery()) press(update.getCallbackQuery());
            else if (update.hasChannelPost() && update.getChannelPost().hasText())
                answer(update.getChannelPost(), "Read: ");
            else if (update.hasMessage()) receive(update.getMessage());
        } catch (Exception broken) {
            throw new IllegalStateException("update " + update.getUpdateId(), broken);
        }
    }

    private void receive(Message message) throws Exception {
        seen.merge(message.getChatId(), 1, Integer::sum);
        if (message.hasDocument()) {
            copy(message);
            return;
        }
        if (!message.hasText()) return;
        var words = message.getText().split(" ", 2);
        switch (words[0]) {
            case "/start" ->
                say(message, "Hello, " + message.getFrom().getFirstName() + "! " + (words.length > 1 ? words[1] : ""));
            case "/seen" -> say(message, seen.get(message.getChatId()) + " messages");
            case "/menu" -> menu(message);
            case "/colour" -> colours(message);
            case "Red", "Blue" -> paint(message);
            case "/album" -> album(message);
            case "/countdown" -> countdown(message);
            case "/publish" -> publish(message, words[1]);
            case "/burst" -> burst(message, Integer.parseInt(words[1]));
            default -> answer(message, "");
        }
    }

    private Message say(Message to, String text) throws TelegramApiException {
        return client.execute(
                SendMessage.builder().chatId(to.getChatId()).text(text).build());
    }

    private void answer(Message to, String before) throws TelegramApiException {
        client.execute(SendMessage.builder()
                .chatId(to.getChatId())
                .text(before + to.getText())
                .replyToMessageId(to.getMessageId())
                .build());
    }

    private void menu(Message message) throws TelegramApiException {
        client.execute(SendMessage.builder()
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
                .build());
    }

    private void press(CallbackQuery query) throws TelegramApiException {
        client.execute(AnswerCallbackQuery.builder()
                .callbackQueryId(query.getId())
                .text("One " + query.getData())
                .showAlert(true)
                .build());
        client.execute(EditMessageText.builder()
                .chatId(query.getMessage().getChatId())
                .messageId(query.getMessage().getMessageId())
                .parseMode(ParseMode.HTML)
                .text("You get <b>" + query.getData() + "</b>")
                .build());
    }

    private void colours(Message message) throws TelegramApiException {
        client.execute(SendMessage.builder()
                .chatId(message.getChatId())
                .text("Which colour?")
                .replyMarkup(ReplyKeyboardMarkup.builder()
                        .keyboardRow(new KeyboardRow("Red", "Blue"))
                        .resizeKeyboard(true)
                        .build())
                .build());
    }

    private void paint(Message message) throws TelegramApiException {
        client.execute(SendMessage.builder()
                .chatId(message.getChatId())
                .text("Painted " + message.getText())
                .replyMarkup(ReplyKeyboardRemove.builder().removeKeyboard(true).build())
                .build());
    }

    private void copy(Message message) throws Exception {
        var file = client.execute(new GetFile(message.getDocument().getFileId()));
        // The library's own download knows no server but api.telegram.org.
        byte[] bytes;
        try (var down = URI.create(api + "/file/bot" + token + "/" + file.getFilePath())
                .toURL()
                .openStream()) {
            bytes = down.readAllBytes();
        }
        client.execute(SendDocument.builder()
                .chatId(message.getChatId())
                .document(new InputFile(
                        new ByteArrayInputStream(bytes),
                        "copy of " + message.getDocument().getFileName()))
                .caption(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
                .build());
    }

    private void album(Message message) throws TelegramApiException {
        client.execute(SendMediaGroup.builder()
                .chatId(message.getChatId())
                .medias(List.of(
                        item("1.txt", "first", "one"), item("2.txt", "second", null), item("3.txt", "third", "three")))
                .build());
    }

    private static InputMediaDocument item(String name, String content, @Nullable String caption) {
        var item = new InputMediaDocument(new ByteArrayInputStream(content.getBytes(UTF_8)), name);
        item.setCaption(caption);
        return item;
    }

    private void countdown(Message message) throws TelegramApiException {
        var shown = say(message, "3");
        for (var left : List.of("2", "1")) {
            client.execute(EditMessageText.builder()
                    .chatId(shown.getChatId())
                    .messageId(shown.getMessageId())
                    .text(left)
                    .build());
        }
        client.execute(new DeleteMessage(shown.getChatId().toString(), shown.getMessageId()));
        say(message, "Lift-off");
    }

    private void publish(Message message, String channelAndText) throws TelegramApiException {
        var words = channelAndText.split(" ", 2);
        var post = client.execute(
                SendMessage.builder().chatId(words[0]).text(words[1]).build());
        client.execute(new PinChatMessage(words[0], post.getMessageId()));
        client.execute(EditMessageText.builder()
                .chatId(words[0])
                .messageId(post.getMessageId())
                .text(words[1] + " (edited)")
                .build());
        say(message, "Published in " + post.getChat().getTitle());
    }

    /** The library tells how long to wait, and leaves the waiting to its user. */
    private void burst(Message message, int size) throws TelegramApiException, InterruptedException {
        for (int i = 1; i <= size; ) {
            try {
                say(message, "burst " + i);
                i++;
            } catch (TelegramApiRequestException refused) {
                if (refused.getErrorCode() != 429) throw refused;
                TimeUnit.SECONDS.sleep(refused.getParameters().getRetryAfter());
            }
        }
    }
}
