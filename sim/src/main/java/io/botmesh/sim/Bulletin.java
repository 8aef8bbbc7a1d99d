package io.botmesh.sim;

import io.botmesh.mesh.Delivery;
import io.botmesh.mesh.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was published on a topic, and what each member got: all of it, in the order of its publisher, once; but for what the carrier
 * destroyed, of which the member says so.
 */
final class Bulletin {
    /** What one publisher has published. */
    private static final class Press {
        private final List<Long> promised = new ArrayList<>();
    }

    /** What one member has had of one publisher. */
    private static final class Desk {
        private final Set<Long> delivered = new HashSet<>();
        private final Set<Long> atHandler = new HashSet<>();
        private final Set<Long> again = new HashSet<>();
        private final Set<Long> done = new HashSet<>();
        private int next;
        private long missed;
    }

    /** Epoch of the key that a message is sealed to, and who of the queue group is to handle it. */
    private record Sealed(long epoch, String handler) {}

    private record Pair(String publisher, String member) {}

    private final Violations violations;
    private final boolean losable;
    private final List<String> members;
    private final boolean changing;
    private final Roster roster;
    private final Map<Long, Sealed> sealed = new HashMap<>();
    private final Map<Long, String> offered = new HashMap<>();
    private final Map<Long, Integer> places = new HashMap<>();
    private final Map<String, Press> presses = new LinkedHashMap<>();
    private final Map<Pair, Desk> desks = new LinkedHashMap<>();
    private long accepted;
    private long open;
    private long unended;
    private long delivered;
    private long skipped;
    private long duplicates;
    private long again;

    /**
     * Nothing is published yet.
     *
     * @param losable  whether the carrier may destroy posts
     * @param changing whether members come and go; then what each has to get is found out at the end alone
     */
    Bulletin(Violations violations, List<String> members, boolean losable, boolean changing, Roster roster) {
        this.violations = violations;
        this.members = List.copyOf(members);
        this.losable = losable;
        this.changing = changing;
        this.roster = roster;
    }

    void onOffered(long message, String publisher) {
        offered.put(message, publisher);
    }

    /** Whether that message was published, and is not a matter of the ledger. */
    boolean has(long message) {
        return offered.containsKey(message);
    }

    void onAccepted(long message) {
        String publisher = publisher(message);
        Press press = presses.computeIfAbsent(publisher, any -> new Press());
        places.put(message, press.promised.size());
        press.promised.add(message);
        accepted++;
        open += members.size();
    }

    private String publisher(long message) {
        String publisher = offered.get(message);
        if (publisher == null) throw new IllegalArgumentException("no message " + message);
        return publisher;
    }

    private Desk desk(String publisher, String member) {
        return desks.computeIfAbsent(new Pair(publisher, member), any -> new Desk());
    }

    /**
     * A message that was published reaches a handler.
     *
     * @param message the number that it carries
     */
    void onDelivered(String member, Delivery delivery, long message, boolean intact) {
        String publisher = publisher(message);
        String from = delivery.peer();
        if (!intact) violations.add("I7", "message " + message + " of " + publisher + " was published otherwise");
        if (!from.equals(publisher))
            violations.add("I7", "message " + message + " of " + publisher + " came to " + member + " as " + from);
        if (!members.contains(member)) violations.add("I7", member + " is no member and reads message " + message);
        Integer place = places.get(message);
        if (place == null) {
            violations.add("I1", "message " + message + " was published, but never stored");
            return;
        }
        Origin origin = delivery.origin();
        if (origin != null) onSealed(member, message, origin);
        Desk desk = desk(publisher, member);
        if (!desk.delivered.add(message)) onAgain(desk, message, member, delivery.again());
        else onFirst(desk, message, place, member, publisher);
        desk.atHandler.add(message);
    }

    /** All who can read a message find the same key, and the same member of the queue group for it. */
    private void onSealed(String member, long message, Origin origin) {
        String handler = members.stream()
                .filter(one -> origin.isFor(Ownership.QUEUE, one))
                .findFirst()
                .orElse("");
        var found = new Sealed(origin.epoch(), handler);
        Sealed before = sealed.putIfAbsent(message, found);
        if (before != null && !before.equals(found))
            violations.add(
                    "I2", member + " finds " + found + " for message " + message + ", and another one " + before);
        if (!roster.reads(member, found.epoch))
            violations.add(
                    "I7", member + " reads message " + message + " of key " + found.epoch + ", and is no member there");
        if (!handler.isEmpty() && !roster.reads(handler, found.epoch))
            violations.add("I1", "message " + message + " is for " + handler + ", who cannot read it");
    }

