package io.botmesh.mesh;

import io.botmesh.mesh.NodeStore.Kind;
import io.botmesh.seal.NodeKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whose a store is.
 *
 * @param key empty for a node that does not sign
 */
record NodeOwner(String name, String key) {
    private static final NodeStore.Key ROW = new NodeStore.Key(Kind.NODE, 0);

    NodeOwner(String name, @Nullable NodeKey key) {
        this(name, key == null ? "" : key.toString());
    }

    /**
     * Writes this into a store that is nobody's yet.
     *
     * @throws MeshException.Damaged if it is another node's
     */
    void claim(NodeStore store, TurnBuilder turn) {
        Optional<byte[]> there = store.read(ROW);
        byte[] ours = Rows.write(1, out -> {
            out.writeUTF(name);
            out.writeUTF(key);
        });
        turn.claim(new NodeStore.Write(ROW, ours));
        if (there.isEmpty()) {
            turn.put(ROW, ours);
            return;
        }
        NodeOwner owner = Rows.read("a node", 1, there.get(), in -> new NodeOwner(in.readUTF(), in.readUTF()));
        if (owner.equals(this)) return;
        String other = owner.name.equals(name) ? name + " with another key" : owner.name;
        throw new MeshException.Damaged("the store belongs to node " + other + ", not to this " + name);
    }
}
