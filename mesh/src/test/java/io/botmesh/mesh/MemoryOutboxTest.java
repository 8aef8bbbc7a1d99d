package io.botmesh.mesh;

class MemoryOutboxTest extends OutboxContract {
    @Override
    protected Outbox open() {
        return new MemoryOutbox();
    }

    @Override
    protected Outbox reopen(Outbox outbox) {
        return outbox; // lives and dies with its process
    }
}
