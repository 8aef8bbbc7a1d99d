package io.botmesh.botapi;

import io.botmesh.botapi.SendStore.Kept;

/**
 * Hears what becomes of the calls of a {@link SendQueue}, and decides about those of which nobody knows. Called on the
 * thread of the call's lane, which goes on afterwards, or within {@link SendQueue#open}.
 */
public interface SendListener {
    /** What to do with a call that may have been sent. */
    enum Verdict {
        /** Keep it, and everything behind it in its lane, until {@link SendQueue#resend} or {@link SendQueue#drop}. */
        HOLD,
        /** Keep it, and let those behind it go. */
        PASS,
        /** Send it, perhaps for the second time. */
        RESEND,
        /** Forget it. */
        DROP
    }

    /** A listener that holds what may have been sent, and hears nothing else. */
    SendListener SILENT = new SendListener() {};

    /** The call was on its way when the process died, or its answer was lost. After a start these come first. */
    default Verdict onMaybeSent(Kept call) {
        return Verdict.HOLD;
    }

    /** The server has it. */
    default void onSent(Kept call, RawJson answer) {}

    /** The server refused it; it is kept until {@link SendQueue#resend} or {@link SendQueue#drop}. */
    default void onRefused(Kept call, ApiException why) {}

    /** Something else went wrong, the store or the token for example; the queue goes on trying. */
    default void onTrouble(Throwable why) {}
}
