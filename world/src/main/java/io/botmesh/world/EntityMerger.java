package io.botmesh.world;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * Keeps the entities of a text from crossing, in the server's way: of solid ones that overlap the first one stays, a quote
 * drops what sticks out of it, and styles are cut in pieces wherever another entity begins or ends inside.
 */
final class EntityMerger {
    private EntityMerger() {}

    /** What a client asked for, in order and without crossings. What nests simply enough stays as it is. */
    static List<Entity> fix(List<Entity> asked) {
        var sorted = new ArrayList<>(asked);
        sorted.sort(Entity.ORDER);
        if (nests(sorted)) return sorted;
        var parts = new Parts(sorted);
        var solid = apart(parts.solid);
        var quotes = apart(parts.quotes);
        return together(without(solid, quotes, EntityMerger::crosses), quotes, parts.soft);
    }

    /**
     * Adds what was found in the text to what {@link #fix} returned.
     *
     * @param found in order, without overlap
     */
    static List<Entity> merge(List<Entity> asked, List<Entity> found) {
        if (found.isEmpty()) return asked;
        var parts = new Parts(asked);
        var solid = new ArrayList<>(parts.solid);
        solid.addAll(
                without(without(found, parts.quotes, EntityMerger::crosses), parts.solid, (other, entity) -> true));
        return together(solid, parts.quotes, parts.soft);
    }

    private record Parts(List<Entity> solid, List<Entity> quotes, List<Entity> soft) {
        Parts(List<Entity> all) {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (var entity : all) {
                var part = entity.type().splittable() ? soft : entity.type().quote() ? quotes : solid;
                part.add(entity);
            }
        }
    }

    private static List<Entity> together(List<Entity> solid, List<Entity> quotes, List<Entity> soft) {
        var all = new ArrayList<>(solid);
        all.addAll(quotes);
        all.sort(Entity.ORDER);
        all.addAll(new EntitySplitter(soft).split(List.copyOf(all)));
        all.sort(Entity.ORDER);
        return all;
    }

    /** Without those that overlap an earlier one. */
    private static List<Entity> apart(List<Entity> sorted) {
        var apart = new ArrayList<Entity>();
        int end = 0;
        for (var entity : sorted) {
            if (entity.offset() < end) continue;
            apart.add(entity);
            end = entity.end();
        }
        return apart;
    }

    /** Without those that an obstacle bars which they overlap; both lists in order and without overlap among themselves. */
    private static List<Entity> without(
            List<Entity> entities, List<Entity> obstacles, BiPredicate<Entity, Entity> bars) {
        var left = new ArrayList<Entity>();
        int first = 0;
        for (var entity : entities) {
            while (first < obstacles.size() && obstacles.get(first).end() <= entity.offset()) first++;
            boolean barred = false;
            for (int i = first; i < obstacles.size() && obstacles.get(i).offset() < entity.end(); i++) {
                barred |= bars.test(obstacles.get(i), entity);
            }
            if (!barred) left.add(entity);
        }
        return left;
    }

    /** Whether an entity sticks out of a quote that it overlaps. */
    private static boolean crosses(Entity quote, Entity entity) {
        return entity.offset() < quote.offset() || entity.end() > quote.end();
    }

    private static boolean nests(List<Entity> sorted) {
        var around = new ArrayDeque<Entity>();
        var styledUntil = new EnumMap<EntityType, Integer>(EntityType.class);
        for (var entity : sorted) {
            while (!around.isEmpty() && entity.offset() >= around.element().end()) around.pop();
            for (var outer : around) if (!mayHold(outer, entity)) return false;
            if (entity.type().splittable()) {
                var until = styledUntil.put(entity.type(), entity.end());
                // Pieces of one style that touch become one.
                if (until != null && until >= entity.offset()) return false;
            }
            around.push(entity);
        }
        return true;
    }

    private static boolean mayHold(Entity outer, Entity inner) {
        if (inner.end() > outer.end() || inner.type() == outer.type()) return false;
        if (outer.type().code() || outer.type().splittable()) return false;
        return outer.type().quote() || inner.type().splittable();
    }
}