    private void onFirst(Desk desk, long message, int place, String member, String publisher) {
        delivered++;
        unended++;
        open--;
        if (changing && place >= desk.next) {
            desk.next = place + 1;
            return;
        }
        int gap = place - desk.next;
        if (gap < 0) {
            violations.add(
                    "I3", "message " + message + " of " + publisher + " came to " + member + " after later ones");
            return;
        }
        if (gap > desk.missed) {
            violations.add(
                    "I3",
                    "message " + message + " of " + publisher + " came to " + member + " before " + gap
                            + " earlier ones");
        } else {
            desk.missed -= gap;
            skipped += gap;
            open -= gap;
        }
        desk.next = place + 1;
    }

    private void onAgain(Desk desk, long message, String member, boolean flagged) {
        if (flagged && desk.again.contains(message)) {
            again++;
            return;
        }
        duplicates++;
        violations.add(
                "I2",
                "message " + message + " came to " + member + " twice"
                        + (flagged ? ", though no process had died in its handler" : " and not flagged"));
    }

    /** A handler has failed. */
    void onFailed(String member, long message) {
        Desk desk = desk(publisher(message), member);
        desk.atHandler.remove(message);
        desk.again.add(message);
    }

    void onDone(String member, long message) {
        Desk desk = desk(publisher(message), member);
        desk.atHandler.remove(message);
        if (desk.done.add(message)) unended--;
    }

    void onKilled(String member) {
        desks.forEach((pair, desk) -> {
            if (!pair.member.equals(member)) return;
            desk.again.addAll(desk.atHandler);
            desk.atHandler.clear();
        });
    }

    /** A member says that pieces of that publisher will not come; some may be no messages. */
    void onMissed(String publisher, String member, long pieces) {
        desk(publisher, member).missed += pieces;
        if (!losable && (!changing || roster.isSteady(member)))
            violations.add(
                    "I1",
                    member + " has given up " + pieces + " pieces of " + publisher
                            + ", and nothing had destroyed them");
    }

    /** A member that has said so died at once, and its next process says so again. */
    void onMissedUntold(String publisher, String member, long pieces) {
        desk(publisher, member).missed -= pieces;
    }

    boolean complete() {
        return lost() == 0 && unended == 0;
    }

    /** Whether everything has come to a handler, though not every handler to its end. */
    boolean awaitsHandlers() {
        return lost() == 0;
    }

    /** The full look at the end. */
    void close() {
        presses.forEach((publisher, press) -> {
            for (String member : members) close(publisher, press, member);
        });
        desks.forEach((pair, desk) -> {
            long unended = desk.delivered.stream()
                    .filter(one -> !desk.done.contains(one))
                    .count();
            if (unended > 0)
                violations.add("I1", unended + " messages of " + pair.publisher + " came to no end at " + pair.member);
        });
    }

    private void close(String publisher, Press press, String member) {
        Desk desk = desk(publisher, member);
        if (changing) {
            long missing = missing(publisher, press, member);
            if (missing > 0) violations.add("I1", missing + " messages of " + publisher + " never came to " + member);
            return;
        }
        int left = press.promised.size() - desk.next;
        int told = (int) Math.min(left, desk.missed);
        skipped += told;
        open -= told;
        if (left > told) violations.add("I1", (left - told) + " messages of " + publisher + " never came to " + member);
    }

    /** Messages that were published. */
    long accepted() {
        return accepted;
    }

    /** Of them, to each member one. */
    long delivered() {
        return delivered;
    }

    /** Not delivered, and a member said so. */
    long accounted() {
        return skipped;
    }

    long lost() {
        if (!changing) return open;
        long missing = 0;
        for (var entry : presses.entrySet())
            for (String member : members) missing += missing(entry.getKey(), entry.getValue(), member);
        return missing;
    }

    /**
     * What a member has not got, though it has all keys for it, and has not told of. A message may have begun under the key of the one before
     * it; one of which nobody knows the key is missed by the owner.
     */
    private long missing(String publisher, Press press, String member) {
        Desk desk = desk(publisher, member);
        long missing = 0;
        long before = 1;
        // Who joined later cannot know what of a publisher was destroyed before the first post that reached it.
        boolean reached = !losable || roster.isSteady(member);
        for (long message : press.promised) {
            Sealed known = sealed.get(message);
            boolean its = known == null ? roster.isOwner(member) : roster.readsAll(member, before, known.epoch);
            if (known != null) before = known.epoch;
            reached |= desk.delivered.contains(message);
            if (its && reached && !desk.delivered.contains(message)) missing++;
        }
        return losable ? Math.max(0, missing - desk.missed) : missing;
    }

    long duplicates() {
        return duplicates;
    }

    long again() {
        return again;
    }
}
