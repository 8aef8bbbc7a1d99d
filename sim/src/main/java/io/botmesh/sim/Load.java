package io.botmesh.sim;

/**
 * What nodes are given to send. Start from {@link #mixed}, {@link #even} or {@link #saturated} and change what differs.
 *
 * @param flow              when messages come, and how large they are
 * @param messagesPerSecond that each node is given, on average, more than zero, at most {@link #MOST_A_SECOND}; of no meaning if it is saturated
 * @param messageBytes      size of most messages, 1 to {@link #MOST_BYTES}
 * @param textOnly          whether documents are never sent
 * @param warmUpSeconds     that are left out of {@link SimReport#steady}, zero or more
 */
public record Load(Flow flow, double messagesPerSecond, int messageBytes, boolean textOnly, int warmUpSeconds) {
    /** What a node is given in a second at most. */
    public static final int MOST_A_SECOND = 1_000_000;

    /** The largest usual size; of mixed ones some are larger still, up to four times this. */
    public static final int MOST_BYTES = 1 << 20;

    /** When messages come. */
    public enum Flow {
        /**
         * At times drawn by lot (Poisson), on three streams; some are ten or a hundred times larger where that fits. Half of each
         * compresses well. Handlers take up to 40 ms.
         */
        MIXED,
        /** At times drawn by lot (Poisson), on one stream, all of one size, of noise. Handlers take no time. */
        EVEN,
        /** There is always one more than can be sent; else as {@link #EVEN}. */
        SATURATED
    }

    public Load {
        if (!(messagesPerSecond > 0 && messagesPerSecond <= MOST_A_SECOND))
            throw new IllegalArgumentException(
                    messagesPerSecond + " messages a second; give more than 0 and at most " + MOST_A_SECOND);
        if (messageBytes < 1 || messageBytes > MOST_BYTES)
            throw new IllegalArgumentException("messages of " + messageBytes + " bytes; give 1 to " + MOST_BYTES);
        if (warmUpSeconds < 0) throw new IllegalArgumentException("warmUpSeconds: " + warmUpSeconds);
    }

    /** Messages of all sizes. */
    public static Load mixed(double messagesPerSecond, int messageBytes) {
        return new Load(Flow.MIXED, messagesPerSecond, messageBytes, false, 0);
    }

    /** Messages of one size. */
    public static Load even(double messagesPerSecond, int messageBytes) {
        return new Load(Flow.EVEN, messagesPerSecond, messageBytes, false, 0);
    }

    /** As many messages of one size as can be sent. */
    public static Load saturated(int messageBytes) {
        return new Load(Flow.SATURATED, 1, messageBytes, false, 0);
    }

    /** A copy without documents, or with them where they are worth it. */
    public Load withTextOnly(boolean textOnly) {
        return new Load(flow, messagesPerSecond, messageBytes, textOnly, warmUpSeconds);
    }

    /** A copy of which the first so many seconds are not measured. */
    public Load withWarmUp(int seconds) {
        return new Load(flow, messagesPerSecond, messageBytes, textOnly, seconds);
    }
}
