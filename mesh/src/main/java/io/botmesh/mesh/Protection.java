package io.botmesh.mesh;

import io.botmesh.seal.Admissions;
import io.botmesh.seal.Enrolment;
import io.botmesh.seal.Envelope;
import io.botmesh.seal.HpkeSeal;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.Opener;
import io.botmesh.seal.PlainEnvelope;
import io.botmesh.seal.PlainOpener;
import io.botmesh.seal.Quota;
import io.botmesh.seal.ReaderKey;
import io.botmesh.seal.Recipient;
import io.botmesh.seal.ReplayLimits;
import io.botmesh.seal.Seal;
import io.botmesh.seal.SealedEnvelope;
import io.botmesh.seal.SealedOpener;
import io.botmesh.wire.PacketHeader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What keeps others from reading, forging and repeating a node's packets. */
public sealed interface Protection {
    /** Makes the packets for a peer. */
    Envelope envelope(String node, Peer peer);

    /** Opens what comes. */
    Opener opener();

    /** Who signs our packets, null if nobody does. */
    @Nullable
    NodeKey key();

    /**
     * Packets are sealed to their reader and signed.
     *
     * @param seal       HPKE, but in simulations
     * @param identity   ours
     * @param keys       what we open
     * @param enrolments whom we let in by a tag
     * @param strangers  what all others may send together, null for nothing
     * @param replays    how much is remembered
     */
    record Sealed(
            Seal seal,
            Identity identity,
            Keyring keys,
            List<Enrolment> enrolments,
            @Nullable Quota strangers,
            ReplayLimits replays)
            implements Protection {
        public Sealed {
            enrolments = List.copyOf(enrolments);
        }

        /** Sealed with HPKE; who is not enrolled shares the small budget of strangers. */
        public static Sealed of(Identity identity, Keyring keys) {
            return new Sealed(
                    new HpkeSeal(),
                    identity,
                    keys,
                    List.of(),
                    Quota.strangers(),
                    ReplayLimits.defaults().withPassLate(true));
        }

        /** A copy that lets these in by their tags. */
        public Sealed withEnrolments(List<Enrolment> enrolments) {
            return new Sealed(seal, identity, keys, enrolments, strangers, replays);
        }

        /** A copy with another budget for strangers; null lets none in. */
        public Sealed withStrangers(@Nullable Quota strangers) {
            return new Sealed(seal, identity, keys, enrolments, strangers, replays);
        }

        /** A copy with another seal. */
        public Sealed withSeal(Seal seal) {
            return new Sealed(seal, identity, keys, enrolments, strangers, replays);
        }

        @Override
        public Envelope envelope(String node, Peer peer) {
            ReaderKey to = peer.reader();
            if (to == null) throw new IllegalArgumentException(peer.name() + " has no key to seal to");
            return new SealedEnvelope(seal, identity, new Recipient(to, peer.admission()));
        }

        @Override
        public Opener opener() {
            return new SealedOpener(seal, keys, new Admissions(enrolments, strangers), replays);
        }

        @Override
        public NodeKey key() {
            return identity.key();
        }
    }

    /**
     * Everybody can read and forge. Must be asked for.
     *
     * @param label tells apart what shares a channel; is no secret
     */
    record Plain(String label) implements Protection {
        @Override
        public Envelope envelope(String node, Peer peer) {
            return new PlainEnvelope(node, PacketHeader.labelId(label));
        }

        @Override
        public Opener opener() {
            return new PlainOpener(PacketHeader.labelId(label));
        }

        @Override
        public @Nullable NodeKey key() {
            return null;
        }
    }
}
