package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That calls are found is shown by processes, in {@link ExitTest}. */
@Timeout(60)
class ExitsTest {
    /** With many of them and few processors each look would take until all had their turn. */
    @Test
    void theStackOfAThreadThatComputesIsNotAskedFor() throws InterruptedException {
        var looked = new AtomicBoolean();
        var release = new AtomicBoolean();
        var spinning = new CountDownLatch(1);
        var thread =
                new Thread(() -> {
                    spinning.countDown();
                    while (!release.get()) Thread.onSpinWait();
                }) {
                    @Override
                    public StackTraceElement[] getStackTrace() {
                        looked.set(true);
                        return super.getStackTrace();
                    }
                };
        thread.start();
        spinning.await();
        // It may wait a moment for the loading of a class.
        while (thread.getState() != Thread.State.RUNNABLE) Thread.onSpinWait();
        looked.set(false);
        assertThat(Exits.isIn(thread)).isFalse();
        assertThat(looked).isFalse();
        release.set(true);
        thread.join();
    }
}
