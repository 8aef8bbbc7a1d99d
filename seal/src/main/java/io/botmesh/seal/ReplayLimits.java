package io.botmesh.seal;

/**
 * How much a reader remembers of what has come.
 *
 * @param width             packet numbers that a window knows below the highest; a multiple of 64, at least 1024
 * @param outboxesPerSender windows of one sender's key
 * @param outboxes          windows in all, of an eighth of their width in bytes each
 * @param passLate          whether packets below the window are passed on as late ones rather than refused; only
 *                          pieces of streams, which know what they have, and names of streams may then be taken from them
 */
public record ReplayLimits(int width, int outboxesPerSender, int outboxes, boolean passLate) {
    public ReplayLimits {
        if (width < 1024 || width % 64 != 0) throw new IllegalArgumentException("width: " + width);
        if (outboxesPerSender < 1) throw new IllegalArgumentException("outboxesPerSender: " + outboxesPerSender);
        if (outboxes < 1) throw new IllegalArgumentException("outboxes: " + outboxes);
    }

    /** 4096 numbers, 10,000 outboxes of a sender, 100,000 in all, nothing late. */
    public static ReplayLimits defaults() {
        return new ReplayLimits(4096, 10_000, 100_000, false);
    }

    /** A copy that passes late packets on, or does not. */
    public ReplayLimits withPassLate(boolean passLate) {
        return new ReplayLimits(width, outboxesPerSender, outboxes, passLate);
    }
}
