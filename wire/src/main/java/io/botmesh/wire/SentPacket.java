package io.botmesh.wire;

import io.botmesh.wire.Control.Nack;
import io.botmesh.wire.Control.PieceRange;
import io.botmesh.wire.Control.PostRange;
import io.botmesh.wire.LinkSender.Effect;
import io.botmesh.wire.LinkSender.Flight;
import io.botmesh.wire.LinkSender.PlacedPart;
import io.botmesh.wire.LinkSender.PostId;
import io.botmesh.wire.LinkSender.Reach;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A packet of a {@link LinkSender} whose bytes are still needed. */
final class SentPacket {
    /** A gap of pieces that is asked for again this soon is the one that is being closed. */
    private static final long ECHO_MILLIS = 5_000;

    final long number;
    final List<PlacedPart> parts;
    private final List<PostId> posts;
    /** Whoever posts has it. */
    boolean onWay;

    boolean acked;
    /** The peer that may have had it is no more. */
    boolean stale;
    /** The last repair was a forward. */
    private boolean forwarded;

    private int repairs;
    private long order; // place among all posts
    private int laterInLane;
    private int later;

    SentPacket(long number, List<PlacedPart> parts) {
        this.number = number;
        this.parts = parts;
        this.posts = new ArrayList<>();
        onWay = true;
    }

    /** @param order its place among all that was posted */
    SentPacket(Flight flight, long order) {
        number = flight.packet();
        parts = flight.parts();
        posts = new ArrayList<>(flight.posts());
        onWay = flight.onWay();
        repairs = flight.repairs();
        this.order = order;
    }

    /** A packet with the same pieces that was never posted. */
    SentPacket inPlaceOf(long anew) {
        var other = new SentPacket(anew, parts);
        other.acked = acked;
        other.repairs = repairs;
        return other;
    }

    Flight state() {
        return new Flight(number, parts, posts, onWay, repairs);
    }

    List<PostId> posts() {
        return posts;
    }

    @Nullable
    PostId lastPost() {
        return posts.isEmpty() ? null : posts.getLast();
    }

    /** Where it was posted if the peer should have it by now, has not acked it, and nobody is at it; else null. */
    @Nullable
    PostId missed() {
        return acked || onWay ? null : lastPost();
    }

    int repairs() {
        return repairs;
    }

    /** Its streams, each as far as it goes. */
    List<Reach> reaches() {
        return parts.stream()
                .map(placed -> new Reach(placed.part().stream(), placed.part().until()))
                .toList();
    }

    void onPosted(PostId post, long order) {
        posts.add(post);
        onWay = false;
        this.order = order;
        later = 0;
        laterInLane = 0;
    }

    /** Another packet has arrived: one that was posted after this one, which is missed, counts. */
    void onArrived(SentPacket other) {
        if (other.order <= order) return;
        later++;
        if (other.posts.getLast().lane() == posts.getLast().lane()) laterInLane++;
    }

    /** Whether so many later ones have arrived that this one will not. */
    boolean isOvertaken(int lanes) {
        return laterInLane >= LinkSender.REORDERING || later >= LinkSender.REORDERING + lanes;
    }

    /** Whether the peer asks for it. */
    boolean isNamed(Nack nack, PostId post, long roundTrip, long now) {
        for (PostRange range : nack.posts()) {
            if (range.channel() == post.channel()
                    && post.message() >= range.messages().from()
                    && post.message() < range.messages().until()) return true;
        }
        // Pieces are no post, so this may be an echo of a gap that is being repaired.
        return now - post.at() >= Math.max(ECHO_MILLIS, roundTrip)
                && nack.pieces().stream().anyMatch(this::overlaps);
    }

    private boolean overlaps(PieceRange range) {
        for (PlacedPart placed : parts) {
            if (placed.part().stream() == range.stream()
                    && placed.part().from() < range.pieces().until()
                    && placed.part().until() > range.pieces().from()) return true;
        }
        return false;
    }

    /** Its post is forwarded first, which costs no upload, and its bytes go again if that did not help. */
    Effect repair() {
        PostId post = lastPost();
        onWay = true;
        stale = false;
        repairs++;
        forwarded = post != null && !forwarded;
        return post != null && forwarded ? new Effect.Forward(number, post) : new Effect.Repost(number, -1);
    }

    /** The next post is another one. */
    void onNotForwarded() {
        forwarded = false;
    }
}
