package io.botmesh.bot;

import io.botmesh.botapi.AnswerCallbackQuery;
import io.botmesh.botapi.Api;
import io.botmesh.runner.UnreadableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers callback queries in place of their handlers. */
final class AutoAnswers {
    private static final Logger log = LoggerFactory.getLogger(Bot.class);

    /** For an answer that only stops a button from waiting. */
    private static final Duration IN_PASSING = Duration.ofSeconds(10);

    /** For a context outside of a bot. */
    static final AutoAnswers OFF = new AutoAnswers(AutoAnswer.off(), LogMarks.OFF);

    private final AutoAnswer when;
    private final LogMarks marks;

    AutoAnswers(AutoAnswer when, LogMarks marks) {
        this.when = when;
        this.marks = marks;
    }

    /** The update was handed out. */
    @SuppressWarnings("FutureReturnValueIgnored") // an answer in passing, which logs its failure
    void begin(Incoming incoming, Api api) {
        CallbackAnswer query = incoming.query();
        if (query == null || !when.enabled() || when.latest() == null) return;
        query.timeIsUp()
                .completeOnTimeout(true, when.latest().toNanos(), TimeUnit.NANOSECONDS)
                .thenAccept(up -> {
                    if (up)
                        Thread.ofVirtual().name("botmesh-answer").start(() -> answerMeanwhile(incoming, query, api));
                });
    }

    /**
     * Its handler has ended well, or waits for something else.
     *
     * @param replies how the answer goes without a request of its own, if it does
     */
    void end(Incoming incoming, Api api, Replies replies) {
        CallbackAnswer query = incoming.query();
        if (query == null) return;
        query.timeIsUp().complete(false);
        if (when.enabled() && query.isOpen()) answer(incoming, query, api, replies);
    }

    /** Its handler has failed. */
    void leave(Incoming incoming) {
        CallbackAnswer query = incoming.query();
        if (query != null) query.timeIsUp().complete(false);
    }

    /** On a thread of its own, which ends with it. */
    private void answerMeanwhile(Incoming incoming, CallbackAnswer query, Api api) {
        marks.put(incoming.raw());
        answer(incoming, query, api, Replies.NONE); // the response comes when the handler has ended
    }

    private static void answer(Incoming incoming, CallbackAnswer query, Api api, Replies replies) {
        try {
            var press = incoming.update().callbackQuery();
            if (press == null) return;
            var call = AnswerCallbackQuery.of(press.id());
            query.inPlace(() -> replies.tryReply(incoming.delivery(), call) || api.call(call, IN_PASSING));
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        } catch (UnreadableException damaged) {
            // Told by whoever handles it.
        } catch (RuntimeException late) {
            log.debug(
                    "callback query of update {} is not answered: {}",
                    incoming.raw().updateId(),
                    late.getMessage());
        }
    }
}
