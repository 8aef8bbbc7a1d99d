package io.botmesh.runner;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One update in memory. Guarded by the lock of the {@link Crew}, except what is final or volatile. */
final class Task<U> {
    final U update;
    /** Place in the journal, or 0 without one. */
    final long sequence;
    /** Distinct. */
    final List<?> keys;
    /** Why the keys could not be computed, which is how the update will fail. */
    final @Nullable Throwable unkeyed;
    /** When it came into memory, on the timer's clock. */
    long arrived;
    /** When its age began, on the timer's clock. */
    long born;

    @Nullable
    AgeLimit age;

    int attempt;
    /** What it queues up for: its keys, or, for a control task, those keys for control tasks. */
    List<?> lanes;
    /** For each key; empty if all are queues. */
    List<KeyRule<U>> rules = List.of();
    /** Goes before all that are not. */
    boolean control;

    /** Lanes that have not granted it a place, and one more if it is kept until its key is quiet. */
    int ahead;
    /** One bit for each lane that has. */
    long granted;
    /** Those of them that it has let others have before its end. */
    long givenBack;

    /** Lets others have what suspects have in common, when the attempt has lasted for long. */
    Timer.Alarm suspected = Timer.Alarm.NONE;
    /** Which attempt that is for, 0 for none. */
    long suspicion;

    /** Has come into the queue, become one with another, been dropped or left on disk: not to be admitted again. */
    boolean admitted;

    boolean taken;
    boolean removed;
    /** When its key will have been quiet for long enough, on the timer's clock. */
    long quietUntil;
    /** Updates that it has become one with. */
    int absorbed;
    /** What is handled in its place: the newest alone, or several that are merged; empty for itself. */
    List<Task<U>> content = List.of();
    /** Updates that this one was merged from; empty if it came as it is. */
    List<Task<U>> parts = List.of();
    /** Updates that are handled again together, this one's place in the queue being theirs; empty for this one alone. */
    List<Task<U>> conversation = List.of();
    /** Set if this is no update but the place of a handler that has waited in vain and wants its keys back. */
    @Nullable
    Parked<U> waker;
    /** Has been given out of the custody's hands while its handler goes on. Touched by the handler's thread alone. */
    boolean settled;
    /** Nothing more will happen to it. Guarded by the {@link Prefix}. */
    boolean ended;

    Task(U update, long sequence, int attempt, List<?> keys, @Nullable Throwable unkeyed) {
        this.update = update;
        this.sequence = sequence;
        this.attempt = attempt;
        this.keys = keys;
        this.unkeyed = unkeyed;
        this.lanes = keys;
    }

    Task(Parked<U> waker) {
        this(waker.turn.first.update, 0, 1, waker.keys, null);
        this.waker = waker;
        this.rules = waker.turn.first.rules;
    }

    KeyRule<U> rule(int lane) {
        return control || lane >= rules.size() ? KeyRule.queue() : rules.get(lane);
    }

    /** What its custody knows of it. */
    List<Task<U>> owed() {
        return parts.isEmpty() ? List.of(this) : parts;
    }
}
