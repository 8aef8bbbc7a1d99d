package io.botmesh.seal;

import io.botmesh.wire.Confidential.KeyNotice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Readers that share a key, as their owner keeps it: who belongs to it, and the key of the epoch. A change of members
 * makes a new key, so who left reads nothing from then on, and who came nothing from before. A value: store a changed
 * group before its notices go out.
 *
 * @param name    at most 128 bytes
 * @param epoch   grows with each change
 * @param secret  the key in use
 * @param members name of a member's identity to the key that its notice is sealed to
 */
public record Group(String name, long epoch, ReaderSecret secret, Map<NodeKey, ReaderKey> members) {
    /**
     * A frame for one member; it must be sealed to exactly this key.
     *
     * @param member whom it is for
     * @param to     what the packet with it is sealed to
     * @param notice the group's key with its private half
     */
    public record Grant(NodeKey member, ReaderKey to, KeyNotice notice) {}

    public Group {
        if (name.isEmpty()) throw new IllegalArgumentException("a group without a name");
        members = Map.copyOf(members);
    }

    /** A group of nobody yet. */
    public static Group create(String name) {
        return new Group(name, 1, ReaderSecret.generate(), Map.of());
    }

    /** What packets for the group are sealed to. */
    public ReaderKey key() {
        return secret.key();
    }

    /** With one more member, or with a new key of a member that is there, and a new key of the group. */
    public Group with(NodeKey member, ReaderKey key) {
        var all = new LinkedHashMap<>(members);
        all.put(member, key);
        return next(all);
    }

    /** Without a member, and with a new key; as it is when there is no such member. */
    public Group without(NodeKey member) {
        if (!members.containsKey(member)) return this;
        var rest = new LinkedHashMap<>(members);
        rest.remove(member);
        return next(rest);
    }

    /** With a new key and the same members, as after a day. */
    public Group rotated() {
        return next(members);
    }

    /** The key in use for every member. */
    public List<Grant> grants() {
        var notice = new KeyNotice(name, epoch, key().toBytes(), secret.toBytes());
        var grants = new ArrayList<Grant>();
        members.forEach((member, to) -> grants.add(new Grant(member, to, notice)));
        return grants;
    }

    /** What who only writes to the group has to know. */
    public KeyNotice announcement() {
        return new KeyNotice(name, epoch, key().toBytes(), new byte[0]);
    }

    private Group next(Map<NodeKey, ReaderKey> next) {
        return new Group(name, epoch + 1, ReaderSecret.generate(), next);
    }
}
