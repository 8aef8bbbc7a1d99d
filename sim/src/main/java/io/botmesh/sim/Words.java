package io.botmesh.sim;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Lists of names as commands take them. */
final class Words {
    private Words() {}

    /**
     * Reads {@code all}, {@code none}, or names with commas between them; a name after a minus is taken out again.
     *
     * @param what they are, for a human
     * @param all  what {@code all} means
     * @throws IllegalArgumentException with one line that says what can be given
     */
    static <E extends Enum<E>> Set<E> parse(
            String list, String what, Class<E> type, Function<E, String> word, Set<E> all) {
        var chosen = EnumSet.noneOf(type);
        for (String part : list.split(",", -1)) {
            String name = part.strip().toLowerCase(Locale.ROOT);
            boolean out = name.startsWith("-");
            if (out) name = name.substring(1);
            Set<E> meant = switch (name) {
                case "all" -> all;
                case "none" -> EnumSet.noneOf(type);
                default -> EnumSet.of(named(name, what, type, word));
            };
            if (out) chosen.removeAll(meant);
            else chosen.addAll(meant);
        }
        return chosen;
    }

    private static <E extends Enum<E>> E named(String name, String what, Class<E> type, Function<E, String> word) {
        for (E one : type.getEnumConstants()) if (word.apply(one).equals(name)) return one;
        throw new IllegalArgumentException("there is no " + what + " '" + name + "'; give all, none, or some of "
                + EnumSet.allOf(type).stream().map(word).collect(Collectors.joining(", ")));
    }

    /** As {@link #parse} reads them; {@code none} for none. */
    static <E extends Enum<E>> String list(Set<E> chosen, Function<E, String> word) {
        return chosen.isEmpty() ? "none" : chosen.stream().map(word).collect(Collectors.joining(","));
    }

    /** In the order of the names in the source: a set of the JDK's own has another order in each process. */
    static <E extends Enum<E>> Set<E> ordered(Set<E> chosen, Class<E> type) {
        var ordered = EnumSet.noneOf(type);
        ordered.addAll(chosen);
        return Collections.unmodifiableSet(ordered);
    }
}
