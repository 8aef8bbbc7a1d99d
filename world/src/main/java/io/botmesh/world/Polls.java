package io.botmesh.world;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** getUpdates: long polls that wait, wake, run out and push each other aside. */
final class Polls {
    private static final int MOST_TIMEOUT_SECONDS = 50;
    private static final Duration SETTLE = Duration.ofMillis(1);
    private static final Duration SETTLE_AT_MOST = Duration.ofMillis(2);
    private static final String OTHER_POLL =
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";

    private static final String WEBHOOK_ACTIVE =
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

    private final Agenda agenda;
    private @Nullable Recorder recorder;
    private final Watchers watchers;

    Polls(Agenda agenda, Watchers watchers) {
        this.agenda = agenda;
        this.watchers = watchers;
    }

    void getUpdates(Bot bot, Params params, Answer answer) {
        if (bot.webhook != null) {
            refuse(bot, answer, WEBHOOK_ACTIVE);
            return;
        }
        int offset = params.integer("offset", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
        int limit = params.integer("limit", 100, 1, 100);
        int timeout = params.integer("timeout", 0, 0, MOST_TIMEOUT_SECONDS);
        var allowed = params.text("allowed_updates");
        if (allow(bot, allowed)) tell(new Recorder.Polled(bot.id(), 0, 0, allowed));
        var admitted = bot.pacing.admit(offset, limit, timeout, agenda.now());
        poll(bot, offset, admitted.limit(), admitted.timeoutSeconds(), answer);
    }

    /** Does what a poll does to the queue, and ends it after that time as if another one had come. */
    void lose(Bot bot, Params params, Duration after, Answer answer) {
        if (bot.webhook == null) {
            int offset = params.integer("offset", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
            var allowed = params.text("allowed_updates");
            if (allow(bot, allowed)) tell(new Recorder.Polled(bot.id(), 0, 0, allowed));
            take(bot, offset, 1);
            watchers.changed(Happening.Changed.What.QUEUE, bot.id());
        }
        var lost = new Reply.Failure(409, OTHER_POLL);
        agenda.at(agenda.now().plus(after), () -> answer.give(lost));
    }

    /** There is something new for the bot: a waiting poll answers soon, with whatever else comes until then. */
    void nudge(Bot bot) {
        var waiting = bot.waiting;
        if (waiting == null) return;
        var now = agenda.now();
        var last = waiting.nudgedUntil;
        if (last == null) {
            last = earlier(now.plus(SETTLE_AT_MOST), waiting.until);
            waiting.nudgedUntil = last;
        }
        agenda.cancel(waiting.alarm);
        waiting.alarm = agenda.at(earlier(now.plus(SETTLE), last), () -> wake(bot));
    }

    /** Ends the waiting poll, if there is one, with that conflict. */
    void conflict(Bot bot, String description) {
        var waiting = bot.waiting;
        if (waiting == null) return;
        bot.waiting = null;
        agenda.cancel(waiting.alarm);
        refuse(bot, waiting.answer, description);
    }

    /** Gives the answer a conflict, later if there was another one just before. */
    void refuse(Bot bot, Answer answer, String description) {
        var reply = new Reply.Failure(409, description);
        var at = bot.pacing.conflictAt(agenda.now());
        if (at.isAfter(agenda.now())) agenda.at(at, () -> answer.give(reply));
        else answer.give(reply);
    }

    /** Ends the waiting poll, if there is one, with that reply. */
    void end(Bot bot, Reply reply) {
        var waiting = bot.waiting;
        if (waiting == null) return;
        bot.waiting = null;
        agenda.cancel(waiting.alarm);
        waiting.answer.give(reply);
    }

    private void poll(Bot bot, int offset, int limit, int timeoutSeconds, Answer answer) {
        var batch = take(bot, offset, limit);
        watchers.changed(Happening.Changed.What.QUEUE, bot.id());
        if (!batch.isEmpty() || timeoutSeconds == 0) {
            answer.give(new Reply.Ok(batch.result()));
            return;
        }
        conflict(bot, OTHER_POLL);
        var until = agenda.now().plusSeconds(timeoutSeconds);
        var waiting = new Bot.Waiting(answer, batch.updateOffset(), limit, until);
        waiting.alarm = agenda.at(until, () -> wake(bot));
        bot.waiting = waiting;
    }

    private UpdateQueue.Batch take(Bot bot, int offset, int limit) {
        long before = bot.queue.forgotten();
        var batch = bot.queue.poll(offset, limit, agenda.seconds());
        if (bot.queue.forgotten() != before) tell(new Recorder.Polled(bot.id(), offset, limit, ""));
        return batch;
    }

    /** Whether that made a difference. */
    private static boolean allow(Bot bot, String allowedUpdates) {
        var before = bot.allowed;
        UpdateKind.parseAllowed(allowedUpdates).ifPresent(allowed -> bot.allowed = allowed);
        return !bot.allowed.equals(before);
    }

    private void tell(Recorder.Polled polled) {
        if (recorder != null) recorder.polled(agenda.now(), polled);
    }

    void record(Recorder recorder) {
        this.recorder = recorder;
    }

    /** Changes what a poll changed; nobody waits for an answer. */
    void repeat(Bot bot, Recorder.Polled polled) {
        allow(bot, polled.allowedUpdates());
        if (polled.limit() > 0) take(bot, polled.updateOffset(), polled.limit());
    }

    private void wake(Bot bot) {
        var waiting = bot.waiting;
        if (waiting == null) return;
        bot.waiting = null;
        agenda.cancel(waiting.alarm);
        poll(bot, waiting.updateOffset, waiting.limit, 0, waiting.answer);
    }

    private static java.time.Instant earlier(java.time.Instant one, java.time.Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
