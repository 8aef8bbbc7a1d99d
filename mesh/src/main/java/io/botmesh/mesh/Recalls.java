package io.botmesh.mesh;

import static java.util.Objects.requireNonNull;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.wire.PostWatch;
import io.botmesh.wire.Span;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Posts that a reader never got in channels where somebody posts who cannot be asked: a topic's publishers, a peer that does not
 * read. The reader brings them back itself, one after the other, however old they are: what was left out between two posts, and what was posted before
 * the first that it heard, if its sender's numbers tell that there is something and back to where its store began. What is missing is stored, so that a
 * crash forgets none. Part of {@link NodeCore}.
 */
final class Recalls {
    private static final NodeStore.Key ROW = new NodeStore.Key(Kind.NODE, 1);
    private static final int VERSION = 2;

    /** Only gaps between posts, and not when the store began. */
    private static final int BEFORE = 1;

    private static final int ATTEMPTS = 8;

    /** The reader bot posts a copy each time, and one chat takes about a post a second. */
    private static final long PAUSE = 1_000_000_000L;

    /** Posts that no key opens yet, of each channel; anybody can post what no key ever opens. */
    private static final int UNOPENED = 256;

    /** How long a key may be on its way that opens them. */
    private static final long KEY_PATIENCE = 600_000_000_000L;

    /** What came before others may have been posted after them: for so long it may still come by itself. */
    private static final long OVERTAKING = 60_000_000_000L;

    /** The clock by which a store began, and the one that dates posts, differ by less, in seconds. */
    private static final long CLOCKS = 600;

    private static final class Channel {
        final PostWatch watch;
        final TreeMap<Long, Long> missing = new TreeMap<>(); // first id -> one after the last
        final TreeSet<Long> unopened = new TreeSet<>(); // to be asked for again when there is another key
        long unopenedUntil;

        // Never asked for are the posts from where the store began to the first one that was heard.
        long begins; // 0 for not known
        final long heard;
        boolean walks; // they are brought back
        long lackedSince = Long.MAX_VALUE; // somebody's posts may be among them
        boolean lacked;

        @Nullable
        Search search;

        Channel(long last, long most, long begins, long heard) {
            watch = new PostWatch(last, most);
            this.begins = begins;
            this.heard = heard;
        }

        boolean isSearchable() {
            return begins < heard;
        }

        boolean isWanted() {
            return lackedSince < Long.MAX_VALUE;
        }

        void add(long post) {
            missing.putIfAbsent(post, post + 1);
        }

        void remove(long post) {
            Map.Entry<Long, Long> run = missing.floorEntry(post);
            if (run == null || run.getValue() <= post) return;
            missing.remove(run.getKey());
            if (run.getKey() < post) missing.put(run.getKey(), post);
            if (post + 1 < run.getValue()) missing.put(post + 1, run.getValue());
        }
    }

    /** Looks by halves for the first post that is no older than the store. Below {@code low} all are, from {@code high} on none is. */
    private static final class Search {
        long low;
        long high;

        Search(long low, long high) {
            this.low = low;
            this.high = high;
        }

        long middle() {
            return (low + high) / 2;
        }

        void onAge(long post, boolean older) {
            if (older) low = post + 1;
            else high = post;
        }

        boolean isOver() {
            return low == high;
        }
    }

    /** Why a post is asked for. */
    private enum Why {
        GAP,
        WALK,
        SEARCH
    }

    private final int most;
    private final TurnBuilder turn;
    private final TreeMap<Long, Channel> channels = new TreeMap<>();
    private long began; // the store, in seconds since the epoch
    private @Nullable PostId asked;
    private Why why = Why.GAP;
    private int attempts;
    private long next; // not before this
    private boolean dirty;

    /** @param most posts to bring back after one gap, the newest ones; 0 for none */
    Recalls(int most, TurnBuilder turn) {
        this.most = most;
        this.turn = turn;
    }

    void load(NodeStore store, long now) {
        if (most == 0) return;
        byte[] row = store.read(ROW).orElse(null);
        boolean before = row != null && row.length > 0 && row[0] == BEFORE;
        began = now / 1_000_000_000L - CLOCKS;
        dirty = row == null;
        if (row == null) return;
        Rows.read("posts to bring back", before ? BEFORE : VERSION, row, in -> {
            if (!before) began = in.readLong();
            for (int left = in.readInt(); left > 0; left--) {
                if (before) readBefore(in);
                else read(in);
            }
            return channels.size();
        });
    }

    private void readBefore(DataInputStream in) throws IOException {
        var channel = new Channel(in.readLong(), most, 1, 1);
        channels.put(in.readLong(), channel);
        readMissing(in, channel);
    }

    private void read(DataInputStream in) throws IOException {
        long id = in.readLong();
        var channel = new Channel(in.readLong(), most, in.readLong(), in.readLong());
        channels.put(id, channel);
        readMissing(in, channel);
    }

    private static void readMissing(DataInputStream in, Channel channel) throws IOException {
        for (int spans = in.readInt(); spans > 0; spans--) {
            var span = new Span(in.readLong(), in.readLong());
            channel.missing.put(span.from(), span.until());
        }
    }

    /** Somebody posts there who cannot be asked: from this post on none may be left out. */
    void watch(PostId post) {
        if (most == 0 || post.channel() >= 0 || channels.containsKey(post.channel())) return;
        channels.put(post.channel(), new Channel(post.message(), most, post.message() == 1 ? 1 : 0, post.message()));
        dirty = true;
    }

