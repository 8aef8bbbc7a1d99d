package io.botmesh.bot;

import io.botmesh.bot.BotException.HandlerFailed;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.User;
import io.botmesh.runner.Delivery;
import io.botmesh.runner.Guarantee;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Source;
import io.botmesh.runner.UnreadableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the runner calls with each update: the way through the handlers, and what comes after it. */
final class Handling {
    private static final Logger log = LoggerFactory.getLogger(Bot.class);

    private static final int DEEPEST = 100;

    private final Bot bot;
    private final User me;
    private final LastResort lastResort;
    private final Quarantine quarantine;
    private final Conversation.Terms terms;
    private final AutoAnswers answers;
    private final Source<RawUpdate> source;
    private final LogMarks marks;

    /** @param how what the runner really has: under a lease its journal is not in the bot's options */
    Handling(
            Bot bot,
            User me,
            RunnerOptions<RawUpdate> how,
            Source<RawUpdate> source,
            AutoAnswer autoAnswer,
            LastResort lastResort,
            Quarantine quarantine,
            long heard) {
        this.bot = bot;
        this.me = me;
        this.source = source;
        this.lastResort = lastResort;
        this.quarantine = quarantine;
        marks = new LogMarks(me.id(), how.ordering().keys());
        answers = new AutoAnswers(autoAnswer, marks);
        terms = new Conversation.Terms(
                how.guarantee() instanceof Guarantee.Journaled, heard, BotOptions.isByConversation(how));
    }

    void handle(Delivery<RawUpdate> delivery) throws Exception {
        marks.put(delivery.update());
        try {
            handleMarked(delivery);
        } finally {
            LogMarks.clear();
        }
    }

    private void handleMarked(Delivery<RawUpdate> delivery) throws Exception {
        var ctx = new Context(bot.api(), me, delivery)
                .within(terms)
                .marked(marks)
                .counted(bot.sessionCounters()::add)
                .replyingTo(source)
                .answered(answers);
        try {
            requireUpdate(delivery.update());
            bot.handle(ctx, Next.END);
        } catch (Throwable failed) {
            if (delivery.cancelled()) { // it was cut short, and the runner knows
                ctx.withoutAutoAnswer();
                throw failed;
            }
            failed(HandlerFailed.of(ctx, failed));
        }
        ctx.answerAtEnd();
    }

    /** Nobody knows who would have listened to it, so it must not end as if nobody had. */
    private static void requireUpdate(RawUpdate update) {
        if (!update.isNumbered())
            throw new UnreadableException("update " + update.updateId() + " does not say its id", null);
    }

    /** Returns if the update has ended all the same; else throws what the handler threw. */
    private void failed(HandlerFailed error) throws Exception {
        setAside(error);
        LastResort.Outcome outcome = LastResort.Outcome.FAILED;
        try {
            outcome = lastResort.handle(error);
        } catch (Throwable worse) {
            log.error(
                    "the error handler failed itself, on update {}",
                    error.context().updateId(),
                    worse);
        }
        if (outcome == LastResort.Outcome.ENDED) return;
        error.context().withoutAutoAnswer();
        switch (error.failure()) {
            case Exception cause -> throw cause;
            case Error cause -> throw cause;
            default -> throw error;
        }
    }

    private void setAside(HandlerFailed error) {
        int depth = 0; // causes may go round in circles
        for (Throwable at = error.failure(); at != null && depth < DEEPEST; at = at.getCause(), depth++) {
            if (!(at instanceof UnreadableException why)) continue;
            try {
                quarantine.keep(error.context().raw(), why);
            } catch (Exception worse) {
                log.error("update {} is not in quarantine", error.context().updateId(), worse);
            }
            return;
        }
    }

    /** The default last resort. */
    static LastResort.Outcome logged(HandlerFailed error) {
        Context ctx = error.context();
        log.error(
                "update {} ({}) of {} failed, attempt {}",
                ctx.updateId(),
                ctx.raw().kind(),
                ctx.key() == null ? "no conversation" : ctx.key(),
                ctx.attempt(),
                error.failure());
        return LastResort.Outcome.FAILED;
    }
}
