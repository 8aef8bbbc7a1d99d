package io.botmesh.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** The documented methods with the names of their parameters, for tests that call all of them. */
final class Schema {
    private static final Map<String, List<String>> METHODS = read();
    private static final List<String> NAMES = List.copyOf(METHODS.keySet());

    private Schema() {}

    /** Sorted by name. */
    static List<String> methods() {
        return NAMES;
    }

    /** None for a method that is not documented. */
    static List<String> parameters(String method) {
        return METHODS.getOrDefault(method, List.of());
    }

    private static Map<String, List<String>> read() {
        try (var schema = World.class.getResourceAsStream("bot-api-10.3.json")) {
            var methods = new TreeMap<String, List<String>>();
            for (var method : JsonMapper.builder()
                    .build()
                    .readTree(schema)
                    .required("methods")
                    .properties()) {
                var names = new ArrayList<String>();
                for (var parameter : method.getValue().required("params").values()) {
                    names.add(parameter.required(0).stringValue());
                }
                methods.put(method.getKey(), List.copyOf(names));
            }
            return methods;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
