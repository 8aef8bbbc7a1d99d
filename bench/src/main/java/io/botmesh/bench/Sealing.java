package io.botmesh.bench;

import io.botmesh.seal.AdmissionSecret;
import io.botmesh.seal.Admissions;
import io.botmesh.seal.Enrolment;
import io.botmesh.seal.HpkeSeal;
import io.botmesh.seal.Identity;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.Quota;
import io.botmesh.seal.ReaderSecret;
import io.botmesh.seal.Recipient;
import io.botmesh.seal.ReplayLimits;
import io.botmesh.seal.SealException;
import io.botmesh.seal.SealedEnvelope;
import io.botmesh.seal.SealedOpener;
import io.botmesh.wire.Armour;
import io.botmesh.wire.Limits;
import io.botmesh.wire.Outgoing;
import io.botmesh.wire.Packer;
import io.botmesh.wire.Packet;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** What sealing, opening and refusing cost one core; processor time of the thread, so that others do not count. */
final class Sealing implements Figure {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Quota AMPLE = new Quota(1e9, 1L << 40, 1e15, 1L << 60);
    private static final int POST = Armour.BASE32768.maxBytes(Armour.POST_CHARACTERS);

    /** A document's worth of messages that compress as logs do. */
    private static final int DOCUMENT_BYTES = 24 << 20;

    private final Identity sender = Identity.generate();
    private final ReaderSecret reader = ReaderSecret.generate();
    private final AdmissionSecret secret = AdmissionSecret.generate();
    private final SealedEnvelope envelope =
            new SealedEnvelope(new HpkeSeal(), sender, new Recipient(reader.key(), secret));
    private final SealedOpener opener = new SealedOpener(
            new HpkeSeal(),
            Keyring.of(reader),
            new Admissions(List.of(new Enrolment("sender", secret, sender.key(), AMPLE)), AMPLE),
            ReplayLimits.defaults());
    private final byte[] content = new byte[POST - envelope.overhead(envelope.header(1, 300))];

    @Override
    public String name() {
        return "seal";
    }

    @Override
    public List<Row> measure(Scale scale) {
        new SplittableRandom(1).nextBytes(content);
        // Its content is padding: noise would be refused behind the seal, and costs the seal no more.
        byte[] post = envelope.wrapPadded(envelope.header(1, 300), new byte[0], POST);
        var packet = Packet.parse(post);
        post[post.length - 1] ^= 1;
        var forged = Packet.parse(post);
        return List.of(
                row(
                        "a full post sealed and signed: processor time",
                        "under 0.3 ms",
                        scale,
                        scale.requests(),
                        i -> packet(300 + i % 50).length),
                row(
                        "a full post opened and verified",
                        "",
                        scale,
                        scale.requests(),
                        i -> opener.open(packet, NOON).header().size()),
                row("a full post with a forged tag refused", "", scale, scale.requests(), i -> refusal(forged)),
                documents(scale, lines()));
    }

    private byte[] packet(long number) {
        return envelope.wrap(envelope.header(1, number), content);
    }

    private int refusal(Packet forged) {
        try {
            throw new IllegalStateException("let in: " + opener.open(forged, NOON));
        } catch (SealException refused) {
            return refused.reason().name().length();
        }
    }

    private interface Step {
        /** What comes out as a number, so that nothing is left out as unused. */
        int run(int i);
    }

    private static Row row(String figure, String target, Scale scale, int times, Step step) {
        var micros = new ArrayList<Double>();
        for (int round = -scale.warmUps(); round < scale.rounds(); round++) {
            long before = cpuNanos();
            long sum = 0;
            for (int i = 0; i < times; i++) sum += step.run(i);
            if (sum == 0) throw new IllegalStateException("nothing was done");
            if (round >= 0) micros.add((cpuNanos() - before) / 1e3 / times);
        }
        return new Row(figure, target, spread(micros).text(0) + " \u00b5s");
    }

    private Row documents(Scale scale, List<Outgoing> lines) {
        var rates = new ArrayList<Double>();
        double ratio = 0;
        for (int round = -scale.warmUps(); round < scale.rounds(); round++) {
            var packer = new Packer();
            long before = cpuNanos();
            var header = envelope.header(2, 7);
            var filled =
                    packer.fill(envelope.sender(), 0, 0, lines, Limits.MAX_PACKET_BYTES - envelope.overhead(header));
            byte[] packet = envelope.wrap(header.withDeflated(filled.deflated()), filled.body());
            if (round >= 0) rates.add(filled.contentBytes() * 1e3 / (cpuNanos() - before));
            ratio = (double) filled.contentBytes() / packet.length;
        }
        return new Row(
                String.format(
                        Locale.ROOT,
                        "messages into sealed documents, packed, deflated at level 1 (%.1f to one), sealed: one core",
                        ratio),
                "50 MB/s at least",
                spread(rates).text(0) + " MB/s");
    }

    /** Lines as programs log them. */
    private static List<Outgoing> lines() {
        var random = new SplittableRandom(7);
        var lines = new ArrayList<Outgoing>();
        String[] words = {"sensor", "worker", "batch", "accepted", "rejected", "queue", "retry", "station", "reading"};
        for (int bytes = 0; bytes < DOCUMENT_BYTES; ) {
            var line = new StringBuilder("2026-01-01T12:")
                    .append(random.nextInt(10, 60))
                    .append(':');
            line.append(random.nextInt(10, 60));
            for (int i = 0; i < 12; i++) {
                line.append(' ').append(words[random.nextInt(words.length)]).append('=');
                line.append(random.nextInt(100_000));
            }
            byte[] body = line.toString().getBytes(StandardCharsets.US_ASCII);
            lines.add(Outgoing.of("log", List.of(), body));
            bytes += body.length;
        }
        return lines;
    }

    private static Spread spread(List<Double> seen) {
        return Spread.of(seen.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