    /**
     * A post has come, whosever it is.
     *
     * @return how many before it are too many to be brought back
     */
    long onPost(PostId post) {
        Channel channel = channels.get(post.channel());
        if (channel == null) return 0;
        long before = channel.watch.last();
        dirty = true;
        Span gap = channel.watch.onPost(post.message()).orElse(null);
        if (gap == null) return 0;
        channel.missing.put(gap.from(), gap.until());
        return gap.from() - before - 1;
    }

    /** Whether all that was left out in a channel is here, or known to be gone. */
    boolean isDone(long channel) {
        Channel there = channels.get(channel);
        return there == null || (there.missing.isEmpty() && there.unopened.isEmpty() && !there.isWanted());
    }

    /** There is another key, that of a topic. */
    void onKeys() {
        for (Channel channel : channels.values()) {
            channel.unopened.forEach(channel::add);
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

    // --- before the first post that was heard

    /**
     * Takes note of where posts may stand before all that were heard.
     *
     * @param lacked channels, for each outbox that lacks something there
     */
    void onLacked(Collection<Long> lacked, long now) {
        for (long id : lacked) {
            Channel channel = channels.get(id);
            if (channel == null || !channel.isSearchable()) continue;
            channel.lacked = true;
            if (!channel.isWanted()) channel.lackedSince = now;
        }
        for (Channel channel : channels.values()) {
            if (!channel.lacked) stop(channel);
            channel.lacked = false;
        }
    }

    private void stop(Channel channel) {
        channel.lackedSince = Long.MAX_VALUE;
        channel.search = null;
        channel.walks = false;
    }

    private void begin(Channel channel, long now) {
        if (!channel.isWanted() || channel.walks || now < channel.lackedSince + OVERTAKING) return;
        if (channel.begins == 0) {
            if (channel.search == null) channel.search = new Search(Math.max(1, channel.heard - most), channel.heard);
            if (!channel.search.isOver()) return;
            channel.begins = channel.search.low;
            channel.search = null;
            dirty = true;
        }
        channel.walks = true;
        if (!channel.isSearchable()) stop(channel);
    }

    /**
     * What was asked for is there.
     *
     * @param date null if the post is gone
     * @return whether that is all that was to be known: it is not opened now
     */
    boolean onDate(@Nullable Instant date, long now) {
        PostId post = requireNonNull(asked);
        boolean older = date != null && date.getEpochSecond() < began;
        if (why == Why.WALK && older) {
            onDone(now); // an earlier store's
            return true;
        }
        if (why != Why.SEARCH) return false;
        Search search = requireNonNull(channels.get(post.channel())).search;
        if (search != null && post.message() == search.middle()) search.onAge(post.message(), older);
        release(now);
        return true;
    }

    // --- one after the other

    /** Asks for the next one. */
    void pump(long now) {
        giveUp(now);
        for (Channel channel : channels.values()) begin(channel, now);
        if (asked != null || now < next) return;
        for (var entry : channels.entrySet()) {
            Channel channel = entry.getValue();
            Search search = channel.search;
            if (search != null) ask(entry.getKey(), search.middle(), Why.SEARCH);
            else if (channel.walks) ask(entry.getKey(), channel.begins, Why.WALK);
            else if (!channel.missing.isEmpty()) ask(entry.getKey(), channel.missing.firstKey(), Why.GAP);
            if (asked != null) return;
        }
    }

    private void ask(long channel, long post, Why reason) {
        asked = new PostId(channel, post);
        why = reason;
        turn.add(new NodeEffect.Recall(asked));
    }

    /** When {@link #pump} is wanted, in nanoseconds. */
    long wakeAt() {
        long at = Long.MAX_VALUE;
        for (Channel channel : channels.values()) {
            boolean asks = channel.walks || channel.search != null || !channel.missing.isEmpty();
            if (asked == null && asks) at = Math.min(at, next);
            if (channel.isWanted() && !channel.walks && channel.search == null)
                at = Math.min(at, channel.lackedSince + OVERTAKING);
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
        Channel channel = requireNonNull(channels.get(done.channel()));
        if (why == Why.GAP) channel.remove(done.message());
        if (why == Why.WALK) channel.begins = done.message() + 1;
        if (!channel.isSearchable()) stop(channel);
        dirty = true;
        release(now);
    }

    private void release(long now) {
        asked = null;
        attempts = 0;
        next = now + PAUSE;
    }

    /**
     * An attempt failed; true if it is given up.
     *
     * @param pause that the server asks for, or 0
     */
    boolean onFailed(boolean again, long pause, long now) {
        if (!again || ++attempts >= ATTEMPTS) {
            if (onDate(null, now)) return false; // of a search
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
        turn.put(ROW, Rows.write(VERSION, out -> {
            out.writeLong(began);
            out.writeInt(channels.size());
            for (var entry : channels.entrySet()) write(out, entry.getKey(), entry.getValue());
        }));
    }

    private static void write(DataOutputStream out, long id, Channel channel) throws IOException {
        out.writeLong(id);
        out.writeLong(channel.watch.last());
        out.writeLong(channel.begins);
        out.writeLong(channel.heard);
        var missing = new TreeMap<>(channel.missing);
        for (long post : channel.unopened) missing.putIfAbsent(post, post + 1);
        out.writeInt(missing.size());
        for (var span : missing.entrySet()) {
            out.writeLong(span.getKey());
            out.writeLong(span.getValue());
        }
    }
}
