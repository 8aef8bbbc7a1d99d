package io.botmesh.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.wire.PacketHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final PacketHeader HEADER = new PacketHeader(true, true, 7, 8, 900, 0L);

    private final AdmissionSecret secret = AdmissionSecret.of(new byte[32]);

    @Test
    void theTagCoversHeaderLengthAndBody() throws Exception {
        byte[] body = {1, 2, 3};
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
        mac.update("botmesh/admission/1".getBytes(StandardCharsets.US_ASCII));
        mac.update(HEADER.toBytes(), 0, HEADER.size() - 8);
        mac.update(new byte[] {0, 0, 0, 3});
        long expected = ByteBuffer.wrap(mac.doFinal(digest)).getLong();
        assertThat(secret.tag(new Announcement(HEADER, 3, digest))).isEqualTo(expected);
        assertThat(secret.tag(new Announcement(HEADER.withAdmissionTag(-1L), 3, digest)))
                .isEqualTo(expected);
        assertThat(secret.tag(new Announcement(HEADER, 4, digest))).isNotEqualTo(expected);
        assertThat(secret.tag(new Announcement(HEADER.withPacketNumber(901), 3, digest)))
                .isNotEqualTo(expected);
    }

    @Test
    void theSecretReadsBackFromItsTextAndIsNeverPrinted() {
        assertThat(AdmissionSecret.parse(secret.secretText())).isEqualTo(secret);
        assertThat(Enrolment.shared("all", secret).toString())
                .doesNotContain(secret.secretText().substring(13));
        assertThatThrownBy(() -> AdmissionSecret.parse(secret.secretText() + "A"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneSecretIsGivenOutOnce() {
        assertThatThrownBy(() ->
                        new Admissions(List.of(Enrolment.shared("a", secret), Enrolment.shared("b", secret)), null))
                .hasMessage("b has the secret of a");
    }

    @Test
    void anAnnouncementReadsBack() {
        var announcement = new Announcement(HEADER, 19 << 20, new byte[32]);
        assertThat(Announcement.parse(announcement.toBytes())).isEqualTo(announcement);
    }

    @Test
    void aBucketHoldsItsBurstAndRefillsAtItsRate() {
        var buckets = new TokenBuckets(new Quota(2, 4, 1000, 10_000));
        for (int i = 0; i < 4; i++) assertThat(buckets.tryTake(1, NOON)).isTrue();
        assertThat(buckets.tryTake(1, NOON)).isFalse();
        assertThat(buckets.tryTake(1, NOON.plusMillis(499))).isFalse();
        assertThat(buckets.tryTake(1, NOON.plusMillis(500))).isTrue();
        assertThat(buckets.tryTake(1, NOON.plusMillis(999))).isFalse();
        for (int i = 0; i < 4; i++)
            assertThat(buckets.tryTake(1, NOON.plusSeconds(60))).isTrue();
        assertThat(buckets.tryTake(1, NOON.plusSeconds(60))).isFalse();
    }

    @Test
    void bytesRunOutAsPacketsDo() {
        var buckets = new TokenBuckets(new Quota(100, 100, 1000, 10_000));
        assertThat(buckets.tryTake(10_001, NOON)).isFalse();
        assertThat(buckets.tryTake(10_000, NOON)).isTrue();
        assertThat(buckets.tryTake(1000, NOON.plusMillis(900))).isFalse();
        assertThat(buckets.tryTake(1000, NOON.plusMillis(1000))).isTrue();
    }

    /** Posts of several channels are not quite in order of time, and clocks are wrong by years at times. */
    @Test
    void timeThatJumpsNeitherRefillsTwiceNorLocksOut() {
        var buckets = new TokenBuckets(new Quota(1, 2, 1e9, 1_000_000_000));
        assertThat(buckets.tryTake(1, NOON)).isTrue();
        assertThat(buckets.tryTake(1, NOON)).isTrue();
        assertThat(buckets.tryTake(1, NOON.minusSeconds(300))).isFalse();
        assertThat(buckets.tryTake(1, NOON)).isFalse();
        assertThat(buckets.tryTake(1, NOON.plusSeconds(1))).isTrue();
        for (var wrong : List.of(Instant.MAX, Instant.MIN, NOON.plus(Duration.ofDays(900)))) {
            buckets.tryTake(1, wrong);
            buckets.tryTake(1, NOON);
            buckets.tryTake(1, NOON);
            buckets.tryTake(1, NOON);
            assertThat(buckets.tryTake(1, NOON)).isFalse();
            assertThat(buckets.tryTake(1, NOON.plusSeconds(1))).isTrue();
        }
    }

    /** A reader that was away for a day gets a day's posts at once; their own times say that nobody hurried. */
    @Test
    void aBacklogIsNoFlood() {
        var buckets = new TokenBuckets(new Quota(1, 1, 1e6, 1_000_000));
        for (int second = 0; second < 86_400; second++) {
            assertThat(buckets.tryTake(7000, NOON.plusSeconds(second))).isTrue();
        }
    }
}
