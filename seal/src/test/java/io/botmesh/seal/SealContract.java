package io.botmesh.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.seal.SealException.Reason;
import io.botmesh.wire.PacketHeader;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every seal holds to, the stand-in of the simulator too. */
abstract class SealContract {
    static final PacketHeader HEADER =
            new PacketHeader(true, false, 0x01020304, 0x1122334455667788L, 300, 0x0fedcba987654321L);

    final Identity sender = Identity.generate();
    final ReaderSecret reader = ReaderSecret.generate();
    final Seal seal = seal();

    abstract Seal seal();

    @Test
    void opensWhatItSealedAndNamesTheSender() {
        var random = Seed.random("opensWhatItSealedAndNamesTheSender");
        for (int length : List.of(0, 1, 15, 16, 17, 31, 100, 7500, 100_000)) {
            byte[] content = Seed.bytes(random, length);
            byte[] body = seal.seal(sender, reader.key(), HEADER, content, 0);
            assertThat(body).hasSize(length + Seal.OVERHEAD_BYTES);
            var opened = seal.open(reader, HEADER, body);
            assertThat(opened.content()).isEqualTo(content);
            assertThat(opened.sender()).isEqualTo(sender.key());
        }
    }

    @Test
    void paddingAddsToTheSizeAndNothingToTheContent() {
        for (byte[] content : List.of(new byte[0], new byte[5], new byte[] {1}, new byte[] {1, 0, 0}, new byte[] {7})) {
            for (int padding : List.of(0, 1, 300)) {
                byte[] body = seal.seal(sender, reader.key(), HEADER, content, padding);
                assertThat(body).hasSize(content.length + padding + Seal.OVERHEAD_BYTES);
                assertThat(seal.open(reader, HEADER, body).content()).isEqualTo(content);
            }
        }
    }

    @Test
    void whoKeptTheKeyOfAPacketReopensIt() {
        byte[] ephemeral = seal.ephemeral();
        byte[] content = {1, 2, 3};
        byte[] body = seal.seal(sender, reader.key(), HEADER, content, 0, ephemeral);
        assertThat(seal.open(reader, HEADER, body).content()).isEqualTo(content);
        var reopened = seal.reopen(ephemeral, reader.key(), HEADER, body);
        assertThat(reopened.content()).isEqualTo(content);
        assertThat(reopened.sender()).isEqualTo(sender.key());
        var another = ReaderSecret.generate().key();
        refused(() -> seal.reopen(ephemeral, another, HEADER, body), Reason.SEAL_BROKEN);
    }

    @Test
    void anEnvelopeSealsTheSameToAnotherKey() {
        var next = ReaderSecret.generate();
        var first = new SealedEnvelope(seal, sender, new Recipient(reader.key(), null));
        var second = new SealedEnvelope(seal, sender, new Recipient(next.key(), null));
        var kept = first.keep(first.header(7, 1), new byte[] {4, 5});
        assertThat(first.isTo(kept.key())).isTrue();
        assertThat(second.isTo(kept.key())).isFalse();
        assertThat(second.reopen(kept.key(), kept.packet())).containsExactly(4, 5);
    }

    @Test
    void anotherReaderOpensNothing() {
        byte[] body = seal.seal(sender, reader.key(), HEADER, new byte[40], 0);
        refused(() -> seal.open(ReaderSecret.generate(), HEADER, body), Reason.SEAL_BROKEN);
    }

    @Test
    void aBodyWithAnyBitFlippedIsRefused() {
        byte[] body = seal.seal(sender, reader.key(), HEADER, new byte[40], 3);
        for (int bit = 0; bit < body.length * 8; bit++) {
            byte[] flipped = body.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            refused(() -> seal.open(reader, HEADER, flipped), Reason.SEAL_BROKEN);
        }
    }

    @Test
    void aBodyUnderAnotherHeaderIsRefused() {
        byte[] body = seal.seal(sender, reader.key(), HEADER, new byte[40], 0);
        for (var other : List.of(
                HEADER.withDeflated(true),
                HEADER.withPacketNumber(301),
                HEADER.withAdmissionTag(null),
                new PacketHeader(true, false, 0x01020305, HEADER.incarnation(), 300, 1L),
                new PacketHeader(true, false, HEADER.recipient(), 1, 300, 1L))) {
            refused(() -> seal.open(reader, other, body), Reason.SEAL_BROKEN);
        }
    }

    @Test
    void theTagIsLeftToTheAdmission() {
        byte[] body = seal.seal(sender, reader.key(), HEADER.withAdmissionTag(0L), new byte[40], 0);
        assertThat(seal.open(reader, HEADER, body).content()).hasSize(40);
    }

    @Test
    void aBodyCutAnywhereIsRefused() {
        byte[] body = seal.seal(sender, reader.key(), HEADER, new byte[40], 0);
        for (int length = 0; length < body.length; length++) {
            byte[] cut = Arrays.copyOf(body, length);
            refused(
                    () -> seal.open(reader, HEADER, cut),
                    length < Seal.OVERHEAD_BYTES ? Reason.SEAL_TRUNCATED : Reason.SEAL_BROKEN);
        }
        refused(() -> seal.open(reader, HEADER, Arrays.copyOf(body, body.length + 1)), Reason.SEAL_BROKEN);
    }

    @Test
    void garbageIsRefused() {
        var random = Seed.random("garbageIsRefused");
        Set<Reason> reasons = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            byte[] garbage = Seed.bytes(random, random.nextInt(400));
            assertThatThrownBy(() -> seal.open(reader, HEADER, garbage))
                    .isInstanceOfSatisfying(SealException.Forged.class, refused -> reasons.add(refused.reason()));
        }
        assertThat(reasons).containsExactlyInAnyOrder(Reason.SEAL_TRUNCATED, Reason.SEAL_BROKEN);
    }

    static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable opening, Reason reason) {
        assertThatThrownBy(opening).isInstanceOfSatisfying(SealException.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.getStackTrace()).isEmpty();
        });
    }
}
