package io.botmesh.wire;

import java.util.Optional;

/**
 * Notices message ids of a channel that its reader never got. They count up by one from post to post, but service
 * messages, the reader's own posts, and those of people count too, so that a gap is a reason to ask and nothing else.
 */
public final class PostWatch {
    /** More than this at once are not asked for: the reader was away, and its peers know better what they miss. */
    private static final long MOST = 1_000;

    private final long most;
    private long last;

    /**
     * Goes on after the last id that was stored.
     *
     * @param last 0 if none was
     */
    public PostWatch(long last) {
        this(last, MOST);
    }

    /**
     * Goes on after the last id that was stored.
     *
     * @param most ids to tell of at once, the newest ones
     */
    public PostWatch(long last, long most) {
        this.last = last;
        this.most = most;
    }

    /** Takes the id of any post of the channel; says which were left out before it. */
    public Optional<Span> onPost(long message) {
        long before = last;
        last = Math.max(last, message);
        if (before == 0 || message <= before + 1) return Optional.empty();
        return Optional.of(new Span(Math.max(before + 1, message - most), message));
    }

    /** The highest id so far, to be stored. */
    public long last() {
        return last;
    }
}
