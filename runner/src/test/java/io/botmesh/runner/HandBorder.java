package io.botmesh.runner;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Memory and disk by hand. The last digit of an update says its keys: 1, 2, or 3 for both. Memory has little room, and when it
 * runs short a key has a share of one update.
 */
final class HandBorder extends HandWork<Long> {
    /** The server, which is not asked. */
    private static final class Silent implements Source<Long> {
        @Override
        public List<Long> next(int limit) {
            return List.of();
        }

        @Override
        public void confirm(Long through) {}

        @Override
        public void flush() {}
    }

    /** Of each key, whose updates never run at once. */
    private final List<List<Long>> handled =
            Stream.generate(() -> (List<Long>) new ArrayList<Long>()).limit(3).toList();

    final JournaledCustody<Long> custody;

    /** @param room updates that memory has room for */
    HandBorder(Journal<Long> journal, int room) {
        super(limits(room), 1);
        var options = RunnerOptions.<Long>defaults()
                .withJournal(journal)
                .withKeys(HandBorder::keys)
                .withLimits(limits(room));
        custody = new JournaledCustody<>(
                new Silent(),
                journal,
                new TaskMaker<>(options, STOPPED, () -> Instant.EPOCH),
                options,
                crew,
                new Tally<>(new RunnerListener<>() {}));
        custody.begin(List.of());
    }

    private static RunnerLimits limits(int room) {
        return RunnerLimits.defaults().withConcurrency(2).withWatermarks(1, room);
    }

    private static List<Long> keys(Long update) {
        long key = update % 10;
        return key == 3 ? List.of(1L, 2L) : List.of(key);
    }

    @Override
    public Crew.Outcome run(Turn<Long> turn) {
        long update = turn.first.update;
        for (long key : keys(update)) handled.get((int) key).add(update);
        custody.ended(turn.first);
        return new Crew.Outcome.Ended();
    }

    /** What was handled of a key, in order. */
    List<Long> handled(int key) {
        return handled.get(key);
    }

    void arrive(long... updates) {
        for (long update : updates) custody.take(List.of(update));
    }

    boolean refill() {
        return custody.refill(() -> false);
    }

    boolean readOn() {
        return custody.readOn(() -> false);
    }
}
