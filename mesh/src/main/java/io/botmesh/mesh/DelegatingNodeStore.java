package io.botmesh.mesh;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store that does what another one does: override what is to differ. */
public class DelegatingNodeStore implements NodeStore {
    private final NodeStore store;

    public DelegatingNodeStore(NodeStore store) {
        this.store = store;
    }

    @Override
    public void commit(List<Write> writes) throws InterruptedException {
        store.commit(writes);
    }

    @Override
    public Optional<byte[]> read(Key key) {
        return store.read(key);
    }

    @Override
    public List<Entry> list(Kind kind, @Nullable Key after, int most) {
        return store.list(kind, after, most);
    }

    @Override
    public void close() {
        store.close();
    }
}
