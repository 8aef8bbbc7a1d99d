package io.botmesh.mesh;

import io.botmesh.mesh.Outbox.Post;
import org.jspecify.annotations.Nullable;

/**
 * A packet between the outbox and a lane.
 *
 * @param fill    how full its text is, {@code NaN} if that tells nothing
 * @param avoid   the lane that it should not go through again while there is another, or {@link Lanes#ANY}
 * @param doubted why that lane refused it, if it is not clear which of the two was at fault
 */
record Parcel(Post post, double fill, int avoid, @Nullable String doubted) {
    static Parcel of(Post post) {
        return new Parcel(post, Double.NaN, Lanes.ANY, null);
    }

    Parcel withFill(double fill) {
        return new Parcel(post, fill, avoid, doubted);
    }

    /** Its outcome on that lane is unknown; what another lane said before stays. */
    Parcel withAvoid(int lane) {
        return new Parcel(post, fill, doubted == null ? lane : avoid, doubted);
    }

    Parcel withDoubt(int lane, String why) {
        return new Parcel(post, fill, lane, why);
    }
}
