package io.botmesh.wire;

/**
 * Consecutive numbers: pieces of a stream, or message ids of a channel.
 *
 * @param from  the first one
 * @param until the one after the last
 */
public record Span(long from, long until) {
    public Span {
        if (from < 0 || until <= from) throw new IllegalArgumentException("from " + from + " until " + until);
    }

    /** How many numbers. */
    public long count() {
        return until - from;
    }
}
