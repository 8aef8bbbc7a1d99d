package io.botmesh.sim;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.NodeCore;
import io.botmesh.mesh.Outcome;
import io.botmesh.mesh.Turn;
import java.util.List;
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
}
