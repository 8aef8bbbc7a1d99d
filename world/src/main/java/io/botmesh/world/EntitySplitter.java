package io.botmesh.world;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Cuts styles into pieces that nest, joins those of one kind that touch, and keeps code free of them. */
final class EntitySplitter {
    private static final EntityType[] STYLES = {
        EntityType.BOLD, EntityType.ITALIC, EntityType.UNDERLINE, EntityType.STRIKETHROUGH, EntityType.SPOILER
    };

    private final List<Entity> styles;
    private final List<Entity> pieces = new ArrayList<>();
    /** Where the running piece of each style begins and the whole of it ends; an end of 0 means that none runs. */
    private final int[] begins = new int[STYLES.length];

    private final int[] ends = new int[STYLES.length];
    private int taken;

    /** In order, and of no other types. */
    EntitySplitter(List<Entity> styles) {
        this.styles = styles;
    }

    /**
     * The pieces, in no particular order.
     *
     * @param others what styles may not cross, in order, nested at most
     */
    List<Entity> split(List<Entity> others) {
        var around = new ArrayDeque<Entity>();
        for (var other : others) {
            reach(other.offset(), around);
            around.push(other);
        }
        reach(Integer.MAX_VALUE, around);
        return pieces;
    }

    private void reach(int offset, ArrayDeque<Entity> around) {
        while (!around.isEmpty() && offset >= around.element().end()) {
            int outside = pieces.size();
            var ended = around.pop();
            advance(ended.end());
            if (ended.type().code()) pieces.subList(outside, pieces.size()).clear();
        }
        advance(offset);
    }

    /** Takes all styles that begin before the offset and cuts those that run there. */
    private void advance(int offset) {
        while (taken < styles.size() && styles.get(taken).offset() < offset) {
            var entity = styles.get(taken++);
            int style = index(entity.type());
            if (ends[style] != 0 && entity.offset() <= ends[style]) {
                ends[style] = Math.max(ends[style], entity.end());
            } else {
                cut(entity.offset());
                begins[style] = entity.offset();
                ends[style] = entity.end();
            }
        }
        cut(offset);
    }

    private void cut(int offset) {
        for (int style = 0; style < STYLES.length; style++) {
            if (ends[style] == 0 || begins[style] >= offset) continue;
            int end = Math.min(ends[style], offset);
            pieces.add(Entity.of(STYLES[style], begins[style], end - begins[style]));
            begins[style] = end;
            if (end == ends[style]) ends[style] = 0;
        }
    }

    private static int index(EntityType type) {
        int index = 0;
        while (STYLES[index] != type) index++;
        return index;
    }
}
