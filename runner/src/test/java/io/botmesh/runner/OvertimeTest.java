package io.botmesh.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handlers whose time is over in one moment, by hand. Numbers in brackets are the ported behaviours. */
@Timeout(300)
class OvertimeTest {
    private static final Duration LIMIT = Duration.ofSeconds(50);

    private final FakeTimer timer = new FakeTimer();
    private final LinkedBlockingQueue<Integer> told = new LinkedBlockingQueue<>();
    private final Random random = new Random(17);

    private Crew<Integer> crew(TimeLimits<Integer> times) {
        var crew = new Crew<Integer>(RunnerLimits.defaults(), 0, times, true, timer, work -> {}, Shares.MOST);
        crew.overtime.tellings = new Tellings(Duration.ofDays(1));
        crew.serve(new Crew.Attempt<>() {
            @Override
            public Crew.Outcome run(Turn<Integer> turn) {
                return new Crew.Outcome.Ended();
            }

            @Override
            public boolean expired(Turn<Integer> turn) {
                return false;
            }

            @Override
            public void dropped(Task<Integer> task, DropReason reason) {}

            @Override
            public void parks(Turn<Integer> turn) {}

            @Override
            public boolean takes(Parked<Integer> parked, Task<Integer> task) {
                return false;
            }

            @Override
            public void timedOut(Turn<Integer> turn, Duration ran) {
                told.add(turn.first.update);
            }

            @Override
            public Crew.Outcome abandoned(Turn<Integer> turn, boolean decides) {
                return new Crew.Outcome.Ended();
            }
        });
        return crew;
    }

    /** Turns that have started one after the other, whose threads have come to their beginning in any order. */
    private List<Turn<Integer>> begun(Crew<Integer> crew, int count) {
        crew.admit(IntStream.range(0, count)
                .mapToObj(update -> new Task<>(update, 0, 1, List.of(), null))
                .toList());
        var turns = Stream.generate(crew::take).limit(count).toList();
        for (var turn : turns) turn.thread = new Thread();
        var shuffled = new ArrayList<>(turns);
        Collections.shuffle(shuffled, random);
        shuffled.forEach(crew.overtime::begin);
        return turns;
    }

    private List<Integer> heard(int count) throws InterruptedException {
        var heard = new ArrayList<Integer>();
        while (heard.size() < count) heard.add(told.take());
        return heard;
    }

    /** [10], [14] */
    @Test
    void timeoutsOfOneMomentAreToldInTheOrderOfTheStarts() throws InterruptedException {
        begun(crew(TimeLimits.<Integer>defaults().withExecution(LIMIT)), 100);
        timer.advance(LIMIT);
        assertThat(heard(100)).isEqualTo(IntStream.range(0, 100).boxed().toList());
    }

    /** [17]: whoever has ended, well or not, is not told of. */
    @Test
    void soAreThoseAmongOthersThatHaveEnded() throws InterruptedException {
        var crew = crew(TimeLimits.<Integer>defaults().withExecution(LIMIT));
        var turns = begun(crew, 38);
        for (var turn : turns)
            if (turn.first.update % 3 != 2)
                crew.overtime.returned(turn, turn.first.update % 3 == 0 ? null : new IllegalStateException("bad"));
        timer.advance(LIMIT);
        assertThat(heard(12))
                .isEqualTo(
                        IntStream.range(0, 38).filter(i -> i % 3 == 2).boxed().toList());
        assertThat(crew.count().timedOut()).isEqualTo(12);
    }

    @Test
    void soAreThoseThatKeepAllOthersAway() throws InterruptedException {
        var most = Duration.ofMinutes(5);
        var crew = crew(TimeLimits.<Integer>defaults().withExecution(null).withStandstill(most));
        begun(crew, 50);
        timer.advance(most);
        crew.onStandstill(most);
        assertThat(heard(50)).isEqualTo(IntStream.range(0, 50).boxed().toList());
    }
}
