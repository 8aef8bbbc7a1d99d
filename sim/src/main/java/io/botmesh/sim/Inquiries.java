package io.botmesh.sim;

import io.botmesh.mesh.MeshException;
import io.botmesh.mesh.Message;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests: a reply is the one to what was asked, by whom it was asked; who waits learns at the deadline that there was none; nobody handles
 * one when the time that was left at its post is over, or twice without a flag.
 */
final class Inquiries {
    /** A question. */
    record Inquiry(long number, String from, String to, Duration patience) {
        byte[] question() {
            return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
        }

        private String answer() {
            return to + " answers " + from + " to " + number;
        }
    }

    private static final class State {
        private final Inquiry inquiry;
        private boolean begun;
        private int failed;
        private boolean over;

        State(Inquiry inquiry) {
            this.inquiry = inquiry;
        }
    }

    private final Violations violations;
    private final boolean calm;
    private final Map<Long, State> asked = new LinkedHashMap<>();
    private long answered;
    private long unanswered;
    private long refused;

    /** @param calm whether nothing keeps anybody from answering in time */
    Inquiries(Violations violations, boolean calm) {
        this.violations = violations;
        this.calm = calm;
    }

    Inquiry onAsked(String from, String to, Duration patience) {
        var inquiry = new Inquiry(asked.size() + 1L, from, to, patience);
        asked.put(inquiry.number, new State(inquiry));
        return inquiry;
    }

    /**
     * Returns what is to be answered.
     *
     * @param now   by the server's clock, whose dates are whole seconds
     * @param knows whether the node's clock says the same: one that is wrong, and has not posted yet, does not know
     */
    String onBegin(String at, Message request, Instant now, boolean knows) {
        State state = state(request);
        Inquiry inquiry = state.inquiry;
        if (!inquiry.to.equals(at) || !inquiry.from.equals(request.from()))
            violations.add("I7", inquiry + " came to " + at + " from " + request.from());
        if (knows && now.isAfter(request.postedAt().plusSeconds(1).plus(inquiry.patience)))
            violations.add("I7", inquiry + " is handled by " + at + " at " + now + ", after its deadline");
        if (state.begun && !request.isAgain()) violations.add("I2", inquiry + " came twice and not flagged");
        state.begun = true;
        return inquiry.answer();
    }

    void onFailed(Message request) {
        state(request).failed++;
    }

    private State state(Message request) {
        byte[] body = request.body();
        State state =
                body.length == Long.BYTES ? asked.get(ByteBuffer.wrap(body).getLong()) : null;
        if (state == null) throw new IllegalArgumentException("nobody has asked " + request);
        return state;
    }

    /**
     * What who asked was told.
     *
     * @param reply null if there was none
     * @param why   null if there was one
     */
    void onOutcome(Inquiry inquiry, @Nullable String reply, @Nullable Throwable why) {
        State state = asked.get(inquiry.number);
        if (state == null || state.over) {
            violations.add("I2", inquiry + " came to an end twice");
            return;
        }
        state.over = true;
        if (reply != null) {
            answered++;
            if (!reply.equals(inquiry.answer())) violations.add("I7", inquiry + " was answered with: " + reply);
            if (!state.begun) violations.add("I7", inquiry + " was answered by nobody");
            return;
        }
        switch (why) {
            case MeshException.Unanswered late -> {
                unanswered++;
                if (calm) violations.add("I1", inquiry + " was not answered, and nothing was wrong");
            }
            case MeshException.RequestFailed failed -> {
                refused++;
                if (state.failed < Ledger.ATTEMPTS)
                    violations.add("I1", inquiry + " was refused after " + state.failed + " failures: " + failed);
            }
            case null, default -> violations.add("I1", inquiry + " ended with " + why);
        }
    }

    /** What came of all; processes that died have forgotten the rest. */
    SimReport.Requests report() {
        return new SimReport.Requests(asked.size(), answered, unanswered, refused);
    }
}
