package io.botmesh.mesh;

import java.util.List;

/** Writers as they are, for tests to change. */
class OtherWriters implements Carrier.Writers {
    private final Carrier.Writers writers;

    OtherWriters(Carrier.Writers writers) {
        this.writers = writers;
    }

    /** Ones that may not post. */
    static OtherWriters barred(Carrier.Writers writers) {
        return new OtherWriters(writers) {
            @Override
            public Outcome post(int lane, byte[] packet, boolean document) {
                return new Outcome.Barred(Outcome.Barred.Scope.LANE, "not enough rights");
            }
        };
    }

    @Override
    public Carrier.Capabilities capabilities() {
        return writers.capabilities();
    }

    @Override
    public List<LaneId> lanes() {
        return writers.lanes();
    }

    @Override
    public Rights rights(int lane) throws InterruptedException {
        return writers.rights(lane);
    }

    @Override
    public Outcome post(int lane, byte[] packet, boolean document) throws InterruptedException {
        return writers.post(lane, packet, document);
    }

    @Override
    public Outcome forward(int lane, PostId post) throws InterruptedException {
        return writers.forward(lane, post);
    }

    @Override
    public void delete(int lane, List<Long> messages) throws InterruptedException {
        writers.delete(lane, messages);
    }
}
