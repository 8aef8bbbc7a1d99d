package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopicStateTest {
    private static final ReaderSecret FIRST = ReaderSecret.generate();

    private static Keyring.Held held(long epoch) {
        return new Keyring.Held(FIRST, epoch, "news", epoch, Instant.ofEpochSecond(60));
    }

    private static TopicState.Known known(long epoch) {
        return TopicState.Known.none(Topic.of("news", "news.>", FIRST.key()))
                .withKey(epoch, FIRST.key().toBytes())
                .withQueues(epoch, Map.of("work", Set.of("ben")))
                .withHeld(List.of(held(epoch)));
    }

    private static TopicState.Known restored(byte[] row) {
        return Objects.requireNonNull(TopicState.parse(row).get("news"));
    }

    @Test
    void whoeverHadTheFirstKeyIsKnownToHaveHadItThoughItIsGone() {
        TopicState.Known later = known(1).withHeld(List.of(held(7)));
        assertThat(restored(TopicState.toBytes(List.of(later))).ever()).isTrue();
        assertThat(restored(TopicState.toBytes(List.of(known(7)))).ever()).isFalse();
    }

    @Test
    void aRowOfTheVersionBeforeIsRead() {
        for (long epoch : new long[] {1, 7}) {
            byte[] now = TopicState.toBytes(List.of(known(epoch)));
            byte[] before = Arrays.copyOf(now, now.length - 1); // it ends with what that version does not say
            before[0] = 1;
            TopicState.Known back = restored(before);
            assertThat(back.held()).isEqualTo(List.of(held(epoch)));
            assertThat(back.queues()).isEqualTo(Map.of(epoch, Map.of("work", Set.of("ben"))));
            assertThat(back.ever()).isEqualTo(epoch == 1);
        }
    }

    @Test
    void aRowOfALaterVersionIsRefused() {
        byte[] row = TopicState.toBytes(List.of(known(1)));
        row[0] = 3;
        assertThatThrownBy(() -> TopicState.parse(row))
                .isInstanceOf(MeshException.Damaged.class)
                .hasMessageContaining("of version 3");
    }
}
