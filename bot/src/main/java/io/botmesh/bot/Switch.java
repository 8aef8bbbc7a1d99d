package io.botmesh.bot;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Neighbours that are told apart by a text, such as the name of a command: one look-up instead of asking each. */
final class Switch implements Link {
    private final Discriminator.Sort sort;
    private final Map<String, Link[]> byText = new HashMap<>();

    /** One of the neighbours. */
    record Case(Discriminator discriminator, Link link) {}

    Switch(Discriminator.Sort sort, List<Case> cases) {
        this.sort = sort;
        Map<String, List<Link>> lists = new HashMap<>();
        for (Case one : cases)
            for (String text : one.discriminator().texts())
                lists.computeIfAbsent(text, none -> new ArrayList<>()).add(one.link());
        lists.forEach((text, links) -> byText.put(text, links.toArray(Link[]::new)));
    }

    @Override
    public boolean take(Context ctx, Link[] links, int rest, Next after) throws Exception {
        String text = sort.textOf(ctx);
        Link[] meant = text == null ? null : byText.get(text);
        if (meant == null) return false;
        Step.run(ctx, meant, 0, rest == links.length ? after : new Step(ctx, links, rest, after));
        return true;
    }
}
