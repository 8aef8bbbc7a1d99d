package io.botmesh.codegen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes the calls and types of the Bot API as Java sources: {@code Generate <schema.json> <output directory>}. The
 * build runs it straight from its source, before the module is compiled; nothing of it is shipped.
 */
public final class Generate {
    private Generate() {}

    public static void main(String[] arguments) throws IOException {
        var schema = new Schema(read(Path.of(arguments[0])));
        write(new JavaSources(schema).all(), Path.of(arguments[1], "io", "botmesh", "botapi"));
    }

    /** Leaves these sources in the directory, and no others. */
    static void write(Map<String, String> sources, Path directory) throws IOException {
        Files.createDirectories(directory);
        Set<Path> current = new HashSet<>();
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = directory.resolve(source.getKey() + ".java");
            current.add(file);
            // An untouched file keeps its time, so that an unchanged schema compiles nothing again.
            if (!Files.exists(file) || !Files.readString(file).equals(source.getValue()))
                Files.writeString(file, source.getValue());
        }
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) if (!current.contains(file)) Files.delete(file);
        }
    }

    static Map<String, Object> read(Path file) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), Files.readAllBytes(file))) {
            parser.nextToken();
            @SuppressWarnings("unchecked")
            var root = (Map<String, Object>) value(parser);
            return root;
        }
    }

    private static Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> map = Schema.newMap();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    map.put(name, value(parser));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) list.add(value(parser));
                yield list;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NULL -> null;
            default -> throw new IllegalStateException("the schema has no " + parser.currentToken());
        };
    }
}
