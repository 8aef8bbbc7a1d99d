package io.botmesh.mesh;

class MemoryNodeStoreTest extends NodeStoreContract {
    @Override
    protected NodeStore open() {
        return new MemoryNodeStore();
    }

    @Override
    protected NodeStore reopen(NodeStore store) {
        return ((MemoryNodeStore) store).reopen();
    }
}
