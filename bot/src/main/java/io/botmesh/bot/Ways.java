package io.botmesh.bot;

import io.botmesh.bot.Composer.Registered;
import java.util.ArrayList;
import java.util.List;

/** What was registered, sorted out by kinds of updates: the way of each kind has only those links that can be meant. */
final class Ways {
    private static final int KINDS = Long.SIZE;

    private final Link[][] byKind = new Link[KINDS][];

    Ways(List<Registered> registered) {
        for (int kind = 0; kind < KINDS; kind++) {
            long bit = 1L << kind;
            List<Link> links = new ArrayList<>();
            for (Registered one : registered) {
                if ((one.filter().kindBits() & bit) == 0) continue;
                links.add(
                        switch (one) {
                            case Registered.Leaf leaf -> leaf.link();
                            case Registered.Branch(var filter, var nested) ->
                                new Link.Nested(filter, nested.ways().of(bit));
                        });
            }
            byKind[kind] = links.toArray(Link[]::new);
        }
    }

    Link[] of(long kindBit) {
        return byKind[Long.numberOfTrailingZeros(kindBit)];
    }
}
