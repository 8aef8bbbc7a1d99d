package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class TellingsTest {
    private final LinkedBlockingQueue<Integer> told = new LinkedBlockingQueue<>();

    private List<Integer> take(int count) throws InterruptedException {
        var taken = new ArrayList<Integer>();
        while (taken.size() < count) taken.add(told.take());
        return taken;
    }

    @Test
    void allIsToldInTheOrderGivenAlsoAfterOneThatThrows() throws InterruptedException {
        var tellings = new Tellings(Duration.ofDays(1));
        var quiet = new CountDownLatch(1);
        tellings.tell(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> quiet.countDown());
            throw new IllegalStateException("a listener's");
        });
        for (int i = 0; i < 200; i++) {
            int number = i;
            tellings.tell(() -> told.add(number));
        }
        assertThat(take(200)).isEqualTo(IntStream.range(0, 200).boxed().toList());
        quiet.await();
    }

    @Test
    void oneThatDoesNotEndHoldsUpNobodyForLongerThanThePatience() throws InterruptedException {
        var tellings = new Tellings(Duration.ofMillis(1));
        var never = new CountDownLatch(1);
        tellings.tell(() -> {
            try {
                never.await();
            } catch (InterruptedException nobodyDoesThis) {
                Thread.currentThread().interrupt();
            }
            told.add(0);
        });
        tellings.tell(() -> told.add(1));
        tellings.tell(() -> told.add(2));
        assertThat(take(2)).containsExactlyInAnyOrder(1, 2);
        never.countDown();
        assertThat(told.take()).isZero();
    }
}
