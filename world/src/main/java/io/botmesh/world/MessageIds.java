package io.botmesh.world;

import java.util.ArrayList;
import java.util.List;

/** The list of message ids that the methods on many messages take. */
final class MessageIds {
    private static final int MOST = 100;

    private MessageIds() {}

    /** 1 to 100 ids, in the order given. */
    static List<Integer> parse(Params params) {
        var text = params.text("message_ids");
        if (text.isEmpty()) throw Refused.of(400, "Message identifiers are not specified");
        var json = Lenient.json(text);
        if (json == null || !json.isArray()) throw Refused.of(400, "Expected an Array of message identifiers");
        if (json.size() > MOST) throw Refused.of(400, "Too many message identifiers specified");
        var ids = new ArrayList<Integer>();
        for (var element : json.values()) {
            if (!element.isString() && !element.isNumber()) {
                throw Refused.of(400, "Expected an Integer as a message identifier");
            }
            int id = Lenient.integer(element.asString(), 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
            if (id <= 0) throw Refused.of(400, "Invalid message identifier specified");
            ids.add(id);
        }
        if (ids.isEmpty()) throw Refused.of(400, "Message identifiers are not specified");
        return ids;
    }

    /** As {@link #parse}, for methods that want them ascending. */
    static List<Integer> parseIncreasing(Params params) {
        var ids = parse(params);
        for (int i = 1; i < ids.size(); i++) {
            if (ids.get(i) <= ids.get(i - 1)) {
                throw Refused.of(400, "Message identifiers must be in a strictly increasing order");
            }
        }
        return ids;
    }
}
