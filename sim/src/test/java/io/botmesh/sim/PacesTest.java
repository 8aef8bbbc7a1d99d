package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who posts faster than the server takes is found, and who comes again when it was told to is not. */
class PacesTest {
    private static final Object PROCESS = new Object();

    private final Violations violations = new Violations(() -> 0);
    private final Paces paces = new Paces(violations, 0.25, 2);

    private void send(long seconds) {
        paces.onSend("a", PROCESS, "b", 0, seconds * Scheduler.SECOND);
    }

    @Test
    void oneMoreThanTheBurstIsFoundUntilTheBucketHasFilled() {
        send(0);
        send(0);
        send(4);
        assertThat(violations.count()).isZero();
        send(7);
        assertThat(violations.texts()).singleElement().asString().startsWith("I9");
    }

    @Test
    void whoIsTurnedAwayMayComeAgainWhenTheServerSays() {
        send(0);
        for (int second = 1; second < 10; second++) {
            send(second);
            paces.onTurnedAway(PROCESS, "b", 0);
        }
        assertThat(violations.count()).isZero();
    }

    @Test
    void whoDoesNotWaitForTheAnswerIsFound() {
        send(0);
        send(0);
        send(0);
        paces.onTurnedAway(PROCESS, "b", 0);
        assertThat(violations.count()).isEqualTo(1);
    }
}
