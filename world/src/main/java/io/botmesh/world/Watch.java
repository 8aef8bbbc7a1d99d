package io.botmesh.world;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What happens in a {@link World} from now on, in order. Keeps at most {@value #MOST_KEPT} happenings that nobody took:
 * then the oldest go and {@link #lost()} counts them.
 */
public final class Watch implements AutoCloseable {
    static final int MOST_KEPT = 100_000;

    private final Watchers watchers;
    private final Gate gate;
    private final Runnable onNews;
    private final boolean everything;
    private final ArrayDeque<Happening> kept = new ArrayDeque<>();
    private long lost;

    Watch(Watchers watchers, Gate gate, Runnable onNews, boolean everything) {
        this.watchers = watchers;
        this.gate = gate;
        this.onNews = onNews;
        this.everything = everything;
    }

    Runnable onNews() {
        return onNews;
    }

    /** Whether it is also about the server, not only about chats. */
    boolean everything() {
        return everything;
    }

    /** Belongs inside the gate. Whether this is the first since the last {@link #take}. */
    boolean add(Happening happening) {
        boolean first = kept.isEmpty();
        if (kept.size() == MOST_KEPT) {
            kept.removeFirst();
            lost++;
        }
        kept.addLast(happening);
        return first;
    }

    /** Everything that happened since the last call; what one call does, such as an album, comes as a whole. */
    public List<Happening> take() {
        return gate.look(() -> {
            var taken = new ArrayList<>(kept);
            kept.clear();
            return taken;
        });
    }

    /** How many happenings went unseen because nobody took them. */
    public long lost() {
        return gate.look(() -> lost);
    }

    /** Nothing is kept any more, and nobody is told. */
    @Override
    public void close() {
        watchers.remove(this);
    }
}
