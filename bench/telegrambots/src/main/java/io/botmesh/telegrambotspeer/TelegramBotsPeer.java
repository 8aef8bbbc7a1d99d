package io.botmesh.telegrambotspeer;

import java.io.IOException;
import java.io.OutputStream;
import org.telegram.telegrambots.client.okhttp.OkHttpTelegramClient;
import org.telegram.telegrambots.longpolling.TelegramBotsLongPollingApplication;
import org.telegram.telegrambots.longpolling.util.DefaultGetUpdatesGenerator;
import org.telegram.telegrambots.longpolling.util.DefaultLongPollingUpdateConsumer;
import org.telegram.telegrambots.meta.TelegramUrl;
import org.telegram.telegrambots.meta.api.methods.send.SendMessage;
import org.telegram.telegrambots.meta.api.objects.Update;
import org.telegram.telegrambots.meta.exceptions.TelegramApiException;
import org.telegram.telegrambots.meta.generics.TelegramClient;

/**
 * A bot on TelegramBots with its default consumer: {@code PORT}, then {@code count N} (counts updates and
 * says {@code counted} after every N), {@code reply N} (the same, and answers each) or {@code slow MILLIS} (takes that long for
 * each, says {@code begun ID} and {@code done ID}). Ends with its standard input.
 */
final class TelegramBotsPeer extends DefaultLongPollingUpdateConsumer {
    private static final String TOKEN = "1000001:bench-bench-bench-bench-bench-benc";

    private final String mode;
    private final long number;
    private final TelegramClient client;
    /** Of the one thread that consumes. */
    private long counted;

    private TelegramBotsPeer(String mode, long number, TelegramUrl url) {
        this.mode = mode;
        this.number = number;
        client = new OkHttpTelegramClient(TOKEN, url);
    }

    public static void main(String[] args) throws Exception {
        var url = TelegramUrl.builder()
                .schema("http")
                .host("127.0.0.1")
                .port(Integer.parseInt(args[0]))
                .build();
        new TelegramBotsLongPollingApplication()
                .registerBot(
                        TOKEN,
                        () -> url,
                        new DefaultGetUpdatesGenerator(),
                        new TelegramBotsPeer(args[1], Long.parseLong(args[2]), url));
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0); // its threads live on
    }

    @Override
    public void consume(Update update) {
        try {
            switch (mode) {
                case "count" -> count();
                case "reply" -> {
                    client.execute(SendMessage.builder()
                            .chatId(update.getMessage().getChatId())
                            .text("hello")
                            .build());
                    count();
                }
                case "slow" -> {
                    say("begun " + update.getUpdateId());
                    Thread.sleep(number);
                    say("done " + update.getUpdateId());
                }
                default -> throw new IllegalArgumentException(mode);
            }
        } catch (TelegramApiException | IOException | InterruptedException broken) {
            throw new IllegalStateException("update " + update.getUpdateId(), broken);
        }
    }

    private void count() throws IOException {
        if (++counted % number == 0) say("counted");
    }

    /** On its way when this returns: the process may be killed any moment. */
    private static void say(String line) throws IOException {
        System.out.println(line);
        if (System.out.checkError()) throw new IOException("nobody listens");
    }
}
