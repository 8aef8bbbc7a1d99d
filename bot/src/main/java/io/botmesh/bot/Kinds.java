package io.botmesh.bot;

import io.botmesh.botapi.UpdateKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Kinds of updates as the bits of a long, so that a handler's kinds are compared at the price of one instruction. */
final class Kinds {
    static final long ANY = -1;

    /** Whatever this version has no name for. */
    static final long UNKNOWN = Long.MIN_VALUE;

    private static final List<UpdateKind> KNOWN = UpdateKind.known();
    private static final Map<String, Long> BITS = new HashMap<>();

    static {
        for (int at = 0; at < KNOWN.size(); at++) BITS.put(KNOWN.get(at).value(), 1L << at);
    }

    static final long CALLBACK_QUERY = bit("callback_query");

    static final long INLINE = bit("inline_query") | bit("chosen_inline_result");
    /** These name a user at most, and never a chat. */
    static final long WITHOUT_CHAT = INLINE
            | bit("pre_checkout_query")
            | bit("shipping_query")
            | bit("purchased_paid_media")
            | bit("poll_answer")
            | bit("poll");

    /** What the server sends to a bot that has not said what it wants. */
    static final List<UpdateKind> DEFAULT = KNOWN.stream()
            .filter(kind -> !kind.equals(UpdateKind.CHAT_MEMBER)
                    && !kind.equals(UpdateKind.MESSAGE_REACTION)
                    && !kind.equals(UpdateKind.MESSAGE_REACTION_COUNT))
            .toList();

    private Kinds() {}

    static long bit(String kind) {
        return BITS.getOrDefault(kind, UNKNOWN);
    }

    static long bits(Collection<UpdateKind> kinds) {
        long bits = 0;
        for (UpdateKind kind : kinds) bits |= bit(kind.value());
        return bits;
    }

    /** Those with a name. */
    static List<UpdateKind> of(long bits) {
        List<UpdateKind> kinds = new ArrayList<>();
        for (int at = 0; at < KNOWN.size(); at++) if ((bits >>> at & 1) != 0) kinds.add(KNOWN.get(at));
        return kinds;
    }
}
