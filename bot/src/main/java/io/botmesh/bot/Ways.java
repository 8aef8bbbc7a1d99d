package io.botmesh.bot;

import io.botmesh.bot.Composer.Registered;
import java.util.ArrayList;
import java.util.List;

/** What was registered, sorted out by kinds of updates: the way of each kind has only those links that can be meant. */
final class Ways {
    /** From so many neighbours on a look-up is worth its while. */
    private static final int NEIGHBOURS = 3;

    private final Link[][] byKind = new Link[Long.SIZE][];

    Ways(List<Registered> registered) {
        for (int kind = 0; kind < byKind.length; kind++) byKind[kind] = way(registered, 1L << kind);
    }

    private static Link[] way(List<Registered> registered, long bit) {
        List<Link> links = new ArrayList<>();
        List<Switch.Case> neighbours = new ArrayList<>();
        for (Registered one : registered) {
            if ((one.filter().kindBits() & bit) == 0) continue;
            Discriminator discriminator = one.filter().discriminator();
            if (!neighbours.isEmpty()
                    && (discriminator == null
                            || neighbours.getFirst().discriminator().sort() != discriminator.sort()))
                join(neighbours, links);
            Link link = one.link().of(bit);
            if (discriminator == null) links.add(link);
            else neighbours.add(new Switch.Case(discriminator, link));
        }
        if (!neighbours.isEmpty()) join(neighbours, links);
        return links.toArray(Link[]::new);
    }

    private static void join(List<Switch.Case> neighbours, List<Link> links) {
        if (neighbours.size() < NEIGHBOURS) neighbours.forEach(one -> links.add(one.link()));
        else links.add(new Switch(neighbours.getFirst().discriminator().sort(), neighbours));
        neighbours.clear();
    }

    Link[] of(long kindBit) {
        return byKind[Long.numberOfTrailingZeros(kindBit)];
    }
}
