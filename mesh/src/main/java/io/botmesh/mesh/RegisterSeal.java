package io.botmesh.mesh;

import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Announcement;
import io.botmesh.seal.NodeKey;
import io.botmesh.seal.ReaderKey;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.Recipient;
import io.botmesh.seal.Seal;
import io.botmesh.seal.SealException;
import io.botmesh.seal.SealedEnvelope;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Confidential;
import io.botmesh.wire.Content;
import io.botmesh.wire.Frame;
import io.botmesh.wire.Packet;
import io.botmesh.wire.PacketHeader;
import io.botmesh.wire.WireException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A register's value to and from the packet that is pinned: sealed to the topic's key, signed by its owner. No admission and no replay
 * window: everybody looks at the same packet again and again, and its version says which is newer.
 */
final class RegisterSeal {
    /** The keys of a topic as they are now. */
    interface Keys {
        ReaderKey current();

        List<ReaderSecret> held();
    }

    /**
     * What an authentic packet says.
     *
     * @param current whether it is sealed to the key in use
     */
    record Found(RegisterValue value, boolean current) {}

    /** Why a packet is not the register. */
    static final class NotTheRegister extends Exception {
        NotTheRegister(String why) {
            super(why, null, false, false);
        }
    }

    private final Topic topic;
    private final Protection.Sealed protection;
    private final @Nullable NodeKey owner;
    private final Keys keys;
    private final long incarnation;
    private long packets;

    RegisterSeal(
            Topic topic, Protection.Sealed protection, @Nullable NodeKey owner, Keys keys, RandomGenerator random) {
        this.topic = topic;
        this.protection = protection;
        this.owner = owner;
        this.keys = keys;
        incarnation = random.nextLong();
    }

    /** Whose signature counts; null while nobody's does. */
    @Nullable
    NodeKey owner() {
        return owner;
    }

    byte[] seal(RegisterValue value) {
        AdmissionSecret admission = topic.admission();
        var envelope =
                new SealedEnvelope(protection.seal(), protection.identity(), new Recipient(keys.current(), admission));
        var frame = new Confidential.Register(topic.name(), value.version(), value.value());
        byte[] plain = new Content("", List.of(frame)).toBytes();
        byte[] small = deflated(plain);
        boolean deflates = small.length < plain.length;
        PacketHeader header = envelope.header(incarnation, packets++).withDeflated(deflates);
        return envelope.wrap(header, deflates ? small : plain);
    }

    private static byte[] deflated(byte[] plain) {
        var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        var bytes = new ByteArrayOutputStream();
        try (var out = new DeflaterOutputStream(bytes, deflater)) {
            out.write(plain);
        } catch (IOException impossible) {
            throw new AssertionError("writing to memory", impossible);
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    /** Whether a caption announces a packet that is worth fetching. */
    boolean isAnnounced(String caption) {
        try {
            int recipient = Announcement.parse(Armour.decode(caption)).header().recipient();
            return keys.held().stream().anyMatch(secret -> secret.key().id() == recipient);
        } catch (WireException | SealException none) {
            return false;
        }
    }

    Found openText(String text) throws NotTheRegister {
        byte[] bytes;
        try {
            bytes = Armour.decode(text);
        } catch (WireException none) {
            throw new NotTheRegister("somebody's words");
        }
        return open(bytes);
    }

    Found open(byte[] bytes) throws NotTheRegister {
        Packet packet;
        try {
            packet = Packet.parse(bytes);
        } catch (WireException none) {
            throw new NotTheRegister("no packet");
        }
        PacketHeader header = packet.header();
        if (!header.sealed()) throw new NotTheRegister("not sealed");
        List<ReaderSecret> fits = keys.held().stream()
                .filter(secret -> secret.key().id() == header.recipient())
                .toList();
        if (fits.isEmpty()) throw new NotTheRegister("sealed to a key that is not here");
        for (ReaderSecret secret : fits) {
            try {
                Seal.Unsealed unsealed = protection.seal().open(secret, header, packet.body());
                return new Found(read(unsealed, header), secret.key().equals(keys.current()));
            } catch (SealException broken) {
                if (broken.reason() == SealException.Reason.SEAL_BROKEN) continue; // two keys may share an id
                throw new NotTheRegister(broken.reason().name());
            }
        }
        throw new NotTheRegister("altered");
    }

    private RegisterValue read(Seal.Unsealed unsealed, PacketHeader header) throws NotTheRegister {
        if (owner == null || !unsealed.sender().equals(owner))
            throw new NotTheRegister("signed by " + unsealed.sender().shortName());
        Content content;
        try {
            content = Content.parse(unsealed.content(), header.deflated());
        } catch (WireException malformed) {
            throw new NotTheRegister(malformed.reason().name());
        }
        return value(topic, content).orElseThrow(() -> new NotTheRegister("the owner's words about something else"));
    }

    /** The value in a content of the owner's; nothing if it is about something else. */
    static Optional<RegisterValue> value(Topic topic, Content content) {
        List<Frame> frames = content.frames();
        boolean about = frames.size() == 1
                && frames.getFirst() instanceof Confidential.Register register
                && register.topic().equals(topic.name());
        if (!about) return Optional.empty();
        var register = (Confidential.Register) frames.getFirst();
        return Optional.of(new RegisterValue(register.version(), register.value()));
    }
}
