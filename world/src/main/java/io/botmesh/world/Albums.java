package io.botmesh.world;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Keeps together what was together before, under new ids; what is left of an album alone stands alone. */
final class Albums {
    private final LongSupplier ids;
    private final List<Long> before = new ArrayList<>();
    private final Map<Long, Long> after = new HashMap<>();

    Albums(LongSupplier ids) {
        this.ids = ids;
    }

    /** The next message, with the album that it was in, 0 for none. */
    void add(long mediaGroupId) {
        before.add(mediaGroupId);
    }

    /** The album that the message at that place is in now, 0 for none. */
    long at(int index) {
        long was = before.get(index);
        if (was == 0 || before.stream().filter(id -> id == was).count() < 2) return 0;
        return after.computeIfAbsent(was, any -> ids.getAsLong());
    }
}
