package io.botmesh.botapi;

import io.botmesh.botapi.RawUpdate.Envelope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stood in an answer to {@code getUpdates}. The server numbers updates one after the other and shows them in that
 * order, so one that does not say its number has that of its place; under it, it can be confirmed and set aside.
 */
final class Elements {
    private final List<byte[]> elements = new ArrayList<>();
    /** Of the same length; null where an element says no number. */
    private final List<@Nullable Envelope> envelopes = new ArrayList<>();

    /** @param envelope null if it says no number */
    void add(byte[] json, @Nullable Envelope envelope) {
        elements.add(json);
        envelopes.add(envelope);
    }

    void clear() {
        elements.clear();
        envelopes.clear();
    }

    /**
     * In their order. Left out is what has no place of its own, because its neighbours' numbers leave none.
     *
     * @param offset the first update that was asked for; 0 or less if that is not known
     */
    List<RawUpdate> updates(long offset) {
        List<RawUpdate> updates = new ArrayList<>(elements.size());
        for (int at = 0; at < elements.size(); at++) {
            Envelope own = envelopes.get(at);
            if (own == null) {
                int end = at;
                while (end < elements.size() && envelopes.get(end) == null) end++;
                place(at, end, offset, updates);
                at = end - 1;
            } else {
                updates.add(new RawUpdate(elements.get(at), own));
            }
        }
        return updates;
    }

    /** A row of elements without a number, from where the last one with a number ends to where the next begins. */
    private void place(int from, int to, long offset, List<RawUpdate> into) {
        Long before = from == 0 ? null : number(from - 1);
        Long after = to == elements.size() ? null : number(to);
        long first;
        if (before != null) first = before + 1;
        else if (after != null) first = Math.max(after - (to - from), offset <= after ? offset : 1);
        else first = offset;
        for (int at = from; at < to; at++, first++)
            if (first > 0 && (after == null || first < after))
                into.add(new RawUpdate(elements.get(at), Envelope.without(first)));
    }

    private @Nullable Long number(int at) {
        Envelope envelope = envelopes.get(at);
        return envelope == null ? null : envelope.updateId();
    }
}
