package io.botmesh.wire;

import io.botmesh.wire.Control.Ping;
import io.botmesh.wire.Control.Pong;
import io.botmesh.wire.LinkSender.Level;
import io.botmesh.wire.LinkSender.Options;

/**
 * When a {@link LinkSender} asks a silent peer how far it is. Each question costs a post, and one in the answer: so it waits
 * as long as patience says, and twice as long after each one in vain. Somebody who waits for messages to be done is answered
 * sooner, for one question in sixteen packets.
 */
final class Questions {
    private static final long LONGEST_SILENCE_MILLIS = 3_600_000;

    /** A question that did not have to wait is earned by so many packets of data. */
    private static final int PACKETS_A_QUESTION = 16;

    /** Such questions that were not asked, and may be asked later. */
    private static final double MOST_SAVED = 4;

    static final int MOST_DOUBLINGS = 6;

    /** What the link looks like now. */
    interface Link {
        /** Whether anything was heard of the peer. */
        boolean isMet();

        /** Least time without an ack before a packet may count as lost. */
        long patience();

        /** Packets that are not acked. */
        int unacked();

        /** When the earliest of those was last posted that are with Telegram; {@link Long#MAX_VALUE} for none. */
        long unheardSince();

        /** Whether a packet is to be posted yet. */
        boolean awaitsPost();

        /** Whether a message is not done. */
        boolean awaitsDone();
    }

    private final Options options;
    private final Link link;
    private long asked; // so many in all
    private long askedAt;
    private boolean open; // asked, and no answer yet
    private int unanswered;
    private int sinceProgress;
    private int hurried; // of them those that did not have to wait
    private double saved = MOST_SAVED;
    private long progressAt;
    private long postedAt; // the last post
    private long blockedSince = -1;
    private long controlSince = -1; // an end or a reset that the peer has not confirmed
    private boolean controlDue;

    /** @param asked how many were asked before */
    Questions(Options options, Link link, long asked) {
        this.options = options;
        this.link = link;
        this.asked = asked;
    }

    /** How many were asked in all. */
    long count() {
        return asked;
    }

    void onPacked() {
        saved = Math.min(MOST_SAVED, saved + 1.0 / PACKETS_A_QUESTION);
    }

    void onPosted(long at) {
        postedAt = Math.max(postedAt, at);
    }

    /** Data waits for credit, or does so no more. */
    void onBlocked(boolean blocked, long now) {
        if (!blocked || !options.answered()) blockedSince = -1;
        else if (blockedSince < 0) blockedSince = now;
    }

    /** The peer has to be told of something at once. */
    void onControlDue() {
        controlDue = true;
    }

    /** The same, and it has to confirm that. */
    void onControl(long now, boolean anew) {
        controlDue = true;
        if (anew || controlSince < 0) controlSince = now;
    }

    void onControlTold() {
        controlDue = false;
    }

    boolean awaitsControl() {
        return controlSince >= 0;
    }

    void onControlConfirmed() {
        controlSince = -1;
    }

    void onHeard() {
        unanswered = 0;
    }

    void onProgress(long now) {
        progressAt = now;
        sinceProgress = 0;
        hurried = 0;
    }

    /** Whether this answers the last question. */
    boolean isAnswer(Pong pong) {
        return open && pong.token() == asked;
    }

    /** Whether a post of that time was made before the last question. */
    boolean isAfter(long postedAt) {
        return postedAt <= askedAt;
    }

    void onAnswered(long now) {
        open = false;
        if (blockedSince >= 0) blockedSince = now;
        if (controlSince >= 0) controlSince = now;
    }

    /** The next question. */
    Ping ask(long now) {
        if (now < patientAt()) {
            saved--;
            hurried++;
        } else {
            unanswered++;
            sinceProgress++;
        }
        askedAt = now;
        open = true;
        return new Ping(++asked);
    }

    /** When something should go although there is no data; {@link Long#MAX_VALUE} for not at all. */
    long dueAt() {
        return controlDue ? 0 : at();
    }

    /** When to ask. */
    long at() {
        return Math.min(patientAt(), soonAt());
    }

    /** Whoever waits for a message to be done should not wait for another one that has something to say. */
    private long soonAt() {
        if (options.soonMillis() < 0 || !options.answered() || saved < 1) return Long.MAX_VALUE;
        boolean awaited = options.wanted() == Level.DONE ? link.awaitsDone() : link.unacked() > 0;
        if (!awaited || link.awaitsPost()) return Long.MAX_VALUE; // the last one is to come
        long last = Math.max(postedAt, Math.max(progressAt, askedAt));
        return last + (options.soonMillis() << Math.min(hurried, MOST_DOUBLINGS));
    }

    private long patientAt() {
        long at = repairAt();
        if (options.wanted() != Level.DONE || !link.isMet() || link.unacked() > 0 || !link.awaitsDone()) return at;
        return Math.min(at, Math.max(progressAt, askedAt) + silence(sinceProgress));
    }

    private long repairAt() {
        if (!options.answered()) return Long.MAX_VALUE;
        long since = link.unheardSince();
        if (blockedSince >= 0) since = Math.min(since, blockedSince);
        if (controlSince >= 0) since = Math.min(since, controlSince);
        if (since == Long.MAX_VALUE) return since;
        return Math.max(since, askedAt) + silence(unanswered);
    }

    private long silence(int before) {
        return Math.min(LONGEST_SILENCE_MILLIS, link.patience() << Math.min(before, MOST_DOUBLINGS));
    }
}
