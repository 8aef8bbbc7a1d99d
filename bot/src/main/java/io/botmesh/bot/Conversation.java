package io.botmesh.bot;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Delivery;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The side of a {@link Context} that waits for further updates. */
final class Conversation {
    static final Attribute<Conversations> RULES = Attribute.named("conversations");

    private static final Logger log = LoggerFactory.getLogger(Conversation.class);

    /** Sends a question. */
    @FunctionalInterface
    interface Question {
        void send() throws InterruptedException;
    }

    /** What all conversations of a bot share. */
    static final class Terms {
        /** Survives nothing, and hears everything. */
        static final Terms NONE = new Terms(false, Kinds.ANY, false);

        private final boolean journaled;
        private final boolean byConversation;
        private final long heard;
        private final AtomicBoolean said = new AtomicBoolean();

        /**
         * @param heard          kinds of updates that the server is asked for
         * @param byConversation whether updates are in order by their {@link UpdateKey}
         */
        Terms(boolean journaled, long heard, boolean byConversation) {
            this.journaled = journaled;
            this.byConversation = byConversation;
            this.heard = heard;
        }

        void check(Filter<?> answer, RawUpdate here) {
            long elsewhere = elsewhere(here);
            if (byConversation && UpdateKey.isInline(here) && (answer.kindBits() & ~elsewhere) == 0)
                throw new IllegalStateException("the answer would never come: this update (" + here.kind()
                        + ") is of no chat, and " + answer.kinds()
                        + " belong to one; give both one key by withSequentialize");
            if (byConversation && (answer.kindBits() & ~elsewhere) == 0)
                throw new IllegalStateException("the answer would never come: " + answer.kinds()
                        + " name no chat and belong to "
                        + ((answer.kindBits() & ~Kinds.INLINE) == 0 ? "their user" : "the user's private chat")
                        + ", and this update is of another conversation; give both one key by withSequentialize");
            if ((answer.kindBits() & heard) == 0)
                throw new IllegalStateException(
                        "the answer would never come: the server is not asked for " + answer.kinds()
                                + "; name the filter by awaits() where handlers are registered, or the kind as allowed");
            if (!journaled && said.compareAndSet(false, true))
                log.warn(
                        "a handler waits for an answer, and this bot has no journal: conversations end with the process, "
                                + "and those who are in one get no answer any more; see BotOptions.withJournal");
        }
    }

    /** Kinds that never belong to the conversation of this update. */
    private static long elsewhere(RawUpdate here) {
        var key = UpdateKey.of(here);
        if (key == null) return 0;
        if (key.chat() == null) return ~(Kinds.INLINE | Kinds.CALLBACK_QUERY | Kinds.UNKNOWN);
        boolean alone = key.chat().equals(here.userId()) && key.thread() == null && key.business() == null;
        return alone ? Kinds.INLINE | Kinds.bit("poll") : Kinds.WITHOUT_CHAT;
    }

    private final Context ctx;
    private final Terms terms;

    Conversation(Context ctx, Terms terms) {
        this.ctx = ctx;
        this.terms = terms;
    }

    Conversations rules() {
        return ctx.get(RULES).orElse(Conversations.defaults());
    }

    /** Asks, unless the answer is here from before the handler began again; then waits for it. */
    <T> T ask(@Nullable Question question, Filter<T> filter, Duration timeout, boolean anyone)
            throws InterruptedException {
        if (!ctx.canAsk())
            throw new IllegalStateException(
                    "only a handler on its own thread can wait for an update, none in a fork or in workers");
        var rules = rules();
        var wanted = wanted(filter, rules, anyone);
        terms.check(filter, ctx.raw());
        if (!ctx.delivery().isKeyed())
            throw new IllegalStateException("the answer would never come: this update ("
                    + ctx.raw().kind() + ") has no key that one could share with it");
        ctx.awaitSides();
        pause();
        var again = ctx.delivery().nextAgain(wanted);
        if (again.isEmpty() && question != null) question.send();
        try {
            ctx.moveTo(again.isPresent() ? again.get() : ctx.delivery().next(wanted, timeout));
        } catch (TimeoutException nothingCame) {
            throw new ConversationException.TimedOut();
        }
        if (rules.cancels(ctx)) throw new ConversationException.Cancelled();
        return Objects.requireNonNull(filter.match(ctx), "a filter that changes its mind");
    }

    /** The button that led here must not wait for the rest of the conversation, nor a session for a change of others. */
    private void pause() {
        ctx.pauseSessions();
        ctx.answerMeanwhile();
    }

    /** Runs on the threads of other updates. */
    private Predicate<RawUpdate> wanted(Filter<?> filter, Conversations rules, boolean anyone) {
        var here = ctx.raw();
        return update -> {
            if (!Objects.equals(update.chatId(), UpdateKey.chat(here)) && update.chatId() != null) return false;
            if (!Objects.equals(update.threadId(), here.threadId()) && update.chatId() != null) return false;
            boolean same = Objects.equals(update.userId(), here.userId());
            var candidate = new Context(ctx.api(), ctx.me(), Delivery.of(update, 1));
            return ctx.marks()
                    .during(
                            update,
                            () -> (same && rules.cancels(candidate))
                                    || ((same || anyone) && filter.matches(candidate)));
        };
    }
}
