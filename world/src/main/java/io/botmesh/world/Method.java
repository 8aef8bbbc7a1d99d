package io.botmesh.world;

/** One method of the Bot API. */
record Method(String name, Pace pace, Depth depth, Handler handler) {
    /** Which latency its answers have. */
    enum Pace {
        SEND,
        POLL,
        OTHER
    }

    /** How much is behind it; docs/emulator.md lists the methods by it. */
    enum Depth {
        FAITHFUL,
        SHALLOW
    }

    /** Does the call; a refusal is thrown. */
    interface Handler {
        void handle(Bot bot, Params params, Answer answer);
    }

    /** A call that is answered at once. */
    interface Function {
        Reply reply(Bot bot, Params params);
    }

    /**
     * Whether a call of it may leave something behind. A poll does too, but that depends on what it finds;
     * {@link Polls} knows.
     */
    boolean changes() {
        // The shop is stocked when somebody first looks at it.
        return name.equals("getFile") || name.equals("getAvailableGifts") || !name.startsWith("get");
    }

    static Handler atOnce(Function function) {
        return (bot, params, answer) -> answer.give(function.reply(bot, params));
    }
}
