package io.botmesh.mesh;

import io.botmesh.botapi.RawUpdate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A reader that does what another one does: override what is to differ. */
public class DelegatingReader implements Carrier.Reader {
    private final Carrier.Reader reader;

    public DelegatingReader(Carrier.Reader reader) {
        this.reader = reader;
    }

    @Override
    public Carrier.Capabilities capabilities() {
        return reader.capabilities();
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
    public byte[] fetch(Arrival.Attachment attachment, int mostBytes) throws InterruptedException {
        return reader.fetch(attachment, mostBytes);
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
