package io.botmesh.world;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong on purpose. Of several faults that match a call, or a delivery, the one that was added first strikes, and
 * the later ones do not see it.
 */
public final class Faults {
    /** A fault that is in force, with its counts. */
    static final class Rule {
        private final long id;
        private final Fault fault;
        private long matched;
        private long struck;
        private @Nullable Instant last;

        private Rule(long id, Fault fault) {
            this.id = id;
            this.fault = fault;
        }

        long id() {
            return id;
        }

        FaultAction action() {
            return fault.action();
        }

        /** It had been let loose on a call that gave it no chance. */
        void spare() {
            struck--;
        }
    }

    private final Gate gate;
    private final Watchers watchers;
    private final SplittableRandom random;
    private final List<Rule> rules = new ArrayList<>();
    private long lastId;

    Faults(Gate gate, Watchers watchers, long seed) {
        this.gate = gate;
        this.watchers = watchers;
        random = new SplittableRandom(seed);
    }

    /**
     * Puts a fault in force.
     *
     * @return its id
     */
    public long add(Fault fault) {
        // What goes wrong is no state that is kept; what it changes is recorded when it does.
        return gate.read(() -> put(fault));
    }

    private long put(Fault fault) {
        rules.add(new Rule(++lastId, fault));
        changed();
        return lastId;
    }

    /** Takes a fault back; false if there is none with that id. */
    public boolean remove(long id) {
        return gate.read(() -> {
            changed();
            return rules.removeIf(rule -> rule.id == id);
        });
    }

    /** Takes all faults back. */
    public void clear() {
        gate.read(() -> {
            rules.clear();
            changed();
            return rules;
        });
    }

    /** All faults in the order in which they were added, those that are spent included. */
    public List<FaultReport> report() {
        return gate.read(() -> rules.stream()
                .map(rule -> new FaultReport(rule.id, rule.fault, rule.matched, rule.struck, rule.last))
                .toList());
    }

    private void changed() {
        watchers.changed(Happening.Changed.What.FAULTS, 0);
    }

    /** The fault that strikes a call, null for none. */
    @Nullable
    Rule strike(Bot bot, String method, @Nullable Long chatId, Instant now) {
        return strike(false, bot, method, chatId, now);
    }

    /** The fault that strikes an update on its way, null for none. */
    @Nullable
    Rule strikeDelivery(Bot bot, UpdateKind kind, long subject, Instant now) {
        return strike(true, bot, kind.wireName(), subject, now);
    }

    private @Nullable Rule strike(boolean delivery, Bot bot, String method, @Nullable Long chatId, Instant now) {
        for (var rule : rules) {
            var fault = rule.fault;
            if (fault.action() instanceof FaultAction.OnDelivery != delivery) continue;
            if (!fault.matches(bot, method, chatId, now)) continue;
            rule.matched++;
            if (rule.matched <= fault.skip() || rule.struck >= fault.times()) continue;
            if (fault.probability() < 1 && random.nextDouble() >= fault.probability()) continue;
            rule.struck++;
            rule.last = now;
            changed();
            return rule;
        }
        return null;
    }
}
