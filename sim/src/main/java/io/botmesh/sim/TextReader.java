package io.botmesh.sim;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.mesh.Arrival;
import io.botmesh.mesh.Carrier;
import io.botmesh.mesh.PostId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A reader that cannot fetch files, as in a browser. */
record TextReader(Carrier.Reader reader) implements Carrier.Reader {
    @Override
    public Capabilities capabilities() {
        return reader.capabilities().withoutDocuments();
    }

    @Override
    public void check() throws InterruptedException {
        reader.check();
    }

    @Override
    public List<RawUpdate> poll(long updateOffset, int limit, Duration timeout) throws InterruptedException {
        return reader.poll(updateOffset, limit, timeout);
    }

    @Override
    public Optional<Arrival> arrival(RawUpdate update) {
        return reader.arrival(update);
    }

    @Override
    public byte[] fetch(Arrival.Attachment attachment, int mostBytes) {
        throw new IllegalArgumentException("a browser may not read files");
    }

    @Override
    public Optional<Arrival> recall(PostId post) throws InterruptedException {
        return reader.recall(post);
    }

    @Override
    public void delete(long channel, List<Long> messages) throws InterruptedException {
        reader.delete(channel, messages);
    }
}
