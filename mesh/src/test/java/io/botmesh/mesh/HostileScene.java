package io.botmesh.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeRig.Member;
import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.Quota;
import io.botmesh.seal.ReaderKey;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.Recipient;
import io.botmesh.seal.Seal;
import io.botmesh.seal.SealedEnvelope;
import io.botmesh.seal.SimulatedSeal;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Content;
import io.botmesh.wire.Packet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Anna speaks with ben, who is honest, and with mallory, who is a peer as he is, owns a topic that anna reads and publishes on, signs whatever it
 * likes, and reads all that anna sends it.
 */
final class HostileScene {
    private static final Quota MUCH = new Quota(1_000_000, 1_000_000, 1L << 40, 1L << 50);
    private static final Identity ANNA = Identity.of(filled(1));
    private static final Identity BEN = Identity.of(filled(2));
    private static final Identity MALLORY = Identity.of(filled(3));
    private static final ReaderSecret ANNAS = ReaderSecret.of(filled(4));
    private static final ReaderSecret BENS = ReaderSecret.of(filled(5));
    private static final ReaderSecret MALLORYS = ReaderSecret.of(filled(6));
    static final ReaderSecret GROUP = ReaderSecret.of(filled(7));

    /** More rounds than that without an end mean that there is none. */
    private static final int MOST_ROUNDS = 20_000;

    final NodeRig rig = new NodeRig(5);
    final Member anna;
    final Member ben;
    /** What mallory has heard of anna last. */
    Packet heard;

    @Nullable
    Content said;

    private final Seal seal = new SimulatedSeal();
    private final MemoryCarrier toAnna = carrier(-1);
    private final MemoryCarrier toBen = carrier(-2);
    private final MemoryCarrier toMallory = carrier(-3);
    private final MemoryCarrier onTopic = carrier(-4);
    private final Carrier.Reader mallorysReader = toMallory.reader();
    private final Carrier.Writers mallorysWriters = toAnna.writers(2);
    private final Carrier.Board board = onTopic.board();
    private final List<String> annas = new ArrayList<>();
    private final List<String> bens = new ArrayList<>();
    private long offset;
    private long posted;
    private long own; // what anna sends herself is hers to keep
    private byte[] last = {};

    HostileScene() {
        anna = rig.add(
                "anna",
                protection(ANNA, Keyring.of(ANNAS).joined("news", 1, GROUP, Instant.EPOCH, Keyring.LIFE)),
                toAnna.reader());
        ben = rig.add("ben", protection(BEN, Keyring.of(BENS)), toBen.reader());
        anna.options = NodeOptions.defaults()
                .withGateway(new NodeOptions.Gateway(3, Duration.ofSeconds(5)))
                .withLanes(new NodeOptions.Sharing(LaneLimits.PAPER, LaneShare.WHOLE, 2));
        peer(anna, "ben", BEN, BENS, toBen);
        peer(anna, "mallory", MALLORY, MALLORYS, toMallory);
        peer(ben, "anna", ANNA, ANNAS, toAnna);
        Carrier.Writers publishing = onTopic.writers(2);
        anna.writers.put(Topic.address("news"), publishing);
        anna.pinning = new NodeRig.Pinning(board);
        anna.topics.add(Topic.of("news", "news.>", GROUP.key())
                .withOwner("mallory", Set.of("anna"))
                .withFrom(Set.of("anna", "mallory"))
                .withWriters(publishing));
        heard = new Packet(envelope(ANNAS.key()).header(0, 0), new byte[0]);
    }

    private MemoryCarrier carrier(long channel) {
        return new MemoryCarrier(channel, () -> Instant.ofEpochSecond(0, rig.now));
    }

    private Protection protection(Identity identity, Keyring keys) {
        return Protection.Sealed.of(identity, keys).withStrangers(MUCH).withSeal(seal);
    }

    private static void peer(Member of, String name, Identity identity, ReaderSecret key, MemoryCarrier carrier) {
        Carrier.Writers writers = carrier.writers(2);
        of.writers.put(name, writers);
        of.peers.add(new Peer(name, identity.key(), key.key(), null, writers.lanes(), writers.capabilities(), true));
    }

    private SealedEnvelope envelope(ReaderKey to) {
        return new SealedEnvelope(seal, MALLORY, new Recipient(to, null));
    }

    static byte[] filled(int with) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    // --- what mallory can do

