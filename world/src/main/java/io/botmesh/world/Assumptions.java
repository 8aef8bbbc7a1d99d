package io.botmesh.world;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * How what is not known for sure is taken. Start from {@link #defaults()} and change what differs.
 *
 * @param changed what is taken otherwise than by default; 1 and 0 for yes and no
 */
public record Assumptions(Map<Assumption, Integer> changed) {
    private static final Assumptions DEFAULTS = new Assumptions(Map.of());

    public Assumptions {
        var checked = new EnumMap<Assumption, Integer>(Assumption.class);
        changed.forEach((assumption, value) -> {
            if (assumption.checked(value) != assumption.defaultValue()) checked.put(assumption, value);
        });
        changed = Map.copyOf(checked);
    }

    public static Assumptions defaults() {
        return DEFAULTS;
    }

    /** For one that holds or not. */
    public Assumptions with(Assumption assumption, boolean holds) {
        if (!assumption.isFlag()) throw new IllegalArgumentException(assumption.wireName() + " is a number");
        return with(assumption, holds ? 1 : 0);
    }

    /** For one that is a number. */
    public Assumptions with(Assumption assumption, int value) {
        var more = new EnumMap<Assumption, Integer>(Assumption.class);
        more.putAll(changed);
        more.put(assumption, value);
        return new Assumptions(more);
    }

    /**
     * As {@code name=value}, such as {@code bots-sign=no} or {@code inline-seconds=10}.
     *
     * @throws IllegalArgumentException with one line that says what can be given
     */
    public Assumptions with(String written) {
        int equals = written.indexOf('=');
        var name = equals < 0 ? written : written.substring(0, equals);
        for (var assumption : Assumption.values()) {
            if (assumption.wireName().equals(name) && equals >= 0) {
                return with(assumption, assumption.parsed(written.substring(equals + 1)));
            }
        }
        throw new IllegalArgumentException("there is no assumption " + written + "; give NAME=VALUE with one of "
                + Arrays.stream(Assumption.values()).map(Assumption::wireName).collect(joining(", ")));
    }

    boolean hold(Assumption assumption) {
        return value(assumption) == 1;
    }

    /** The number, or 1 and 0 for yes and no. */
    public int value(Assumption assumption) {
        return changed.getOrDefault(assumption, assumption.defaultValue());
    }

    /** Those that are not taken by default, as they are written, in the order in which they are declared. */
    @Override
    public String toString() {
        return Arrays.stream(Assumption.values())
                .filter(changed::containsKey)
                .map(assumption -> assumption.wireName() + "=" + assumption.written(value(assumption)))
                .collect(joining(", "));
    }
}
