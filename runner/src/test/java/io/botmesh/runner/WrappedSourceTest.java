package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a source around another one must not keep to itself. */
class WrappedSourceTest {
    private static final class Told extends QueueSource<Integer> {
        final List<String> told = new ArrayList<>();

        @Override
        public void ended(Integer update) {
            told.add("ended " + update);
        }

        @Override
        public boolean tryReply(Delivery<Integer> delivery, Object answer) {
            told.add("reply " + answer + " to " + delivery.update());
            return answer.equals("yes");
        }

        @Override
        public Duration standsStill() {
            return Duration.ofSeconds(3);
        }

        @Override
        public void rewind() {
            told.add("rewind");
        }

        @Override
        public void refetch() {
            told.add("refetch");
        }

        @Override
        public void close() {
            told.add("close");
        }
    }

    private final Told inner = new Told();
    private final List<Source<Integer>> around =
            List.of(new Retrying<>(inner, failure -> new Retrying.Verdict.Fatal()), new Barrier<>(inner));

    @Test
    void theEndOfEachUpdateIsPassedOn() {
        for (var source : around) {
            source.ended(7);
            assertThat(inner.told).as(source.getClass().getSimpleName()).containsExactly("ended 7");
            inner.told.clear();
        }
    }

    @Test
    void aReplyIsPassedOnAndWhetherItGoesIsHandedBack() {
        for (var source : around) {
            assertThat(source.tryReply(Delivery.of(7, 1), "yes")).isTrue();
            assertThat(source.tryReply(Delivery.of(8, 1), "no")).isFalse();
            assertThat(inner.told)
                    .as(source.getClass().getSimpleName())
                    .containsExactly("reply yes to 7", "reply no to 8");
            inner.told.clear();
        }
    }

    @Test
    void rewindsAndClosesArePassedOnAndHowLongItHasStoodStill() {
        for (var source : around) {
            source.rewind();
            source.refetch();
            source.close();
            assertThat(source.standsStill()).isEqualTo(Duration.ofSeconds(3));
            assertThat(inner.told).as(source.getClass().getSimpleName()).containsExactly("rewind", "refetch", "close");
            inner.told.clear();
        }
    }

    @Test
    void aSourceThatHasNoPlaceForAReplySendsNone() {
        assertThat(QueueSource.of(1).tryReply(Delivery.of(1, 1), "yes")).isFalse();
    }
}
