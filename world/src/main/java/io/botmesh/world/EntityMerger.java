package io.botmesh.world;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Brings the entities that a client asked for and those found in the text together, without crossings. */
final class EntityMerger {
    private EntityMerger() {}

    /** Both lists in order, the found ones without overlap among themselves; the result is in order. */
    static List<Entity> merge(List<Entity> asked, List<Entity> found) {
        if (asked.isEmpty()) return visible(found);
        var solid = new ArrayList<Entity>(); // what cannot be cut: links, code, mentions by name, emoji
        var quotes = new ArrayList<Entity>();
        var soft = new ArrayList<Entity>();
        for (var entity : asked) {
            if (entity.type().splittable()) soft.add(entity);
            else if (entity.type().quote()) addApart(quotes, entity);
            else addApart(solid, entity);
        }
        solid.removeIf(entity -> quotes.stream().anyMatch(quote -> crosses(quote, entity)));
        for (var entity : found) {
            if (solid.stream().noneMatch(other -> overlaps(other, entity))
                    && quotes.stream().noneMatch(quote -> crosses(quote, entity))) {
                solid.add(entity);
            }
        }
        var all = new ArrayList<Entity>(solid);
        all.addAll(quotes);
        all.addAll(cut(join(soft), solid, quotes));
        all.sort(Entity.ORDER);
        return visible(all);
    }

    private static List<Entity> visible(List<Entity> entities) {
        return entities.stream()
                .filter(entity -> entity.type() != EntityType.BANK_CARD)
                .toList();
    }

    private static void addApart(List<Entity> entities, Entity entity) {
        if (entities.stream().noneMatch(other -> overlaps(other, entity))) entities.add(entity);
    }

    private static boolean overlaps(Entity one, Entity other) {
        return one.offset() < other.end() && other.offset() < one.end();
    }

    /** Whether the entity sticks out of the quote on either side. */
    private static boolean crosses(Entity quote, Entity entity) {
        return overlaps(quote, entity) && (entity.offset() < quote.offset() || entity.end() > quote.end());
    }

    /** Equal types that touch or overlap become one. */
    private static List<Entity> join(List<Entity> soft) {
        var last = new EnumMap<EntityType, Integer>(EntityType.class);
        var joined = new ArrayList<Entity>();
        for (var entity : soft) {
            var index = last.get(entity.type());
            if (index != null && joined.get(index).end() >= entity.offset()) {
                var before = joined.get(index);
                joined.set(index, before.span(before.offset(), Math.max(before.end(), entity.end())));
            } else {
                last.put(entity.type(), joined.size());
                joined.add(entity);
            }
        }
        return joined;
    }

    /** Cuts where something solid begins or ends inside, and leaves code alone. */
    private static List<Entity> cut(List<Entity> soft, List<Entity> solid, List<Entity> quotes) {
        var pieces = new ArrayList<Entity>();
        for (var entity : soft) {
            var edges = new TreeSet<>(List.of(entity.offset(), entity.end()));
            for (var other : solid) if (crosses(other, entity)) addEdges(edges, entity, other);
            for (var quote : quotes) if (crosses(quote, entity)) addEdges(edges, entity, quote);
            int begin = entity.offset();
            for (int edge : edges) {
                if (edge == begin) continue;
                var piece = entity.span(begin, edge);
                if (solid.stream().noneMatch(other -> isCode(other) && overlaps(other, piece))) pieces.add(piece);
                begin = edge;
            }
        }
        return pieces;
    }

    private static void addEdges(SortedSet<Integer> edges, Entity entity, Entity other) {
        if (other.offset() > entity.offset() && other.offset() < entity.end()) edges.add(other.offset());
        if (other.end() > entity.offset() && other.end() < entity.end()) edges.add(other.end());
    }

    private static boolean isCode(Entity entity) {
        return entity.type() == EntityType.CODE || entity.type() == EntityType.PRE;
    }
}
