package io.botmesh.seal;

import static io.botmesh.seal.SealContract.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.seal.SealException.Reason;
import io.botmesh.wire.Confidential.KeyNotice;
import io.botmesh.wire.Content;
import io.botmesh.wire.Packet;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A key that many hold: handed over sealed, read with by all, of no use to who left. */
class GroupTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Seal seal = new HpkeSeal();
    private final Identity owner = Identity.generate();
    private final Identity writer = Identity.generate();
    private final Identity ann = Identity.generate();
    private final Identity bob = Identity.generate();
    private final ReaderSecret anns = ReaderSecret.generate();
    private final ReaderSecret bobs = ReaderSecret.generate();

    @Test
    void everyMemberReadsWhatIsSealedToTheGroupAndWhoLeftDoesNot() {
        var group = Group.create("readers").with(ann.key(), anns.key()).with(bob.key(), bobs.key());
        var annsKeys = handedOver(group, anns, Keyring.of(anns));
        var bobsKeys = handedOver(group, bobs, Keyring.of(bobs));
        Packet first = packet(group.key());
        assertThat(opener(annsKeys).open(first, NOON).sender()).isEqualTo(writer.key());
        assertThat(opener(bobsKeys).open(first, NOON).sender()).isEqualTo(writer.key());

        var later = group.without(bob.key());
        assertThat(later.epoch()).isGreaterThan(group.epoch());
        assertThat(later.grants()).extracting(Group.Grant::member).containsExactly(ann.key());
        Packet second = packet(later.key());
        assertThat(opener(handedOver(later, anns, annsKeys)).open(second, NOON).sender())
                .isEqualTo(writer.key());
        refused(() -> opener(bobsKeys).open(second, NOON), Reason.RECIPIENT_UNKNOWN);
    }

    @Test
    void whoComesLaterReadsNothingFromBefore() {
        var group = Group.create("readers").with(ann.key(), anns.key());
        Packet before = packet(group.key());
        var both = group.with(bob.key(), bobs.key());
        refused(() -> opener(handedOver(both, bobs, Keyring.of(bobs))).open(before, NOON), Reason.RECIPIENT_UNKNOWN);
    }

    @Test
    void aChangeOfNothingChangesNoKey() {
        var group = Group.create("readers").with(ann.key(), anns.key());
        assertThat(group.without(bob.key())).isSameAs(group);
        assertThat(group.rotated().key()).isNotEqualTo(group.key());
        assertThat(group.rotated().members()).isEqualTo(group.members());
    }

    @Test
    void writersLearnThePublicHalfOnly() {
        var group = Group.create("readers").with(ann.key(), anns.key());
        assertThat(group.announcement().secret()).isEmpty();
        assertThat(ReaderKey.of(group.announcement().key())).isEqualTo(group.key());
        assertThatThrownBy(() -> Keyring.of(anns).joined(group.announcement(), NOON, Keyring.LIFE))
                .hasMessageContaining("writers");
    }

    @Test
    void aKeyWhoseHalvesDoNotFitIsRefused() {
        var notice = new KeyNotice("g", 1, anns.key().toBytes(), bobs.toBytes());
        assertThatThrownBy(() -> Keyring.of(anns).joined(notice, NOON, Keyring.LIFE))
                .hasMessageContaining("do not fit");
    }

    @Test
    void printsNoSecret() {
        var group = Group.create("readers").with(ann.key(), anns.key());
        assertThat(group + " " + group.grants())
                .doesNotContain(group.secret().secretText().substring(17, 40));
    }

    /** The notice goes as a frame, sealed to the member, and comes out of the packet as it went in. */
    private Keyring handedOver(Group group, ReaderSecret member, Keyring keys) {
        var grant = group.grants().stream()
                .filter(one -> one.to().equals(member.key()))
                .findFirst()
                .orElseThrow();
        var envelope = new SealedEnvelope(seal, owner, new Recipient(grant.to(), null));
        byte[] packet =
                envelope.wrap(envelope.header(group.epoch(), 0), new Content("", List.of(grant.notice())).toBytes());
        var opened = opener(keys).open(Packet.parse(packet), NOON);
        assertThat(opened.sender()).isEqualTo(owner.key());
        return keys.joined((KeyNotice) opened.content().frames().getFirst(), NOON, Keyring.LIFE);
    }

    private Packet packet(ReaderKey to) {
        var envelope = new SealedEnvelope(seal, writer, new Recipient(to, null));
        return Packet.parse(envelope.wrap(envelope.header(7, 0), new byte[0]));
    }

    private SealedOpener opener(Keyring keys) {
        return new SealedOpener(seal, keys, new Admissions(List.of(), Quota.enrolled()), ReplayLimits.defaults());
    }
}
