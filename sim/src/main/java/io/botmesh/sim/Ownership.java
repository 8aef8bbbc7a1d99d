package io.botmesh.sim;

import io.botmesh.mesh.NodeCore;
import io.botmesh.mesh.TopicChange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the owner of the topic does: it writes the register, makes new keys, lets nodes in and out, and says who shares the work. */
final class Ownership {
    /** The queue group. */
    static final String QUEUE = "desk";

    /** Seconds, in the mean. */
    private static final double BETWEEN_VALUES = 25;

    private static final double BETWEEN_KEYS = 240;
    private static final double BETWEEN_MEMBERS = 40;
    private static final double BETWEEN_QUEUES = 50;
    private static final int FEWEST = 2;
    private static final long AGAIN = 30 * Scheduler.SECOND;

    private final SimOptions options;
    private final Scheduler scheduler;
    private final Machine owner;
    private final List<String> all;
    private final Registers registers;
    private final Roster roster;
    private @Nullable Program busy; // has a change that is not on its disk yet
    private boolean restoring;

    /** @param all who may be a member, the owner first */
    Ownership(
            SimOptions options,
            Scheduler scheduler,
            Machine owner,
            List<String> all,
            Registers registers,
            Roster roster) {
        this.options = options;
        this.scheduler = scheduler;
        this.owner = owner;
        this.all = List.copyOf(all);
        this.registers = registers;
        this.roster = roster;
    }

    /** Plans everything. */
    void begin(Senders.Times times, SplittableRandom random) {
        times.every(BETWEEN_VALUES, random.split(), () -> {
            long number = registers.nextValue();
            owner.act((node, now) -> node.set(Scenery.TOPIC, number, Registers.value(number), -1, now));
        });
        times.every(BETWEEN_KEYS, random.split(), () -> change(() -> Optional.of(new TopicChange.Rotate())));
        SplittableRandom lots = random.split();
        if (options.has(Pattern.MEMBERS)) times.every(BETWEEN_MEMBERS, lots, () -> change(() -> inOrOut(lots)));
        SplittableRandom shares = random.split();
        if (options.has(Pattern.QUEUE)) times.every(BETWEEN_QUEUES, shares, () -> change(() -> share(shares)));
    }

    private Optional<TopicChange> inOrOut(SplittableRandom lots) {
        if (restoring) return Optional.empty(); // the owner stood still since it was asked
        var in = new TreeSet<>(roster.now());
        var out = new TreeSet<>(all);
        out.removeAll(in);
        in.remove(all.getFirst());
        boolean join = !out.isEmpty() && (in.size() < FEWEST || lots.nextBoolean());
        if (!join && in.isEmpty()) return Optional.empty();
        String who = pick(join ? out : in, lots);
        return Optional.of(join ? new TopicChange.Add(who) : new TopicChange.Remove(who));
    }

    private static String pick(Set<String> names, SplittableRandom lots) {
        return List.copyOf(names).get(lots.nextInt(names.size()));
    }

    private Optional<TopicChange> share(SplittableRandom lots) {
        var members = new HashSet<String>();
        for (String one : new TreeSet<>(roster.now())) if (lots.nextBoolean()) members.add(one);
        return members.isEmpty() ? Optional.empty() : Optional.of(new TopicChange.Queue(QUEUE, members));
    }

    /**
     * Changes the topic; that counts when it is on the owner's disk. One at a time, for each depends on who is a member.
     *
     * @param what decides when the process gets to it
     */
    private void change(Supplier<Optional<TopicChange>> what) {
        owner.program().ifPresent(program -> {
            List<TopicChange> made = new ArrayList<>();
            var unused = program.change((NodeCore node, long now) -> {
                        TopicChange change = busy == program ? null : what.get().orElse(null);
                        if (change == null) throw new IllegalArgumentException("nothing to change");
                        node.change(Scenery.TOPIC, change, now);
                        made.add(change);
                        busy = program;
                    })
                    .thenRun(() -> {
                        busy = null;
                        roster.onChanged(after(made.getFirst()));
                    });
        });
    }

    private Set<String> after(TopicChange change) {
        var members = new HashSet<>(roster.now());
        switch (change) {
            case TopicChange.Add add -> members.add(add.member());
            case TopicChange.Remove remove -> members.remove(remove.member());
            case TopicChange.Rotate rotate -> {}
            case TopicChange.Queue queue -> {}
        }
        return members;
    }

    /** Lets everybody in again, and nobody out any more. */
    void restore() {
        if (restoring) return;
        restoring = true;
        letIn();
    }

    private void letIn() {
        if (isWhole()) return;
        change(() -> all.stream()
                .filter(one -> !roster.now().contains(one))
                .findFirst()
                .map(TopicChange.Add::new));
        scheduler.after(AGAIN, this::letIn);
    }

    /** Whether everybody is in, and nobody on the way out. */
    boolean isWhole() {
        boolean changes = owner.program().filter(program -> program == busy).isPresent();
        return restoring && !changes && roster.now().size() == all.size();
    }
}
