package io.botmesh.botapi;

/** How a limiter treats a call. */
enum CallKind {
    /** Makes messages in a chat: counts against the limits, and goes out in the order made. */
    MESSAGE,
    /** Changes a message, or a draft of one: in order with the chat's messages; whether it counts is an option. */
    CHANGE,
    /** Answers a query that somebody waits for, and that soon expires. */
    ANSWER,
    /** Everything else: bound to no order. */
    OTHER,
    /** A long poll. */
    POLL
}
