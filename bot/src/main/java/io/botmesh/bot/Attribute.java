package io.botmesh.bot;

/**
 * A place in a {@link Context} for what one middleware leaves for the handlers behind it. Compared by identity: keep it in
 * a constant.
 *
 * @param <T> what is kept there
 */
@SuppressWarnings("UnusedTypeParameter") // it types put and get
public final class Attribute<T> {
    private final String name;

    private Attribute(String name) {
        this.name = name;
    }

    /** A new place; the name is for messages only. */
    public static <T> Attribute<T> named(String name) {
        return new Attribute<>(name);
    }

    @Override
    public String toString() {
        return name;
    }
}
