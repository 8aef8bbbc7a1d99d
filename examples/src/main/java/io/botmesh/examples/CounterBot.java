package io.botmesh.examples;

import static io.botmesh.bot.Filters.message;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotProgram;
import io.botmesh.bot.SessionPart;
import io.botmesh.bot.SessionStore;
import io.botmesh.bot.Sessions;

/** Counts the messages of every chat, and knows the number after a restart. */
public final class CounterBot implements BotProgram {
    /** What is kept of a chat. */
    public record Count(int messages) {}

    private static final SessionPart<Count> COUNT = SessionPart.of("count", Count.class, () -> new Count(0));

    private final SessionStore store;

    /** @param store where the counts are kept */
    public CounterBot(SessionStore store) {
        this.store = store;
    }

    @Override
    public void setUp(Bot bot) {
        bot.use(new Sessions(store));
        bot.command("reset", ctx -> {
            ctx.session(COUNT).clear();
            ctx.reply("From 0 again.");
        });
        bot.on(message().text(), (ctx, text) -> {
            var session = ctx.session(COUNT);
            session.update(count -> new Count(count.messages() + 1));
            ctx.reply("Message " + session.value().messages());
        });
    }
}
