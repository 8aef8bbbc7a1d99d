package io.botmesh.seal;

import io.botmesh.seal.SealException.Reason;
import org.junit.jupiter.api.Test;

class SimulatedSealTest extends SealContract {
    @Override
    Seal seal() {
        return new SimulatedSeal();
    }

    @Test
    void neitherSealOpensTheOther() {
        var real = new HpkeSeal();
        byte[] simulated = seal.seal(sender, reader.key(), HEADER, new byte[10], 0);
        byte[] sealed = real.seal(sender, reader.key(), HEADER, new byte[10], 0);
        refused(() -> real.open(reader, HEADER, simulated), Reason.SEAL_BROKEN);
        refused(() -> seal.open(reader, HEADER, sealed), Reason.SEAL_BROKEN);
    }
}
