package io.botmesh.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.pengrad.telegrambot.TelegramBot;
import com.pengrad.telegrambot.UpdatesListener;
import com.pengrad.telegrambot.model.CallbackQuery;
import com.pengrad.telegrambot.model.Message;
import com.pengrad.telegrambot.model.Update;
import com.pengrad.telegrambot.model.request.InlineKeyboardButton;
import com.pengrad.telegrambot.model.request.InlineKeyboardMarkup;
import com.pengrad.telegrambot.model.request.InputMediaDocument;
import com.pengrad.telegrambot.model.request.ParseMode;
import com.pengrad.telegrambot.model.request.ReplyKeyboardMarkup;
import com.pengrad.telegrambot.model.request.ReplyKeyboardRemove;
import com.pengrad.telegrambot.model.request.ReplyParameters;
import com.pengrad.telegrambot.request.AnswerCallbackQuery;
import com.pengrad.telegrambot.request.BaseRequest;
import com.pengrad.telegrambot.request.DeleteMessage;
import com.pengrad.telegrambot.request.EditMessageText;
import com.pengrad.telegrambot.request.GetFile;
import com.pengrad.telegrambot.request.PinChatMessage;
import com.pengrad.telegrambot.request.SendDocument;
import com.pengrad.telegrambot.request.SendMediaGroup;
import com.pengrad.telegrambot.request.SendMessage;
import com.pengrad.telegrambot.response.BaseResponse;
import java.net.URI;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A bot written with java-telegram-bot-api. Nothing but its addresses tells it from a bot for Telegram. */
final class PengradProgram implements UpdatesListener {
    private final TelegramBot bot;
    private final Map<Long, Integer> seen = new HashMap<>();

    PengradProgram(TelegramBot bot) {
        this.bot = bot;
    }

    static TelegramBot client(URI api, String token) {
        return new TelegramBot.Builder(token)
                .apiUrl(api + "/bot")
                .fileApiUrl(api + "/file/bot")
                .build();
    }

    @Override
    public int process(List<Update> updates) {
        for (var update : updates) {
            try {
                handle(update);
            } catch (Exception broken) {
                throw new IllegalStateException("update " + update.updateId(), broken);
            }
        }
        return UpdatesListener.CONFIRMED_UPDATES_ALL;
    }

    private void handle(Update update) throws Exception {
        if (update.callbackQuery() != null) press(update.callbackQuery());
        else if (update.channelPost() != null && update.channelPost().text() != null)
            answer(update.channelPost(), "Read: ");
        else if (update.message() != null) receive(update.message());
    }

    private void receive(Message message) throws Exception {
        seen.merge(message.chat().id(), 1, Integer::sum);
        if (message.document() != null) {
            copy(message);
            return;
        }
        if (message.text() == null) return;
        long chat = message.chat().id();
        var words = message.text().split(" ", 2);
        switch (words[0]) {
            case "/start" ->
                say(message, "Hello, " + message.from().firstName() + "! " + (words.length > 1 ? words[1] : ""));
            case "/seen" -> say(message, seen.get(message.chat().id()) + " messages");
            case "/menu" ->
                done(new SendMessage(chat, "Tea or coffee?")
                        .replyMarkup(new InlineKeyboardMarkup(
                                        new InlineKeyboardButton("Tea").callbackData("tea"),
                                        new InlineKeyboardButton("Coffee").callbackData("coffee"))
                                .addRow(new InlineKeyboardButton("Why?").url("https://example.org/"))));
            case "/colour" ->
                done(new SendMessage(chat, "Which colour?")
                        .replyMarkup(new ReplyKeyboardMarkup("Red", "Blue").resizeKeyboard(true)));
            case "Red", "Blue" ->
                done(new SendMessage(chat, "Painted " + message.text()).replyMarkup(new ReplyKeyboardRemove()));
            case "/album" ->
                done(new SendMediaGroup(
                        chat,
                        item("1.txt", "first").caption("one"),
                        item("2.txt", "second"),
                        item("3.txt", "third").caption("three")));
            case "/countdown" -> countdown(message);
            case "/publish" -> publish(message, words[1]);
            case "/burst" -> burst(message, Integer.parseInt(words[1]));
            default -> answer(message, "");
        }
    }

    /** The library answers with what went wrong instead of throwing it. */
    private <T extends BaseRequest<T, R>, R extends BaseResponse> R done(BaseRequest<T, R> request) {
        var response = bot.execute(request);
        if (!response.isOk()) throw new IllegalStateException(response.description());
        return response;
    }

    private Message say(Message to, String text) {
        return done(new SendMessage(to.chat().id().longValue(), text)).message();
    }

    private void answer(Message to, String before) {
        done(new SendMessage(to.chat().id().longValue(), before + to.text())
                .replyParameters(new ReplyParameters(to.messageId())));
    }

    private void press(CallbackQuery query) {
        done(new AnswerCallbackQuery(query.id()).text("One " + query.data()).showAlert(true));
        var message = query.maybeInaccessibleMessage();
        done(new EditMessageText(message.chat().id(), message.messageId(), "You get <b>" + query.data() + "</b>")
                .parseMode(ParseMode.HTML));
    }

    private void copy(Message message) throws Exception {
        var file = done(new GetFile(message.document().fileId())).file();
        var bytes = bot.getFileContent(file);
        done(new SendDocument(message.chat().id().longValue(), bytes)
                .fileName("copy of " + message.document().fileName())
                .caption(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))));
    }

    private static InputMediaDocument item(String name, String content) {
        return new InputMediaDocument(content.getBytes(UTF_8)).fileName(name);
    }

    private void countdown(Message message) {
        var shown = say(message, "3");
        for (var left : List.of("2", "1")) {
            done(new EditMessageText(shown.chat().id(), shown.messageId(), left));
        }
        done(new DeleteMessage(shown.chat().id(), shown.messageId()));
        say(message, "Lift-off");
    }

    private void publish(Message message, String channelAndText) {
        var words = channelAndText.split(" ", 2);
        var post = done(new SendMessage(Long.parseLong(words[0]), words[1])).message();
        done(new PinChatMessage(words[0], post.messageId()));
        done(new EditMessageText((Object) words[0], post.messageId(), words[1] + " (edited)"));
        say(message, "Published in " + post.chat().title());
    }

    /** The library tells how long to wait, and leaves the waiting to its user. */
    private void burst(Message message, int size) throws InterruptedException {
        for (int i = 1; i <= size; ) {
            var sent = bot.execute(new SendMessage(message.chat().id().longValue(), "burst " + i));
            if (sent.isOk()) i++;
            else if (sent.errorCode() == 429) {
                TimeUnit.SECONDS.sleep(sent.parameters().retryAfter());
            } else {
                throw new IllegalStateException(sent.description());
            }
        }
    }
}
