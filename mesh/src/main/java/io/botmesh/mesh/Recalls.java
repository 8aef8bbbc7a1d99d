package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.wire.PostWatch;
import io.botmesh.wire.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Posts that a reader never got in channels where somebody posts who cannot be asked: a topic's publishers, a peer that does not
 * read. The reader brings them back itself, one after the other, however old they are. What is missing is stored, so that a crash
 * forgets none. Part of {@link NodeCore}.
 */
final class Recalls {
    private static final NodeStore.Key ROW = new NodeStore.Key(Kind.NODE, 1);
    private static final int ATTEMPTS = 8;

    /** The reader bot posts a copy each time, and one chat takes about a post a second. */
    private static final long PAUSE = 1_000_000_000L;

    /** Posts that no key opens yet, of each channel; anybody can post what no key ever opens. */
    private static final int UNOPENED = 256;

    /** How long a key may be on its way that opens them. */
    private static final long KEY_PATIENCE = 600_000_000_000L;

    private static final class Channel {
        final PostWatch watch;
        final Deque<Span> missing = new ArrayDeque<>(); // ascending
        final TreeSet<Long> unopened = new TreeSet<>(); // to be asked for again when there is another key
        long unopenedUntil;

        Channel(long last, long most) {
            watch = new PostWatch(last, most);
        }
    }

    private final int most;
    private final TurnBuilder turn;
    private final TreeMap<Long, Channel> channels = new TreeMap<>();
    private @Nullable PostId asked;
    private int attempts;
    private long next; // not before this
    private boolean dirty;

    /** @param most posts to bring back after one gap, the newest ones; 0 for none */
    Recalls(int most, TurnBuilder turn) {
        this.most = most;
        this.turn = turn;
    }

    void load(NodeStore store) {
        if (most == 0) return;
        store.read(ROW)
                .ifPresent(row -> Rows.read("posts to bring back", 1, row, in -> {
                    for (int left = in.readInt(); left > 0; left--) {
                        var channel = new Channel(in.readLong(), most);
                        channels.put(in.readLong(), channel);
                        for (int spans = in.readInt(); spans > 0; spans--)
                            channel.missing.add(new Span(in.readLong(), in.readLong()));
                    }
                    return channels.size();
                }));
    }

    /** Somebody posts there who cannot be asked: from this post on none may be left out. */
    void watch(PostId post) {
        if (most == 0 || post.channel() >= 0 || channels.containsKey(post.channel())) return;
        channels.put(post.channel(), new Channel(post.message(), most));
        dirty = true;
    }

    /** A post has come, whosever it is. */
    void onPost(PostId post) {
        Channel channel = channels.get(post.channel());
        if (channel == null) return;
        channel.watch.onPost(post.message()).ifPresent(channel.missing::add);
        dirty = true;
    }

    /** Whether all that was left out in a channel is here, or known to be gone. */
    boolean isDone(long channel) {
        Channel there = channels.get(channel);
        return there == null || (there.missing.isEmpty() && there.unopened.isEmpty());
    }

    /** There is another key, that of a topic. */
    void onKeys() {
        for (Channel channel : channels.values()) {
            channel.unopened.descendingSet().forEach(post -> channel.missing.addFirst(new Span(post, post + 1)));
            channel.unopened.clear();
        }
    }

    /** What was asked for is here, and no key opens it: those behind it need not wait for one. */
    void onUnopened(long now) {
        PostId post = asked;
        if (post == null) return;
        Channel channel = requireNonNull(channels.get(post.channel()));
        onDone(now);
        channel.unopened.add(post.message());
        if (channel.unopened.size() > UNOPENED) channel.unopened.removeFirst();
        channel.unopenedUntil = now + KEY_PATIENCE;
    }

    private void giveUp(long now) {
        for (Channel channel : channels.values()) {
            if (channel.unopened.isEmpty() || now < channel.unopenedUntil) continue;
            channel.unopened.clear();
            dirty = true;
        }
    }

    /** Asks for the next one. */
    void pump(long now) {
        giveUp(now);
        if (asked != null || now < next) return;
        for (var channel : channels.entrySet()) {
            Span first = channel.getValue().missing.peekFirst();
            if (first == null) continue;
            asked = new PostId(channel.getKey(), first.from());
            turn.add(new NodeEffect.Recall(asked));
            return;
        }
    }

    /** When {@link #pump} is wanted, in nanoseconds. */
    long wakeAt() {
        long at = Long.MAX_VALUE;
        for (Channel channel : channels.values()) {
            if (asked == null && !channel.missing.isEmpty()) at = Math.min(at, next);
            if (!channel.unopened.isEmpty()) at = Math.min(at, channel.unopenedUntil);
        }
        return at;
    }

    boolean isAsked(PostId post) {
        return post.equals(asked);
    }

    /** It is here, or gone for good. */
    void onDone(long now) {
        PostId done = asked;
        if (done == null) return;
        Deque<Span> missing = requireNonNull(channels.get(done.channel())).missing;
        Span first = missing.removeFirst();
        if (first.until() > first.from() + 1) missing.addFirst(new Span(first.from() + 1, first.until()));
        asked = null;
        attempts = 0;
        next = now + PAUSE;
        dirty = true;
    }

    /**
     * An attempt failed; true if it is given up.
     *
     * @param pause that the server asks for, or 0
     */
    boolean onFailed(boolean again, long pause, long now) {
        if (!again || ++attempts >= ATTEMPTS) {
            onDone(now);
            return true;
        }
        asked = null;
        next = now + Math.max(pause, PAUSE << attempts);
        return false;
    }

    /** Writes what has changed. */
    void save() {
        if (!dirty) return;
        dirty = false;
        turn.put(ROW, Rows.write(1, out -> {
            out.writeInt(channels.size());
            for (var entry : channels.entrySet()) {
                List<Span> missing = new ArrayList<>();
                for (long post : entry.getValue().unopened) missing.add(new Span(post, post + 1));
                missing.addAll(entry.getValue().missing);
                out.writeLong(entry.getValue().watch.last());
                out.writeLong(entry.getKey());
                out.writeInt(missing.size());
                for (Span span : missing) {
                    out.writeLong(span.from());
                    out.writeLong(span.until());
                }
            }
        }));
    }
}
