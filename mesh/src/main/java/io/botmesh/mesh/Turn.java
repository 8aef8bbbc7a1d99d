package io.botmesh.mesh;

import java.util.List;

/**
 * What a core wants after it has taken what came; for drivers of a {@link NodeCore}.
 *
 * @param writes  to be committed first, all together
 * @param effects to be carried out after that, in order as far as they concern the same thing
 */
public record Turn(List<NodeStore.Write> writes, List<NodeEffect> effects) {
    public Turn {
        writes = List.copyOf(writes);
        effects = List.copyOf(effects);
    }

    /** Whether nothing follows. */
    public boolean isEmpty() {
        return writes.isEmpty() && effects.isEmpty();
    }
}
