package io.botmesh.metrics;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Source;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/** A source that hands out what a test puts in. */
final class Updates implements Source<RawUpdate> {
    private final LinkedBlockingQueue<RawUpdate> updates = new LinkedBlockingQueue<>();

    void add(long id, long chat, String text) {
        updates.add(RawUpdate.parse(
                ("{\"update_id\":" + id + ",\"message\":{\"chat\":{\"id\":" + chat + "},\"text\":\"" + text + "\"}}")
                        .getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public List<RawUpdate> next(int limit) throws InterruptedException {
        var batch = new ArrayList<RawUpdate>();
        batch.add(updates.take());
        updates.drainTo(batch, limit - 1);
        return batch;
    }

    @Override
    public void confirm(RawUpdate through) {}

    @Override
    public void flush() {}
}
