package io.botmesh.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the documentation says of types and values. */
final class Documented {
    private static final JsonNode ROOT = read();

    private Documented() {}

    /** The values that are documented for such a field. */
    static Set<String> values(String enumeration) {
        var values = ROOT.get("enums").get(enumeration);
        if (values == null) throw new IllegalArgumentException("no enumeration " + enumeration);
        return values.values().stream().map(JsonNode::asString).collect(Collectors.toUnmodifiableSet());
    }

    private static JsonNode read() {
        try (var schema = Documented.class.getResourceAsStream("bot-api-10.3.json")) {
            if (schema == null) throw new IllegalStateException("no schema beside the classes");
            return JsonMapper.builder().build().readTree(schema);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
