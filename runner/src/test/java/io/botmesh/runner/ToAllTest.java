package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToAllTest {
    @Test
    void everyListenerIsToldThoughOneThrows() {
        var told = new ArrayList<String>();
        RunnerListener<String> throwing = new RunnerListener<>() {
            @Override
            public void onPolled(int updates) {
                told.add("first " + updates);
                throw new IllegalStateException("its own affair");
            }
        };
        RunnerListener<String> second = new RunnerListener<>() {
            @Override
            public void onPolled(int updates) {
                told.add("second " + updates);
            }
        };
        var all = RunnerListener.all(List.of(throwing, second));
        assertThatCode(() -> all.onPolled(3)).doesNotThrowAnyException();
        all.onStopped(StopReport.NOTHING);
        assertThat(told).containsExactly("first 3", "second 3");
        assertThat(all)
                .isNotEqualTo(RunnerListener.all(List.of(throwing, second)))
                .hasSameHashCodeAs(all);
    }
}
