package io.botmesh.seal;

import io.botmesh.seal.SealException.Foreign;
import io.botmesh.seal.SealException.Forged;
import io.botmesh.seal.SealException.Reason;
import io.botmesh.wire.Content;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.WireException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Opens sealed packets. Checks what is cheap first: recipient, admission tag, replay where the tag names the sender,
 * quota; then the seal and the signature, outside of any lock; then replay for all, and the content. A copy is refused
 * before it takes from the quota of the sender whose packet it is.
 */
public final class SealedOpener implements Opener {
    private final Seal seal;
    private final Admissions admissions;
    private final Replays replays;
    private final Refusals refusals = new Refusals();
    private final ReentrantLock lock = new ReentrantLock(); // admissions, replays
    private volatile Keyring keys;

    /** An opener with these keys; {@code admissions} belong to it from now on. */
    public SealedOpener(Seal seal, Keyring keys, Admissions admissions, ReplayLimits limits) {
        this.seal = seal;
        this.keys = keys;
        this.admissions = admissions;
        replays = new Replays(limits);
    }

    /** Opens with these keys from now on, once they are stored, and forgets the windows that no key needs any more. */
    public void useKeys(Keyring keys) {
        this.keys = keys;
        locked(() -> {
            replays.forgetBefore(keys.oldestGeneration());
            return true;
        });
    }

    /** Lets one more sender in from now on. */
    public void enrol(Enrolment enrolment) {
        locked(() -> {
            admissions.enrol(enrolment);
            return true;
        });
    }

    /** Lets those with this secret in no more. */
    public void expel(AdmissionSecret secret) {
        locked(() -> {
            admissions.expel(secret);
            return true;
        });
    }

    /** Takes back a stored {@link #stateAfter}, at the start and before any packet of that outbox. */
    public void restore(NodeKey sender, long incarnation, byte[] state) {
        locked(() -> {
            replays.restore(sender, incarnation, state);
            return true;
        });
    }

    /** Whether a key that is here may still open packets of the outbox with that {@link #stateAfter}; else it need not be kept. */
    public boolean needs(byte[] state) {
        return Replays.generation(state) >= keys.oldestGeneration();
    }

    /** Generation of the oldest key that is here. */
    public long oldestGeneration() {
        return keys.oldestGeneration();
    }

    /** Newest of the keys that the packets may be sealed to that a {@link #stateAfter} knows. */
    public static long generation(byte[] state) {
        return Replays.generation(state);
    }

    /** One above the highest packet number that a {@link #stateAfter} knows. */
    public static long next(byte[] state) {
        return Replays.next(state);
    }

    /** A state for {@link #restore} in which all packets below a number have come. */
    public byte[] below(long next, long generation) {
        return replays.below(next, generation);
    }

    /** Forgets an outbox. Its caller knows by itself from now on which packets of it have come, and {@link #restore}s that before it takes another. */
    public void forget(NodeKey sender, long incarnation) {
        locked(() -> {
            replays.forget(sender, incarnation);
            return true;
        });
    }

    /** How many packets were refused since the start, by the name of the reason. */
    public Map<String, Long> refusals() {
        return refusals.counts();
    }

    /**
     * By whose secret a packet would be let in that no key here opens yet; nothing is taken from a quota.
     *
     * @return name of the enrolment, empty for a packet without a tag
     * @throws SealException when its tag fits no secret
     */
    public String enrolled(Announcement packet) {
        return counted(() ->
                locked(() -> admissions.identify(packet)).map(Enrolment::name).orElse(""));
    }

    @Override
    public Admitted admit(byte[] caption, Instant postedAt) {
        return counted(() -> {
            checkRecipient(PacketHeader.parse(caption)); // before the rest of it: others may caption otherwise
            return admit(Announcement.parse(caption), postedAt);
        });
    }

    @Override
    public Opened open(Packet packet, Instant postedAt) {
        return counted(() -> {
            List<ReaderSecret> candidates = checkRecipient(packet.header());
            Admitted admitted = admit(Announcement.of(packet), postedAt);
            return open(packet, candidates, admitted);
        });
    }

    @Override
    public Opened open(Packet packet, Admitted admitted) {
        return counted(() -> {
            if (!admitted.announcement().equals(Announcement.of(packet))) {
                throw new Forged(Reason.ANNOUNCEMENT, "the document is not the one that its caption announced");
            }
            return open(packet, checkRecipient(packet.header()), admitted);
        });
    }

    @Override
    public byte[] stateAfter(Opened packet) {
        PacketHeader header = packet.header();
        return locked(() ->
                replays.stateAfter(senderOf(packet), header.incarnation(), header.packetNumber(), packet.generation()));
    }

    @Override
    public void accept(Opened packet) {
        PacketHeader header = packet.header();
        locked(() -> {
            replays.accept(senderOf(packet), header.incarnation(), header.packetNumber(), packet.generation());
            return true;
        });
    }

    private List<ReaderSecret> checkRecipient(PacketHeader header) {
        if (!header.sealed()) throw new Foreign(Reason.NOT_SEALED, "plain, where sealed packets are read");
        List<ReaderSecret> candidates = keys.find(header.recipient());
        if (candidates.isEmpty()) throw new Foreign(Reason.RECIPIENT_UNKNOWN, "sealed to a key that is not here");
        return candidates;
    }

    private Admitted admit(Announcement packet, Instant postedAt) {
        return locked(() -> {
            Optional<Enrolment> by = admissions.identify(packet);
            NodeKey sender = by.map(Enrolment::sender).orElse(null);
            if (sender != null) replays.check(sender, packet);
            admissions.charge(packet, by, postedAt);
            return new Admitted(packet, by.orElse(null));
        });
    }

    private Opened open(Packet packet, List<ReaderSecret> candidates, Admitted admitted) {
        Enrolment by = admitted.by();
        long generation = keys.newestGeneration(); // before opening: the key used is not newer
        PacketHeader header = packet.header();
        Seal.Unsealed unsealed = unseal(packet, candidates);
        NodeKey sender = unsealed.sender();
        if (by != null && by.sender() != null && !sender.equals(by.sender())) {
            throw new Forged(Reason.ADMISSION_SENDER, by.name() + " is not who signed");
        }
        boolean late = locked(() -> {
            boolean below = replays.check(sender, admitted.announcement());
            if (!below) replays.remember(sender, admitted.announcement());
            return below;
        });
        var content = Content.parse(unsealed.content(), header.deflated());
        return new Opened(header, sender, by == null ? null : by.name(), content, late, generation);
    }

    /** Four bytes name a key, so two of a reader may share them. */
    private Seal.Unsealed unseal(Packet packet, List<ReaderSecret> candidates) {
        for (int i = 0; i < candidates.size() - 1; i++) {
            try {
                return seal.open(candidates.get(i), packet.header(), packet.body());
            } catch (Forged other) {
                if (other.reason() != Reason.SEAL_BROKEN) throw other;
            }
        }
        return seal.open(candidates.getLast(), packet.header(), packet.body());
    }

    private static NodeKey senderOf(Opened packet) {
        NodeKey sender = packet.sender();
        if (sender == null) throw new IllegalArgumentException("a plain packet");
        return sender;
    }

    private <T> T counted(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (SealException refused) {
            refusals.count(refused.reason());
            throw refused;
        } catch (WireException refused) {
            refusals.count(refused.reason());
            throw refused;
        }
    }

    private <T> T locked(Supplier<T> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }
}
