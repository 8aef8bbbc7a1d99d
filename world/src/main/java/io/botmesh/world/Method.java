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

    static Handler atOnce(Function function) {
        return (bot, params, answer) -> answer.give(function.reply(bot, params));
    }
}
