package io.botmesh.mesh;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.Quota;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.Seal;
import java.time.Instant;
import java.util.List;

/** Two nodes, anna and bert, each with a channel that the other posts into. */
final class NodePair {
    private static final Quota MUCH = new Quota(1_000, 100_000, 1 << 30, 1L << 40);

    final NodeRig rig = new NodeRig(7);
    final MemoryCarrier toAnna = new MemoryCarrier(-1, () -> Instant.ofEpochSecond(0, rig.now));
    final MemoryCarrier toBert = new MemoryCarrier(-2, () -> Instant.ofEpochSecond(0, rig.now));
    private final ReaderSecret annasKey = ReaderSecret.generate();
    private final ReaderSecret bertsKey = ReaderSecret.generate();
    private final Identity annasIdentity = Identity.generate();
    private final Identity bertsIdentity = Identity.generate();
    final Member anna;
    final Member bert;

    NodePair(Seal seal) {
        anna = rig.add("anna", protection(annasIdentity, annasKey, seal), toAnna.reader());
        bert = rig.add("bert", protection(bertsIdentity, bertsKey, seal), toBert.reader());
    }

    static Protection protection(Identity identity, ReaderSecret key, Seal seal) {
        return Protection.Sealed.of(identity, Keyring.of(key))
                .withStrangers(MUCH)
                .withSeal(seal);
    }

    NodeKey annasKey() {
        return annasIdentity.key();
    }

    NodeKey bertsKey() {
        return bertsIdentity.key();
    }

    /** Lets anna write to bert, who knows her and cannot answer. */
    void joinOneWay() {
        join(false);
        bert.peers.add(new Peer("anna", annasIdentity.key(), annasKey.key(), null, List.of(), null, true));
    }

    /** Lets anna write to bert, and bert answer, or not know her at all. */
    void join(boolean answers) {
        Carrier.Writers writersToBert = toBert.writers(3);
        Carrier.Writers writersToAnna = toAnna.writers(3);
        anna.writers.put("bert", writersToBert);
        anna.peers.add(new Peer(
                "bert",
                bertsIdentity.key(),
                bertsKey.key(),
                null,
                writersToBert.lanes(),
                writersToBert.capabilities(),
                answers));
        if (!answers) return;
        bert.writers.put("anna", writersToAnna);
        bert.peers.add(new Peer(
                "anna",
                annasIdentity.key(),
                annasKey.key(),
                null,
                writersToAnna.lanes(),
                writersToAnna.capabilities(),
                true));
    }
}
