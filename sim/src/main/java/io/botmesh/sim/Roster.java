package io.botmesh.sim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who was a member of the topic under which of its keys, as its owner has written it down. */
final class Roster {
    private final String owner;
    private final List<Set<String>> byEpoch = new ArrayList<>(); // from 1 on
    private final Set<String> changing = new HashSet<>();

    /** The first key is for these. */
    Roster(String owner, Set<String> first) {
        this.owner = owner;
        byEpoch.add(Set.copyOf(first));
    }

    /** The owner has a new key, for these. */
    void onChanged(Set<String> members) {
        Set<String> before = now();
        for (String one : before) if (!members.contains(one)) changing.add(one);
        for (String one : members) if (!before.contains(one)) changing.add(one);
        byEpoch.add(Set.copyOf(members));
    }

    /** Who is a member. */
    Set<String> now() {
        return byEpoch.getLast();
    }

    boolean isOwner(String member) {
        return owner.equals(member);
    }

    /** Whether it has been one from the first key on. */
    boolean isSteady(String member) {
        return now().contains(member) && !changing.contains(member);
    }

    boolean reads(String member, long epoch) {
        return epoch >= 1
                && epoch <= byEpoch.size()
                && byEpoch.get((int) epoch - 1).contains(member);
    }

    /** Whether it has all the keys between those two. */
    boolean readsAll(String member, long from, long to) {
        for (long epoch = Math.min(from, to); epoch <= to; epoch++) if (!reads(member, epoch)) return false;
        return true;
    }

    /** Keys that there were. */
    long epochs() {
        return byEpoch.size();
    }
}
