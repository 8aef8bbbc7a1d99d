package io.botmesh.bot;

import io.botmesh.bot.Composer.Registered;
import io.botmesh.botapi.UpdateKind;
import java.util.List;

/** Finds out which kinds of updates handlers have been registered for. */
final class Wanted {
    private long kinds;
    private boolean whatever;

    /**
     * The kinds to ask the server for, empty for its default. A handler of whatever comes wants the default; a middleware
     * that stands around the others wants nothing for itself.
     */
    static List<UpdateKind> by(Composer composer) {
        long kinds = listenedTo(composer);
        return kinds == Kinds.bits(Kinds.DEFAULT) ? List.of() : Kinds.of(kinds);
    }

    static long listenedTo(Composer composer) {
        var wanted = new Wanted();
        wanted.look(composer, Kinds.ANY);
        return wanted.whatever || wanted.kinds == 0 ? wanted.kinds | Kinds.bits(Kinds.DEFAULT) : wanted.kinds;
    }

    /** Whether some handler takes whatever comes, and nothing else was asked for. */
    static boolean isWhatever(Composer composer) {
        var wanted = new Wanted();
        wanted.look(composer, Kinds.ANY);
        return wanted.kinds == 0;
    }

    private void look(Composer composer, long among) {
        for (Registered one : composer.registered()) {
            long bits = one.filter().kindBits() & among;
            one.inside().forEach(inside -> look(inside, bits));
            if (!one.inside().isEmpty()) continue;
            if (bits != Kinds.ANY) kinds |= bits;
            else if (one.ends()) whatever = true;
        }
    }
}
