package io.botmesh.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where a command reads and prints. Results go to standard output, everything else to standard error, one line each. Text of others
 * commands no terminal by it, and no token gets through.
 */
final class Terminal {
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private boolean debug;
    /** Who was to read the results has closed the pipe, as {@code head} does. */
    private volatile boolean unread;

    /** @param out also takes the bytes of messages, which pass unchanged */
    Terminal(InputStream in, OutputStream out, OutputStream err) {
        this.in = in;
        this.out = new PrintStream(new Results(out), false, StandardCharsets.UTF_8);
        this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
    }

    InputStream in() {
        return in;
    }

    /** For bytes as they are; text goes through {@link #print}. Errors are the caller's to see: look at {@link PrintStream#checkError()}. */
    PrintStream out() {
        return out;
    }

    void debug(boolean on) {
        debug = on;
    }

    boolean debug() {
        return debug;
    }

    /**
     * A line of the result.
     *
     * @throws CommandException if it does not get out
     */
    void print(String line) {
        out.print(Redaction.redact(Visible.text(line)) + "\n");
        checkPrinted();
    }

    /** @throws CommandException if something of the result did not get out */
    void checkPrinted() {
        if (!out.checkError()) return; // flushes, too
        if (unread) throw CommandException.unread();
        throw CommandException.failed(
                "cannot write the result to standard output; is the disk full, or is nobody reading?");
    }

    /** A line for the person in front. */
    void say(String line) {
        err.print(Redaction.redact(Visible.line(line.replaceAll("\\s*[\\r\\n]+\\s*", " "))) + "\n");
        err.flush();
    }

    /** Text as it is, control characters too. */
    void sayRaw(String text) {
        err.print(Redaction.redact(text));
        err.flush();
    }

    /** The last line of a command that failed; with --debug the stack trace follows. */
    void fail(String message, Throwable cause) {
        say("botmesh: " + message);
        if (!debug) return;
        var trace = new java.io.StringWriter();
        cause.printStackTrace(new java.io.PrintWriter(trace, true));
        sayRaw(Visible.text(trace.toString()));
    }

    /** Notes what a {@link PrintStream} forgets: why something did not get out. */
    private final class Results extends FilterOutputStream {
        Results(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                out.write(bytes, from, count);
            } catch (IOException failed) {
                throw noted(failed);
            }
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException failed) {
                throw noted(failed);
            }
        }

        private IOException noted(IOException failed) {
            var words = String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT);
            if (words.contains("pipe")) unread = true; // the system's words: nothing else tells it from a full disk
            return failed;
        }
    }
}
