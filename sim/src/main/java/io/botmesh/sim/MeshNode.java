package io.botmesh.sim;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.Arrival;
import io.botmesh.mesh.NodeCore;
import io.botmesh.mesh.Outcome;
import io.botmesh.mesh.PostId;
import io.botmesh.mesh.TopicChange;
import io.botmesh.mesh.Turn;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A node of this project on a machine. */
record MeshNode(NodeCore core) implements Core {
    @Override
    public void onUpdates(List<RawUpdate> updates, long now) {
        core.onUpdates(updates, now);
    }

    @Override
    public void onOutcome(long ticket, Outcome outcome, long now) {
        core.onOutcome(ticket, outcome, now);
    }

    @Override
    public void onFetched(long update, byte[] bytes, long now) {
        core.onFetched(update, bytes, now);
    }

    @Override
    public void onNotFetched(long update, boolean again, long now) {
        core.onNotFetched(update, again, now);
    }

    @Override
    public long send(String peer, String stream, String subject, byte[] body, long now) {
        return core.send(peer, stream, subject, List.of(), body, now);
    }

    @Override
    public boolean hasRoom(String peer, int bytes, long now) {
        return core.hasRoom(peer, bytes, now);
    }

    @Override
    public long waitingBytes(long now) {
        return core.statistics(now).waitingBytes().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    @Override
    public void onHandled(long delivery, @Nullable String failure, long now) {
        core.onHandled(delivery, failure, now);
    }

    @Override
    public void onTime(long now) {
        core.onTime(now);
    }

    @Override
    public long wakeAt(long now) {
        return core.wakeAt(now);
    }

    @Override
    public Turn take(long now) {
        return core.take(now);
    }

    @Override
    public void onRecalled(PostId post, @Nullable Arrival arrival, long now) {
        core.onRecalled(post, arrival, now);
    }

    @Override
    public void onNotRecalled(PostId post, boolean again, Duration pause, long now) {
        core.onNotRecalled(post, again, pause, now);
    }

    @Override
    public void rotate(String topic, long now) {
        core.change(topic, new TopicChange.Rotate(), now);
    }

    @Override
    public void watch(String topic, Duration every, long now) {
        core.watch(topic, every, now);
    }

    @Override
    public void set(String topic, long ticket, byte[] value, long now) {
        core.set(topic, ticket, value, -1, now);
    }

    @Override
    public void onSeen(String topic, @Nullable Arrival pinned, long now) {
        core.onSeen(topic, pinned, now);
    }

    @Override
    public void onSeenWhole(String topic, byte[] document, long now) {
        core.onSeenWhole(topic, document, now);
    }

    @Override
    public void onNotSeen(String topic, String why, Optional<Duration> rest, long now) {
        core.onNotSeen(topic, why, rest, now);
    }

    @Override
    public void onPinned(String topic, Outcome outcome, long now) {
        core.onPinned(topic, outcome, now);
    }
}
