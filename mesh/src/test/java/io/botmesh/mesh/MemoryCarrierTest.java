package io.botmesh.mesh;

import java.time.InstantSource;
import java.util.Optional;

class MemoryCarrierTest extends CarrierContract {
    private final MemoryCarrier memory = new MemoryCarrier(-1001, InstantSource.system());
    private final Carrier.Writers writers = memory.writers(2);
    private final Carrier.Reader reader = memory.reader();

    @Override
    Carrier.Writers writers() {
        return writers;
    }

    @Override
    Carrier.Reader reader() {
        return reader;
    }

    @Override
    Optional<Carrier.Board> board(boolean writes) {
        return Optional.of(memory.board());
    }
}
