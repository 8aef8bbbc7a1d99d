package io.botmesh.runner.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.runner.Journal;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.runner.Source;
import io.botmesh.runner.contract.JournalContract.Item;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/** A runner that is handed one update after the other. */
final class HandedRunner {
    private final LinkedBlockingQueue<Item> handed = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Item> handled = new LinkedBlockingQueue<>();
    private final Runner<Item> runner;

    HandedRunner(Journal<Item> journal) {
        Source<Item> source = new Source<>() {
            @Override
            public List<Item> next(int limit) throws InterruptedException {
                return List.of(handed.take());
            }

            @Override
            public void confirm(Item through) {}

            @Override
            public void flush() {}
        };
        runner = new Runner<>(
                source,
                delivery -> handled.add(delivery.update()),
                RunnerOptions.<Item>defaults().withJournal(journal));
    }

    Runner<Item> runner() {
        return runner;
    }

    /** Returns when its handler has it, before anything else. */
    void handle(Item item) throws InterruptedException {
        handed.add(item);
        assertThat(handled.take()).isEqualTo(item);
    }
}
