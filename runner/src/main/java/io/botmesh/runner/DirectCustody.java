package io.botmesh.runner;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Updates live in memory only: confirmed before they start, or held at the server until they have ended. */
final class DirectCustody<U> implements Custody<U> {
    private final Source<U> source;
    private final TaskMaker<U> maker;
    private final RunnerLimits limits;
    private final Crew<U> crew;
    private final Prefix<U> prefix = new Prefix<>();
    private final boolean confirmedFirst;
    private final Tally<U> tally;
    /** The batch that is being taken in, of the thread that polls. */
    private @Nullable List<U> inHand;

    private @Nullable List<Task<U>> tasks;

    /** @param confirmedFirst whether nothing may ever be handled twice */
    DirectCustody(
            Source<U> source,
            TaskMaker<U> maker,
            RunnerLimits limits,
            Crew<U> crew,
            boolean confirmedFirst,
            Tally<U> tally) {
        this.source = source;
        this.maker = maker;
        this.limits = limits;
        this.crew = crew;
        this.confirmedFirst = confirmedFirst;
        this.tally = tally;
    }

    @Override
    public void awaitRoom() throws InterruptedException {
        int waiting = crew.held();
        if (waiting < limits.highWatermark()) return;
        tally.tell(listener -> listener.onPaused(waiting));
        crew.awaitLow();
        int now = crew.held();
        tally.tell(listener -> listener.onResumed(now));
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    public void take(List<U> batch) throws InterruptedException {
        if (inHand != batch) { // that one, not one like it
            if (confirmedFirst) forgetAtTheServer(batch);
            inHand = batch;
            tasks = null;
        }
        var known = tasks;
        if (known == null) {
            known = batch.stream().map(maker::arrived).toList();
            if (!confirmedFirst) prefix.add(known); // all or none
            tasks = known;
        }
        crew.admit(known);
        inHand = null;
        tasks = null;
    }

    private void forgetAtTheServer(List<U> batch) throws InterruptedException {
        source.confirm(batch.getLast());
        boolean told = false;
        try {
            source.flush();
            told = true;
        } finally {
            if (!told) tally.unstarted.add(batch.size());
        }
    }

    /** The server shows nothing beyond the hundredth unended update: handlers that wait for hours would stop them all. */
    @Override
    public boolean keepsParked() {
        return false;
    }

    @Override
    public void ended(Task<U> task) {
        if (confirmedFirst) return;
        source.ended(task.update);
        prefix.ended(task).ifPresent(source::confirm);
    }

    @Override
    public void dropped() {
        prefix.clear();
    }
}
