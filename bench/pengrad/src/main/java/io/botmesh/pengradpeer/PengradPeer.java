package io.botmesh.pengradpeer;

import com.pengrad.telegrambot.TelegramBot;
import com.pengrad.telegrambot.UpdatesListener;
import com.pengrad.telegrambot.model.Update;
import com.pengrad.telegrambot.request.SendMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * A bot on java-telegram-bot-api with a listener as in its guide: {@code PORT}, then {@code count N} (counts updates and says
 * {@code counted} after every N), {@code reply N} (the same, and answers each) or {@code slow MILLIS} (takes that long for
 * each, says {@code begun ID} and {@code done ID}). Ends with its standard input.
 */
final class PengradPeer implements UpdatesListener {
    private static final String TOKEN = "1000001:bench-bench-bench-bench-bench-benc";

    private final TelegramBot bot;
    private final String mode;
    private final long number;
    /** Of the thread that fetched, which calls the listener: one at a time. */
    private volatile long counted;

    private PengradPeer(TelegramBot bot, String mode, long number) {
        this.bot = bot;
        this.mode = mode;
        this.number = number;
    }

    public static void main(String[] args) throws Exception {
        var bot = new TelegramBot.Builder(TOKEN)
                .apiUrl("http://127.0.0.1:" + args[0] + "/bot")
                .build();
        bot.setUpdatesListener(new PengradPeer(bot, args[1], Long.parseLong(args[2])));
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0); // its client's threads live on
    }

    @Override
    public int process(List<Update> updates) {
        try {
            for (var update : updates) handle(update);
        } catch (IOException | InterruptedException broken) {
            throw new IllegalStateException(broken);
        }
        return UpdatesListener.CONFIRMED_UPDATES_ALL;
    }

    private void handle(Update update) throws IOException, InterruptedException {
        switch (mode) {
            case "count" -> count();
            case "reply" -> {
                var sent =
                        bot.execute(new SendMessage(update.message().chat().id().longValue(), "hello"));
                if (!sent.isOk()) throw new IOException("refused: " + sent.description());
                count();
            }
            case "slow" -> {
                say("begun " + update.updateId());
                Thread.sleep(number);
                say("done " + update.updateId());
            }
            default -> throw new IllegalArgumentException(mode);
        }
    }

    private void count() throws IOException {
        long now = counted + 1;
        counted = now;
        if (now % number == 0) say("counted");
    }

    /** On its way when this returns: the process may be killed any moment. */
    private static void say(String line) throws IOException {
        System.out.println(line);
        if (System.out.checkError()) throw new IOException("nobody listens");
    }
}
