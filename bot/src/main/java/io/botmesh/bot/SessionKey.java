package io.botmesh.bot;

/**
 * Which session.
 *
 * @param botId  whose: the number before the colon of the token
 * @param part   which of the parts that sessions consist of, each with keys of its own
 * @param key    what the part is about, mostly a conversation or a user
 */
public record SessionKey(long botId, String part, String key) {
    private static final int MOST = 200;

    /** @throws IllegalArgumentException if part or key is empty or longer than 200 UTF-16 units */
    public SessionKey {
        check("part", part);
        check("key", key);
    }

    private static void check(String name, String value) {
        if (value.isEmpty() || value.length() > MOST)
            throw new IllegalArgumentException(name + " of a session, 1 to " + MOST + " long: " + value);
    }

    @Override
    public String toString() {
        return part + " of " + key;
    }
}
