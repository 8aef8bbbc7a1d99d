package io.botmesh.store;

import io.botmesh.botapi.MemorySendStore;
import io.botmesh.botapi.SendStore;

class MemorySendStoreTest extends SendStoreContract {
    @Override
    SendStore store() {
        return new MemorySendStore();
    }
}
