package io.botmesh.runner;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The updates of a journal that nobody handles any more: those that failed on their last attempt, that cannot be decoded,
 * or that went down with the process too often. They stay until someone replays or discards them. Thread-safe; every
 * method may throw a {@link JournalException}.
 *
 * @param <U> the update
 */
public interface DeadLetters<U> {
    /**
     * Why an update is dead. Text that looks like a bot token is taken out.
     *
     * @param type    class name of the failure, or a word of the journal's own such as {@code vanished}
     * @param message its message, at most 1,000 characters; may be empty
     * @param stack   the first lines of its stack trace; may be empty
     */
    record Cause(String type, String message, String stack) {
        private static final Pattern TOKEN = Pattern.compile("[0-9]{1,20}:[A-Za-z0-9_-]{20,}");
        private static final int MESSAGE_LENGTH = 1_000;
        private static final int STACK_LINES = 20;
        private static final int LINE_LENGTH = 300;

        public Cause {
            type = cut(redacted(type), LINE_LENGTH);
            message = cut(redacted(message), MESSAGE_LENGTH);
            stack = redacted(stack);
        }

        /** Type, message and the first 20 lines of the stack of a failure. */
        public static Cause of(Throwable failure) {
            String message;
            String stack;
            try {
                message = failure.getMessage();
                var text = new StringWriter();
                failure.printStackTrace(new PrintWriter(text));
                stack = String.join(
                        "\n",
                        text.toString()
                                .lines()
                                .limit(STACK_LINES)
                                .map(line -> cut(line, LINE_LENGTH))
                                .toList());
            } catch (Throwable itsOwnTrouble) { // a failure may override these, and throw anything
                message = "no message";
                stack = "";
            }
            return new Cause(failure.getClass().getName(), message == null ? "" : message, stack);
        }

        private static String redacted(String text) {
            return TOKEN.matcher(text).replaceAll("[token]");
        }

        private static String cut(String text, int most) {
            if (text.length() <= most) return text;
            int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
            return text.substring(0, end) + "…";
        }
    }

    /**
     * A dead update.
     *
     * @param sequence its place in the journal
     * @param update   what arrived, or null if it cannot be decoded: a journal opened for bytes shows it
     * @param cause    why
     * @param at       when it was given up
     * @param attempts how many there were
     */
    record Letter<U>(long sequence, @Nullable U update, Cause cause, Instant at, int attempts) {}

    /**
     * In the order of their arrival.
     *
     * @param after only those beyond this sequence; 0 for all
     * @param limit most of them, at least 1
     */
    List<Letter<U>> list(long after, int limit);

    /** How many there are. */
    long count();

    /**
     * Puts it back as if it had just arrived: behind all others of its keys, with no attempt counted, and flagged as
     * repeated; its age begins anew, for whoever replays it wants it handled. A runner on this journal object takes it up at
     * once.
     *
     * @return false if there is none of this sequence
     */
    boolean replay(long sequence);

    /** Forgets it for good; false if there is none of this sequence. */
    boolean discard(long sequence);
}
