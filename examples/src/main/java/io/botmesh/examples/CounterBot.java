package io.botmesh.examples;

import static io.botmesh.bot.Filters.message;

import io.botmesh.bot.Bot;
import io.botmesh.bot.BotProgram;
import io.botmesh.bot.SessionPart;
import io.botmesh.bot.Sessions;
import io.botmesh.store.JdbcSessionStore;

/**
 * Counts the messages of every chat, each exactly once, whatever dies when: the counts are in the journal. For
 * {@code botmesh run --journal counter.db CounterBot.java}.
 */
public final class CounterBot implements BotProgram {
    /** What is kept of a chat. */
    public record Count(int messages) {}

    private static final SessionPart<Count> COUNT = SessionPart.of("count", Count.class, () -> new Count(0));

    @Override
    public void setUp(Bot bot) {
        bot.use(new Sessions(JdbcSessionStore.inJournalOf(bot)));
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
