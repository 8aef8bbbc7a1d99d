package io.botmesh.runner.contract;

import io.botmesh.runner.DeadLetters;
import io.botmesh.runner.Journal;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/** Passes everything on: tests override what is to go wrong. */
public class ForwardingJournal<U> implements Journal<U> {
    private final Journal<U> to;

    public ForwardingJournal(Journal<U> to) {
        this.to = to;
    }

    @Override
    public OptionalLong owner() {
        return to.owner();
    }

    @Override
    public List<Entry<U>> append(List<U> updates) {
        return to.append(updates);
    }

    @Override
    public List<Entry<U>> undone(long after, int limit) {
        return to.undone(after, limit);
    }

    @Override
    public List<Entry<U>> undone(List<Long> sequences) {
        return to.undone(sequences);
    }

    @Override
    public void began(long sequence, int attempt) {
        to.began(sequence, attempt);
    }

    @Override
    public void failed(long sequence, int attempts) {
        to.failed(sequence, attempts);
    }

    @Override
    public void done(long sequence) {
        to.done(sequence);
    }

    @Override
    public void dead(long sequence, int attempts, DeadLetters.Cause cause) {
        to.dead(sequence, attempts, cause);
    }

    @Override
    public DeadLetters<U> deadLetters() {
        return to.deadLetters();
    }

    @Override
    public void onReplay(LongConsumer listener) {
        to.onReplay(listener);
    }

    @Override
    public void flush() {
        to.flush();
    }

    @Override
    public long size() {
        return to.size();
    }

    @Override
    public void close() {
        to.close();
    }
}
