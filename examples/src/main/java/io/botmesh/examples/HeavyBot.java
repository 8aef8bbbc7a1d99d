package io.botmesh.examples;

import static io.botmesh.bot.Filters.message;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotProgram;
import io.botmesh.bot.Command;
import io.botmesh.botapi.ChatAction;
import java.math.BigInteger;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Work that takes long: computes factorials on every core, and asks a slow service. Handlers block as they like; each
 * chat waits for itself alone.
 */
public final class HeavyBot implements BotProgram {
    /** Somebody else's slow service. */
    @FunctionalInterface
    public interface Service {
        String lookUp(String word) throws InterruptedException;
    }

    private static final int LARGEST = 20_000;

    private final Service service;

    public HeavyBot() {
        this(word -> {
            Thread.sleep(2_000);
            return word.toUpperCase(Locale.ROOT);
        });
    }

    public HeavyBot(Service service) {
        this.service = service;
    }

    @Override
    public void setUp(Bot bot) {
        bot.command("factorial", (ctx, command) -> {
            int n = number(command);
            if (n < 0) {
                ctx.reply("A number from 0 to " + LARGEST + ", please.");
                return;
            }
            ctx.sendChatAction(ChatAction.TYPING);
            ctx.reply(n + "! has " + factorial(n).toString().length() + " digits");
        });
        bot.on(message().text(), (ctx, text) -> ctx.reply(service.lookUp(text)));
    }

    private static int number(Command command) {
        try {
            int n = Integer.parseInt(command.arguments().strip());
            return n > LARGEST ? -1 : n;
        } catch (NumberFormatException none) {
            return -1;
        }
    }

    private static BigInteger factorial(int n) {
        return IntStream.rangeClosed(2, n)
                .parallel()
                .mapToObj(BigInteger::valueOf)
                .reduce(BigInteger.ONE, BigInteger::multiply);
    }
}
