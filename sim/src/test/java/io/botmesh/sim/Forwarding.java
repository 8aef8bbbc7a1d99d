package io.botmesh.sim;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.Arrival;
import io.botmesh.mesh.Outcome;
import io.botmesh.mesh.PostId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

    @Override
    default void onRecalled(PostId post, @Nullable Arrival arrival, long now) {
        core().onRecalled(post, arrival, now);
    }

    @Override
    default void onNotRecalled(PostId post, boolean again, Duration pause, long now) {
        core().onNotRecalled(post, again, pause, now);
    }

    @Override
    default void rotate(String topic, long now) {
        core().rotate(topic, now);
    }

    @Override
    default void watch(String topic, Duration every, long now) {
        core().watch(topic, every, now);
    }

    @Override
    default void set(String topic, long ticket, byte[] value, long now) {
        core().set(topic, ticket, value, now);
    }

    @Override
    default void onSeen(String topic, @Nullable Arrival pinned, long now) {
        core().onSeen(topic, pinned, now);
    }

    @Override
    default void onSeenWhole(String topic, byte[] document, long now) {
        core().onSeenWhole(topic, document, now);
    }

    @Override
    default void onNotSeen(String topic, String why, Optional<Duration> rest, long now) {
        core().onNotSeen(topic, why, rest, now);
    }

    @Override
    default void onPinned(String topic, Outcome outcome, long now) {
        core().onPinned(topic, outcome, now);
    }
}
