package io.botmesh.cli;

import java.util.List;
import java.util.Map;

/** A JSON object that was read; a null in it is the same as nothing. A value that is missing or of another type is an IllegalArgumentException. */
record JsonObject(Map<String, Object> values) {

    boolean has(String name) {
        return values.containsKey(name);
    }

    String text(String name) {
        return value(name, String.class);
    }

    long number(String name) {
        return value(name, Long.class);
    }

    double decimal(String name) {
        return value(name, Number.class).doubleValue();
    }

    boolean truth(String name) {
        return value(name, Boolean.class);
    }

    List<String> texts(String name) {
        List<?> items = value(name, List.class);
        return items.stream().map(String.class::cast).toList();
    }

    private <T> T value(String name, Class<T> type) {
        Object value = values.get(name);
        if (!type.isInstance(value)) throw new IllegalArgumentException(name + " is missing or of another type");
        return type.cast(value);
    }
}
