package io.botmesh.bot;

/**
 * Handles an update and ends its way: plain blocking code on a virtual thread. The update has ended when this returns;
 * what it throws goes to the nearest error boundary, then to the bot's error handler.
 */
@FunctionalInterface
public interface UpdateHandler {
    void handle(Context ctx) throws Exception;
}
