package io.botmesh.examples;

import static io.botmesh.bot.Filters.message;

import io.botmesh.bot.Attribute;
import io.botmesh.bot.Bot;
import io.botmesh.bot.BotProgram;
import io.botmesh.bot.Context;
import io.botmesh.bot.SessionPart;
import io.botmesh.bot.SessionStore;
import io.botmesh.bot.Sessions;
import io.botmesh.botapi.CreateForumTopic;

/**
 * A support desk: who writes to the bot gets a topic in the team's forum, and what the team writes there goes back to him.
 */
public final class SupportDesk implements BotProgram {
    /** The topic of a customer; 0 before the first message. */
    public record Ticket(long threadId) {}

    /** The customer of a topic; 0 if it belongs to nobody. */
    public record Customer(long chatId) {}

    private static final Attribute<Long> TOPIC = Attribute.named("topic");
    private static final SessionPart<Ticket> TICKET = SessionPart.of("ticket", Ticket.class, () -> new Ticket(0));
    private static final SessionPart<Customer> CUSTOMER = SessionPart.of(
                    "customer", Customer.class, () -> new Customer(0))
            .withKey(ctx -> ctx.get(TOPIC).map(String::valueOf).orElse(null));

    private final SessionStore store;
    private final long forum;

    /**
     * @param store which topic belongs to whom
     * @param forum the team's group, with topics; the bot may manage them
     */
    public SupportDesk(SessionStore store, long forum) {
        this.store = store;
        this.forum = forum;
    }

    @Override
    public void setUp(Bot bot) {
        bot.use(new Sessions(store));
        bot.command("start", ctx -> ctx.reply("Write what you need; the team answers here."));
        bot.on(message().inPrivate(), (ctx, question) -> toTheTeam(ctx));
        // Topics tell of their own making, in the bot's name.
        var topic = message()
                .messageThreadId()
                .where((ctx, id) -> ctx.chatId() == forum && !ctx.from().isBot());
        bot.on(topic, this::toTheCustomer);
    }

    private void toTheTeam(Context ctx) throws InterruptedException {
        var ticket = ctx.session(TICKET);
        if (ticket.value().threadId() == 0) {
            long topic =
                    ctx.call(CreateForumTopic.of(forum, ctx.from().firstName())).messageThreadId();
            ctx.put(TOPIC, topic);
            ctx.session(CUSTOMER).set(new Customer(ctx.chatId()));
            ticket.set(new Ticket(topic));
        }
        long topic = ticket.value().threadId();
        ctx.copyMessage(forum, copy -> copy.withMessageThreadId(topic));
    }

    private void toTheCustomer(Context ctx, long topic) throws InterruptedException {
        ctx.put(TOPIC, topic);
        long customer = ctx.session(CUSTOMER).value().chatId();
        if (customer != 0) ctx.copyMessage(customer);
    }
}
