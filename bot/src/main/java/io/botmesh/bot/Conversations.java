package io.botmesh.bot;

import java.time.Duration;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/**
 * How conversations end that do not come to their end: for the handlers registered after it. Without it, answers are waited
 * for an hour, and nothing cancels.
 *
 * <pre>{@code
 * bot.use(Conversations.defaults()
 *         .withCancel(message().command("cancel"), ctx -> ctx.reply("Cancelled."))
 *         .withTimeout(Duration.ofMinutes(10), ctx -> ctx.reply("Too late, sorry.")));
 * }</pre>
 *
 * <p>What does the rest then may ask in turn. If that is cancelled or runs out of time, it is dealt with likewise, but by each
 * of the two handlers once at most: an end for which the handler has been called already is quiet.
 *
 * @see Context#ask(String, Filter)
 */
public final class Conversations implements Middleware {
    private static final UpdateHandler QUIETLY = ctx -> {};
    private static final Conversations DEFAULTS = new Conversations(null, QUIETLY, Duration.ofHours(1), QUIETLY);

    private final @Nullable Filter<?> cancel;
    private final UpdateHandler cancelled;
    private final Duration timeout;
    private final UpdateHandler timedOut;

    private Conversations(
            @Nullable Filter<?> cancel, UpdateHandler cancelled, Duration timeout, UpdateHandler timedOut) {
        this.cancel = cancel;
        this.cancelled = cancelled;
        this.timeout = timeout;
        this.timedOut = timedOut;
    }

    public static Conversations defaults() {
        return DEFAULTS;
    }

    /**
     * What ends any conversation, instead of being an answer.
     *
     * @param filter    asked before the filter of the answer, about updates of the same user in the same chat
     * @param cancelled does the rest, with a context that has moved on to the update that cancels; may ask, see above
     */
    public Conversations withCancel(Filter<?> filter, UpdateHandler cancelled) {
        return new Conversations(filter, cancelled, timeout, timedOut);
    }

    /**
     * How long answers are waited for unless {@link Context#ask} says.
     *
     * @param timedOut does the rest, with a context that is still at the last update; may ask, see above
     */
    public Conversations withTimeout(Duration timeout, UpdateHandler timedOut) {
        if (!timeout.isPositive()) throw new IllegalArgumentException("timeout: " + timeout);
        return new Conversations(cancel, cancelled, timeout, timedOut);
    }

    Duration timeout() {
        return timeout;
    }

    boolean cancels(Context ctx) {
        return cancel != null && cancel.matches(ctx);
    }

    void end(Context ctx, ConversationException how) throws Exception {
        var called = new HashSet<Class<?>>();
        for (@Nullable ConversationException left = how; left != null && called.add(left.getClass()); )
            left = handle(ctx, left);
    }

    /** What its handler's own conversation has ended with, or null if it has come to its end. */
    private @Nullable ConversationException handle(Context ctx, ConversationException how) throws Exception {
        try {
            switch (how) {
                case ConversationException.Cancelled c -> cancelled.handle(ctx);
                case ConversationException.TimedOut t -> timedOut.handle(ctx);
            }
            return null;
        } catch (ConversationException again) {
            return again;
        }
    }

    @Override
    public void handle(Context ctx, Next next) throws Exception {
        ctx.put(Conversation.RULES, this);
        next.proceed();
    }
}
