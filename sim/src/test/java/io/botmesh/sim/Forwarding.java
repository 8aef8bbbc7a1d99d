package io.botmesh.sim;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node that does what another one does. */
interface Forwarding extends Core {
    Core core();

    @Override
    default void onUpdates(List<RawUpdate> updates, long now) {
        core().onUpdates(updates, now);
    }

    @Override
    default void onOutcome(long ticket, Outcome outcome, long now) {
        core().onOutcome(ticket, outcome, now);
    }

    @Override
    default void onFetched(long update, byte[] bytes, long now) {
        core().onFetched(update, bytes, now);
    }

    @Override
    default void onNotFetched(long update, boolean again, long now) {
        core().onNotFetched(update, again, now);
    }

    @Override
    default long send(String peer, String stream, String subject, byte[] body, long now) {
        return core().send(peer, stream, subject, body, now);
    }

    @Override
    default boolean hasRoom(String peer, int bytes, long now) {
        return core().hasRoom(peer, bytes, now);
    }

    @Override
    default long waitingBytes(long now) {
        return core().waitingBytes(now);
    }

    @Override
    default void onHandled(long delivery, @Nullable String failure, long now) {
        core().onHandled(delivery, failure, now);
    }

    @Override
    default void onTime(long now) {
        core().onTime(now);
    }

    @Override
    default long wakeAt(long now) {
        return core().wakeAt(now);
    }
}
