package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class AlarmQueueTest {
    private final AlarmQueue alarms = new AlarmQueue();
    private final ArrayList<String> heard = new ArrayList<>();

    private AlarmQueue.Entry set(long nanos, String what) {
        return alarms.set(Duration.ofNanos(nanos), () -> heard.add(what));
    }

    private void pass(long until) {
        for (var due = alarms.next(until); due != null; due = alarms.next(until)) due.run();
    }

    @Test
    void alarmsGoOffAtTheirMomentsAndThoseOfOneMomentInTheOrderOfTheirSetting() {
        set(20, "late");
        set(10, "first");
        set(10, "second");
        var cancelled = set(10, "cancelled");
        set(-5, "at once");
        alarms.cancel(cancelled);
        pass(0);
        assertThat(heard).containsExactly("at once");
        pass(15);
        assertThat(heard).containsExactly("at once", "first", "second");
        assertThat(alarms.passed()).isEqualTo(15);
        assertThat(alarms.size()).isOne();
        alarms.clear();
        pass(100);
        assertThat(heard).hasSize(3);
    }

    @Test
    void timeStandsAtTheMomentOfAnAlarmThatIsTakenAndNeverGoesBack() {
        set(10, "first");
        long begin = alarms.nanoTime();
        assertThat(alarms.next(30)).isNotNull();
        assertThat(alarms.nanoTime() - begin).isEqualTo(10);
        assertThat(alarms.next(30)).isNull();
        assertThat(alarms.next(20)).isNull();
        assertThat(alarms.passed()).isEqualTo(30);
    }

    @Test
    void aPauseThatIsTooLongToCountIsEndless() {
        pass(10);
        alarms.set(Duration.ofSeconds(Long.MAX_VALUE), () -> heard.add("never"));
        pass(Duration.ofDays(36_500).toNanos());
        assertThat(heard).isEmpty();
        assertThat(alarms.size()).isOne();
    }
}
