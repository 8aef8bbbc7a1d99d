package io.botmesh.world;

import java.util.Map;
import java.util.SplittableRandom;

/** An emoji that shows a value by chance. */
record DiceContent(String emoji, int value) implements Content {
    static final String DIE = "\ud83c\udfb2";
    private static final Map<String, Integer> SIDES = Map.of(
            DIE,
            6, // a die
            "\ud83c\udfaf",
            6, // darts
            "\ud83c\udfb3",
            6, // bowling
            "\ud83c\udfc0",
            5, // basketball
            "\u26bd",
            5, // football
            "\ud83c\udfb0",
            64); // slot machine

    /** Refuses an emoji that shows nothing by chance. */
    static String check(String emoji) {
        var stripped = emoji.strip().replace("\ufe0f", "");
        var shown = stripped.isEmpty() ? DIE : stripped;
        if (!SIDES.containsKey(shown)) throw Refused.of(400, "EMOTICON_INVALID");
        return shown;
    }

    static DiceContent roll(String checkedEmoji, SplittableRandom random) {
        return new DiceContent(checkedEmoji, random.nextInt(SIDES.getOrDefault(checkedEmoji, 1)) + 1);
    }

    /** A copy falls anew. */
    @Override
    public Content copied(Bot bot, long freshId) {
        return roll(emoji, new SplittableRandom(freshId));
    }

    @Override
    public void write(JsonWriter json, View view) {
        json.name("dice").object().field("emoji", emoji).field("value", value).endObject();
    }
}
