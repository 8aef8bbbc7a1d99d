package io.botmesh.cli;

import java.time.Duration;
import java.util.function.LongSupplier;

/** One line that tells how far a long run has come: written over on a terminal, else a new one now and then. */
final class Progress {
    private static final Duration ON_TERMINAL = Duration.ofMillis(200);
    private static final Duration ELSEWHERE = Duration.ofSeconds(5);
    private static final String CLEAR = "\r\u001b[K";

    private final Terminal terminal;
    private final boolean rewrites;
    private final LongSupplier nanoTime;
    private long next;
    private boolean open;
    private String last = "";

    /** @param rewrites whether standard error is a terminal */
    Progress(Terminal terminal, boolean rewrites, LongSupplier nanoTime) {
        this.terminal = terminal;
        this.rewrites = rewrites;
        this.nanoTime = nanoTime;
        next = nanoTime.getAsLong();
    }

    /** Shows the line if it is time to. */
    void show(String line) {
        long now = nanoTime.getAsLong();
        if (now - next < 0) return;
        next = now + (rewrites ? ON_TERMINAL : ELSEWHERE).toNanos();
        if (!rewrites) {
            if (!line.equals(last)) terminal.say(line);
            last = line;
            return;
        }
        terminal.sayRaw(CLEAR + Visible.line(line));
        open = true;
    }

    /** Takes the line away, before anything else is printed. */
    void clear() {
        if (open) terminal.sayRaw(CLEAR);
        open = false;
    }
}
