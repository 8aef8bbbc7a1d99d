package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.runner.LongPollOptions.Pace;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class PacingTest {
    private static final Duration MOST = Duration.ofMillis(500);

    /** What a poll brings in the long run, and the pause before it, when updates come at this rate. */
    private record Steady(double updates, Duration pause) {}

    private static Steady steady(Pace pace, double perSecond) {
        var pacing = new Pacing(pace);
        double clock = 0;
        double left = 0;
        double answered = 0;
        double brought = 0;
        int polls = 200;
        for (int i = 0; i < polls; i++) {
            double at = clock + pacing.pause().toNanos() / 1e9;
            left += perSecond * (at - clock);
            if (left < 1) { // the server holds the poll until one comes
                double wait = (1 - left) / perSecond;
                at += wait;
                left = 1;
            }
            at += 0.02; // the round trip
            int count = (int) Math.min(100, left);
            left += perSecond * 0.02 - count;
            pacing.onPoll(count, (long) ((at - answered) * 1e9));
            answered = at;
            clock = at;
            if (i >= polls / 2) brought += count;
        }
        return new Steady(brought / (polls / 2.0), pacing.pause());
    }

    @Test
    void pollsBringAboutAsManyAsAreAimedAt() {
        for (double perSecond : new double[] {200, 500, 1000})
            assertThat(steady(new Pace(50, MOST), perSecond).updates())
                    .as("at %s/s", perSecond)
                    .isBetween(40.0, 75.0);
    }

    @Test
    void noUpdateWaitsLongerThanTheLongestPause() {
        for (double perSecond : new double[] {0.5, 5, 10, 50, 100, 10_000})
            assertThat(steady(new Pace(100, MOST), perSecond).pause()).isLessThanOrEqualTo(MOST);
    }

    @Test
    void whereAPauseWouldHardlyBringASecondUpdateThereIsNone() {
        assertThat(steady(new Pace(100, MOST), 1).pause()).isZero();
        assertThat(steady(new Pace(100, MOST), 100).pause()).isPositive();
    }

    @Test
    void aBacklogIsFetchedWithoutPauses() {
        assertThat(steady(new Pace(100, MOST), 20_000).pause()).isZero();
    }

    @Test
    void withoutAPaceThereAreNoPauses() throws InterruptedException {
        var server = new FakeServer();
        var pauses = new ArrayList<Duration>();
        var poll = new LongPoll<>(
                server, Long::longValue, LongPollOptions.defaults(), System::nanoTime, new Deadlines(), pauses::add);
        for (long id = 1; id < 20; id++) {
            server.send(id, id);
            poll.confirm(poll.next(100).getFirst());
        }
        assertThat(pauses).isEmpty();
    }

    @Test
    void aPacedSourcePausesBeforeItAsks() throws InterruptedException {
        var server = new FakeServer();
        var pauses = new ArrayList<Duration>();
        var nanos = new long[] {Long.MAX_VALUE - 5};
        var poll = new LongPoll<>(
                server,
                Long::longValue,
                LongPollOptions.defaults().withPace(new Pace(100, MOST)),
                () -> nanos[0] += Duration.ofMillis(5).toNanos(),
                new Deadlines(),
                pauses::add);
        for (long id = 1; id < 20; id++) {
            server.send(id, id);
            poll.confirm(poll.next(100).getFirst());
        }
        assertThat(pauses).hasSize(18).allMatch(pause -> pause.isPositive() && pause.compareTo(MOST) <= 0);
        assertThatThrownBy(() -> new Pace(101, MOST)).isInstanceOf(IllegalArgumentException.class);
    }
}
