package io.botmesh.world;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What goes wrong with a call, or with an update on its way to a webhook. {@link Fault} makes them. */
public sealed interface FaultAction {
    /**
     * The call is refused in the server's manner and has no effect.
     *
     * @param code        400 to 599
     * @param description for instance {@code Internal Server Error}
     * @param retryAfter  seconds that the caller is to wait, null for none
     */
    record Refuse(int code, String description, @Nullable Integer retryAfter) implements FaultAction {
        public Refuse {
            if (code < 400 || code > 599) throw new IllegalArgumentException("code: " + code + ", not 400 to 599");
            if (retryAfter != null && retryAfter < 1) throw new IllegalArgumentException("retryAfter: " + retryAfter);
        }
    }

    /**
     * Something in front of the server answers instead of it, in no JSON; the call has no effect.
     *
     * @param status      200 to 599
     * @param contentType such as {@code text/html}
     * @param body        pure ASCII
     */
    record Page(int status, String contentType, String body) implements FaultAction {
        public Page {
            if (status < 200 || status > 599) throw new IllegalArgumentException("status: " + status);
            if (!body.chars().allMatch(c -> c < 0x80)) throw new IllegalArgumentException("body is not ASCII");
        }
    }

    /**
     * The call has its effect, then the connection ends without an answer.
     *
     * @param reset whether it breaks instead of being closed in order
     */
    record LoseReply(boolean reset) implements FaultAction {}

    /** The connection breaks before the call has any effect. */
    record Reset() implements FaultAction {}

    /**
     * The connection breaks that long after the call arrived, unless it was answered before. The server does not notice: a
     * poll waits on.
     */
    record ResetLater(Duration after) implements FaultAction {
        public ResetLater {
            if (after.isNegative())
                throw new IllegalArgumentException(
                        "no connection breaks " + after + " later; give a time of 0 or more");
        }
    }

    /** The call has its effect twice and gets the first answer. */
    record Duplicate() implements FaultAction {}

    /**
     * The answer comes later.
     *
     * @param effectToo whether the effect waits as well; otherwise it happens at once
     */
    record Slow(Duration by, boolean effectToo) implements FaultAction {
        public Slow {
            if (by.isNegative())
                throw new IllegalArgumentException("no answer comes " + by + " later; give a time of 0 or more");
        }
    }

    /**
     * No answer ever comes, and the connection stays open.
     *
     * @param afterEffect whether the call has its effect
     */
    record Silence(boolean afterEffect) implements FaultAction {}

    /** A getUpdates call does not confirm what its offset says, so that updates come again. */
    record Redeliver() implements FaultAction {}

    /**
     * After the call the bot's update ids go on from a random one, higher or lower. Does not strike while updates wait,
     * because the server never renumbers any.
     */
    record JumpUpdateIds() implements FaultAction {}

    /** The bot's token is revoked: the call and all later ones get 401. */
    record RevokeToken() implements FaultAction {}

    /**
     * A getUpdates call confirms what its offset says, then loses against another one that nobody sees: it gets nothing but
     * 409, that much later.
     */
    record Conflict(Duration after) implements FaultAction {
        public Conflict {
            if (after.isNegative())
                throw new IllegalArgumentException("no conflict comes " + after + " later; give a time of 0 or more");
        }
    }

    /** What goes wrong with an update on its way to a bot's own server. */
    sealed interface OnDelivery extends FaultAction {}

    /** The connection is refused: nothing arrives, and the update comes again. */
    record RefuseDelivery() implements OnDelivery {}

    /** The connection ends within the body, and the update comes again. */
    record CutDelivery() implements OnDelivery {}

    /** The update leaves that much later, and so does what follows in its chat. */
    record DelayDelivery(Duration by) implements OnDelivery {
        public DelayDelivery {
            if (by.isNegative())
                throw new IllegalArgumentException("no update leaves " + by + " later; give a time of 0 or more");
        }
    }

    /** The update arrives, is taken, and comes once more. */
    record DuplicateDelivery() implements OnDelivery {}

    /**
     * What the bot's server answers is not heard.
     *
     * @param asSuccess whether the update counts as taken whatever was answered; else it comes again as after no answer
     */
    record IgnoreAnswer(boolean asSuccess) implements OnDelivery {}

    /** The next update of the same chat goes before this one. Does not strike while none waits. */
    record Overtake() implements OnDelivery {}
}
