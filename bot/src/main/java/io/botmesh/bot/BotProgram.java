package io.botmesh.bot;

/** A program that is a bot: what {@code botmesh run} starts, and what a test starts against the emulator. */
@FunctionalInterface
public interface BotProgram {
    /** Registers the handlers. Called once, before the bot starts; a failure keeps it from starting. */
    void setUp(Bot bot) throws Exception;
}
