package io.botmesh.mesh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a core has to write and to do since its last turn; reads see what is about to be written. */
final class TurnBuilder {
    private final NodeStore store;
    private final Map<NodeStore.Key, NodeStore.Write> writes = new LinkedHashMap<>();
    private final List<NodeEffect> effects = new ArrayList<>();
    private NodeStore.@Nullable Write claim;
    private boolean handsOut;

    TurnBuilder(NodeStore store) {
        this.store = store;
    }

    void put(NodeStore.Key key, byte[] value) {
        writes.put(key, new NodeStore.Write(key, value));
    }

    void delete(NodeStore.Key key) {
        writes.put(key, new NodeStore.Write(key, null));
    }

    /** Says whose the store is; written again where a commit alone is wanted. */
    void claim(NodeStore.Write claim) {
        this.claim = claim;
    }

    void add(NodeEffect effect) {
        handsOut |= effect instanceof NodeEffect.Deliver;
        effects.add(effect);
    }

    void add(RegisterEffect effect) {
        add(new NodeEffect.OfRegister(effect));
    }

    Optional<byte[]> read(NodeStore.Key key) {
        NodeStore.Write write = writes.get(key);
        return write == null ? store.read(key) : Optional.ofNullable(write.value());
    }

    boolean isEmpty() {
        return writes.isEmpty() && effects.isEmpty();
    }

    Turn take() {
        // A process whose store another one has taken learns of it by a commit, and is to hand out no message before.
        if (handsOut && writes.isEmpty() && claim != null) writes.put(claim.key(), claim);
        handsOut = false;
        var turn = new Turn(new ArrayList<>(writes.values()), effects);
        writes.clear();
        effects.clear();
        return turn;
    }
}