    /** A content as it likes, sealed and signed as it should be. */
    void post(boolean published, long incarnation, long number, byte[] content, boolean document)
            throws InterruptedException {
        var envelope = envelope(published ? GROUP.key() : ANNAS.key());
        last = envelope.wrap(envelope.header(incarnation, number), content);
        post(last, document);
    }

    void repeat(boolean document) throws InterruptedException {
        if (last.length > 0) post(last, document);
    }

    private void post(byte[] packet, boolean document) throws InterruptedException {
        if (packet.length > Carriers.MOST_TEXT_BYTES && !document) return;
        posted += packet.length;
        mallorysWriters.post(0, packet, document);
    }

    void pin(long number, byte[] content) throws InterruptedException {
        var envelope = envelope(GROUP.key());
        byte[] packet = envelope.wrap(envelope.header(9, number), content);
        board.pin(packet, packet.length > Carriers.MOST_TEXT_BYTES);
        anna.core().look("news", number, rig.now);
    }

    /** A packet to ben that a gateway is to hand on, or something else. */
    byte[] inner(byte[] body) {
        if (body.length % 2 == 1) return body;
        AdmissionSecret worthless = body.length % 4 == 0 ? null : AdmissionSecret.of(filled(8));
        var envelope = new SealedEnvelope(seal, MALLORY, new Recipient(BENS.key(), worthless));
        return envelope.wrap(envelope.header(8, body.length), new Content("", List.of()).toBytes());
    }

    // --- what the honest do

    void annaSends() {
        annas.add("anna " + annas.size());
        anna.send("ben", "s", annas.getLast());
    }

    void benSends() {
        bens.add("ben " + bens.size());
        ben.send("anna", "s", bens.getLast());
    }

    void annaSendsToMallory(String stream, int size) {
        if (!anna.core().hasRoom("mallory", size, rig.now)) return;
        own += size;
        anna.send("mallory", stream, "s", new byte[size]);
    }

    void annaPublishes(int size) {
        if (!anna.core().hasRoom(Topic.address("news"), size, rig.now)) return;
        own += size;
        anna.core().publish("news", "news.x", List.of(), new byte[size], rig.now);
    }

    // --- time, and what must hold

    void pass(long nanos) throws InterruptedException {
        long until = rig.now + nanos;
        int rounds = 0;
        while (true) {
            assertThat(rounds++).as("rounds").isLessThan(MOST_ROUNDS);
            boolean busy = anna.step();
            busy |= ben.step();
            listen();
            if (busy) continue;
            if (rig.now >= until) break;
            long next = Math.min(anna.core().wakeAt(rig.now), ben.core().wakeAt(rig.now));
            rig.now = Math.min(until, Math.max(rig.now + 1, next));
        }
        long bytes =
                anna.disk.values.values().stream().mapToLong(row -> row.length).sum();
        assertThat(bytes).as("bytes in anna's store").isLessThan(300_000 + 200 * posted + 3 * own);
        anna.core().statistics(rig.now);
    }

    private void listen() throws InterruptedException {
        var updates = mallorysReader.poll(offset, 100, Duration.ZERO);
        for (var update : updates) {
            offset = update.updateId() + 1;
            Arrival arrival = mallorysReader.arrival(update).orElseThrow();
            if (arrival.text() == null || arrival.attachment() != null) continue;
            var packet = Packet.parse(Armour.decode(arrival.text()));
            if (packet.header().recipient() != MALLORYS.key().id())
                continue; // as a gateway she hands on what is not for it
            var unsealed = seal.open(MALLORYS, packet.header(), packet.body());
            if (!unsealed.sender().equals(ANNA.key())) continue;
            heard = packet;
            said = Content.parse(unsealed.content(), packet.header().deflated());
        }
    }

    /** Mallory is silent from now on, and anna a new process: what the honest sent is there, in order and once but for crashes. */
    void everythingHonestArrives() throws InterruptedException {
        anna.kill();
        anna.handles = true;
        annaSends();
        benSends();
        pass(Duration.ofMinutes(10).toNanos());
        assertThat(got(anna, "ben")).as("at anna").isEqualTo(bens);
        assertThat(got(ben, "anna")).as("at ben").isEqualTo(annas);
        assertThat(anna.core().isDrained("ben")).as("all acked").isTrue();
    }

    private static List<String> got(Member member, String from) {
        var got = new ArrayList<String>();
        for (Delivery one : member.got) {
            if (!one.peer().equals(from) || !one.known()) continue;
            String body = new String(one.body(), UTF_8);
            if (!got.contains(body)) got.add(body);
            else assertThat(one.again()).as("%s comes again", body).isTrue();
        }
        return got;
    }
}
