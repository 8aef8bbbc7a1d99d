package io.botmesh.mesh;

import io.botmesh.wire.Limits;

/**
 * What a message is about, and what a handler wants: words with dots between them, as NATS has them. In a pattern
 * {@code *} stands for one word, and {@code >} at the end for one or more. A message may also have no subject; only the
 * patterns {@code >} and the empty one fit that.
 *
 * @param pattern as it was given; not longer than 256 bytes of UTF-8
 */
public record Subject(String pattern) {
    public Subject {
        check(pattern);
    }

    /**
     * Checks the subject of a message, which has no wildcards.
     *
     * @throws IllegalArgumentException with one line that says what is wrong
     */
    public static String checked(String subject) {
        check(subject);
        for (String word : subject.split("\\.", -1)) {
            if (word.equals("*") || word.equals(">")) {
                throw new IllegalArgumentException("a message has one subject, not the pattern " + subject);
            }
        }
        return subject;
    }

    private static void check(String subject) {
        if (subject.isEmpty()) return;
        Names.checked("a subject", subject, Limits.MAX_SUBJECT_BYTES);
        String[] words = subject.split("\\.", -1);
        for (int i = 0; i < words.length; i++) {
            if (words[i].isEmpty()) throw new IllegalArgumentException("an empty word in the subject " + subject);
            if (words[i].chars().anyMatch(Character::isWhitespace)) {
                throw new IllegalArgumentException("a blank in the subject " + subject);
            }
            if (words[i].equals(">") && i < words.length - 1) {
                throw new IllegalArgumentException("> stands at the end, not inside " + subject);
            }
        }
    }

    /** Whether a message with this subject is wanted. */
    public boolean matches(String subject) {
        if (subject.isEmpty()) return pattern.isEmpty() || pattern.equals(">");
        if (pattern.isEmpty()) return false;
        int at = 0;
        int of = 0;
        while (true) {
            int wordEnd = end(pattern, at);
            int end = end(subject, of);
            boolean last = wordEnd == pattern.length();
            if (last && pattern.charAt(at) == '>' && wordEnd - at == 1) return true;
            boolean any = wordEnd - at == 1 && pattern.charAt(at) == '*';
            if (!any && !pattern.regionMatches(at, subject, of, Math.max(wordEnd - at, end - of))) return false;
            if (last || end == subject.length()) return last && end == subject.length();
            at = wordEnd + 1;
            of = end + 1;
        }
    }

    private static int end(String words, int from) {
        int dot = words.indexOf('.', from);
        return dot < 0 ? words.length() : dot;
    }

    @Override
    public String toString() {
        return pattern;
    }
}
