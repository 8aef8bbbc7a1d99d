package io.botmesh.emulator;

/** One method of the Bot API. */
record Method(String name, Pace pace, Handler handler) {
    /** Which latency its answers have. */
    enum Pace {
        SEND,
        POLL,
        OTHER
    }

    /** Does the call; a refusal is thrown. */
    interface Handler {
        void handle(Bot bot, Params params, Answer answer);
    }

    /** A call that is answered at once. */
    interface Function {
        Reply reply(Bot bot, Params params);
    }

    static Method of(String name, Pace pace, Function function) {
        return new Method(name, pace, (bot, params, answer) -> answer.give(function.reply(bot, params)));
    }
}
