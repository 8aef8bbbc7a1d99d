package io.botmesh.bot;

/** What an error boundary does about a failure inside it. */
@FunctionalInterface
public interface ErrorHandler {
    /**
     * Returns if the failure is dealt with: the update then ends well, and {@link Next#proceed()} lets it go on behind the
     * boundary. Throws the error, or another, for the next boundary outside.
     */
    void handle(BotException.HandlerFailed error, Next next) throws Exception;
}
