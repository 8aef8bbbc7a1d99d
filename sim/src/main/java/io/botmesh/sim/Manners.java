package io.botmesh.sim;

import io.botmesh.mesh.Delivery;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** How handlers behave. */
interface Manners {
    /**
     * What a handler makes of a message.
     *
     * @param nanos   that it takes
     * @param failure why it fails, null if it does not
     */
    record Verdict(long nanos, @Nullable String failure) {}

    Verdict next(Delivery delivery);

    /** They manage, within that time; 0 for at once. */
    static Manners good(long mostNanos, SplittableRandom random) {
        var atOnce = new Verdict(0, null);
        return mostNanos == 0 ? any -> atOnce : any -> new Verdict(random.nextLong(mostNanos), null);
    }
}
