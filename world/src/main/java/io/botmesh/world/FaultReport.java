package io.botmesh.world;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of a fault.
 *
 * @param id      as {@link Faults#add} gave it
 * @param fault   what was asked for
 * @param matched calls that it could have struck
 * @param struck  calls that it did strike
 * @param last    when it struck last, null if it never did
 */
public record FaultReport(
        long id,
        Fault fault,
        long matched,
        long struck,
        @Nullable Instant last) {
    /** Whether it has struck as often as it may. */
    public boolean isSpent() {
        return struck >= fault.times();
    }
}
