package io.botmesh.mesh;

import io.botmesh.seal.HpkeSeal;
import io.botmesh.seal.Identity;
import io.botmesh.seal.ReaderKey;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.Seal;
import io.botmesh.wire.PacketHeader;

/** Seals with one ephemeral key that everybody knows: for vectors, which must come out the same again. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FixedSeal(Seal hpke, byte[] ephemeral) implements Seal {
    FixedSeal(byte[] ephemeral) {
        this(new HpkeSeal(), ephemeral);
    }

    @Override
    public byte[] seal(
            Identity sender, ReaderKey to, PacketHeader header, byte[] content, int padding, byte[] ephemeral) {
        return hpke.seal(sender, to, header, content, padding, ephemeral);
    }

    @Override
    public Unsealed reopen(byte[] ephemeral, ReaderKey to, PacketHeader header, byte[] body) {
        return hpke.reopen(ephemeral, to, header, body);
    }

    @Override
    public Unsealed open(ReaderSecret key, PacketHeader header, byte[] body) {
        return hpke.open(key, header, body);
    }
}
