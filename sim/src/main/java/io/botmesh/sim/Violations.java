package io.botmesh.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** What should never have happened. */
final class Violations {
    private static final int MOST_TEXTS = 20;

    private final LongSupplier now;
    private final List<String> texts = new ArrayList<>();
    private long count;

    Violations(LongSupplier now) {
        this.now = now;
    }

    void add(String invariant, String what) {
        count++;
        if (texts.size() < MOST_TEXTS)
            texts.add(String.format(Locale.ROOT, "%s at %.3f s: %s", invariant, now.getAsLong() / 1e9, what));
    }

    long count() {
        return count;
    }

    /** The first of them. */
    List<String> texts() {
        return List.copyOf(texts);
    }
}
