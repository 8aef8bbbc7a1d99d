package io.botmesh.bot;

/** What a bot does about a failure that no error boundary has dealt with. */
@FunctionalInterface
public interface LastResort {
    /** What becomes of the update. */
    enum Outcome {
        /** It has ended, as if nothing had happened. */
        ENDED,
        /** It has failed: the failure policy of the runner retries it, makes a dead letter of it, or skips it. */
        FAILED
    }

    /** Called on the handler's thread, once per failed attempt. If it throws itself, the update has failed. */
    Outcome handle(BotException.HandlerFailed error) throws Exception;

    /** What a bot does by default: a line in the log with the update's id and conversation, and the update has failed. */
    static LastResort logging() {
        return Handling::logged;
    }
}
