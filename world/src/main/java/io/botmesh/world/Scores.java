package io.botmesh.world;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.WeakHashMap;

/** How people fared in games, by the message in which the game is played. */
final class Scores {
    private static final int MOST_LINES = 10;

    private final Map<Message, Map<Account, Integer>> games = new WeakHashMap<>();

    /** What somebody has in that game, -1 if nothing yet. */
    int of(Message message, Account person) {
        return games.getOrDefault(message, Map.of()).getOrDefault(person, -1);
    }

    void set(Message message, Account person, int score) {
        games.computeIfAbsent(message, any -> new HashMap<>()).put(person, score);
    }

    /** The best ones, a line for each. */
    String board(Message message) {
        var lines = new StringJoiner("\n");
        var table = table(message);
        for (int i = 0; i < table.size() && i < MOST_LINES; i++) {
            var entry = table.get(i);
            lines.add((i + 1) + ". " + entry.getKey().fullName() + " \u2013 " + entry.getValue());
        }
        return lines.toString();
    }

    private List<Map.Entry<Account, Integer>> table(Message message) {
        List<Map.Entry<Account, Integer>> table =
                new ArrayList<>(games.getOrDefault(message, Map.of()).entrySet());
        table.sort(Comparator.<Map.Entry<Account, Integer>>comparingInt(entry -> -entry.getValue())
                .thenComparingLong(entry -> entry.getKey().id()));
        return table;
    }

    /** The best three, the person and those right above and below. */
    JsonWriter write(JsonWriter json, Message message, Account person) {
        var table = table(message);
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
