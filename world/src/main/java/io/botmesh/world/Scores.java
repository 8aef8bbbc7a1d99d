package io.botmesh.world;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/** How people fared in games, by the message in which the game is played. */
final class Scores {
    private final Map<Message, Map<Account, Integer>> games = new WeakHashMap<>();

    /** What somebody has in that game, -1 if nothing yet. */
    int of(Message message, Account person) {
        return games.getOrDefault(message, Map.of()).getOrDefault(person, -1);
    }

    void set(Message message, Account person, int score) {
        games.computeIfAbsent(message, any -> new HashMap<>()).put(person, score);
    }

    /** The best three, the person and those right above and below. */
    JsonWriter write(JsonWriter json, Message message, Account person) {
        List<Map.Entry<Account, Integer>> table =
                new ArrayList<>(games.getOrDefault(message, Map.of()).entrySet());
        table.sort(Comparator.<Map.Entry<Account, Integer>>comparingInt(entry -> -entry.getValue())
                .thenComparingLong(entry -> entry.getKey().id()));
        int own = -1;
        for (int i = 0; i < table.size(); i++) if (table.get(i).getKey().equals(person)) own = i;
        json.array();
        for (int i = 0; i < table.size(); i++) {
            if (i >= 3 && Math.abs(i - own) > 1) continue;
            var entry = table.get(i);
            json.object().field("position", i + 1);
            entry.getKey().write(json.name("user"));
            json.field("score", entry.getValue()).endObject();
        }
        return json.endArray();
    }
}
