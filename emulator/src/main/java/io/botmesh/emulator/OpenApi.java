package io.botmesh.emulator;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/** The control API's table as an OpenAPI 3.1 definition in YAML, so that the reference cannot say anything else than what is. */
final class OpenApi {
    private static final String HEAD = """
            openapi: 3.1.0
            info:
              title: Botmesh emulator, control API
              version: "1"
              summary: Sets and shows the scene of the Bot API emulator.
              description: >-
                Listens on the loopback interface and asks for a loopback name in the Host header. Every mistake is answered with
                a 4xx status and one line that says what to do. Unknown fields are mistakes.
              license:
                name: Apache-2.0
                identifier: Apache-2.0
            servers:
              - url: http://127.0.0.1:{port}
                variables:
                  port:
                    default: "8082"
            paths:
            """;

    private static final String FILE = """
                File:
                  description: The bytes, or the bytes with their name and type.
                  oneOf:
                    - type: string
                      contentEncoding: base64
                    - type: object
                      additionalProperties: false
                      required: [base64]
                      properties:
                        name: { type: string, default: file.bin }
                        base64: { type: string, contentEncoding: base64 }
                        content_type: { type: string, default: application/octet-stream }
            """;

    private static final String WRONG = """
              responses:
                Wrong:
                  description: It was not done; the line says what to do.
                  content:
                    application/json:
                      schema:
                        type: object
                        required: [ok, error]
                        properties:
                          ok: { const: false }
                          error: { type: string }
            """;

    private final StringBuilder yaml = new StringBuilder(HEAD);
    private final Set<Fields> inputs = new LinkedHashSet<>();
    private final Set<Fields> outputs = new LinkedHashSet<>();

    private OpenApi() {}

    static String write(ControlTable table) {
        var written = new OpenApi();
        var path = "";
        for (var route : table.listed()) {
            if (!route.path().equals(path))
                written.yaml.append("  ").append(route.path()).append(":\n");
            path = route.path();
            written.route(route);
        }
        written.components();
        return written.yaml.toString();
    }

    private void route(Route route) {
        line(4, route.verb().toLowerCase(Locale.ROOT) + ":");
        line(6, "summary: " + quoted(route.summary()));
        if (route.verb().equals("POST")) {
            body(route);
        } else if (!route.fields().list().isEmpty()) {
            line(6, "parameters:");
            for (var field : route.fields().list()) parameter(field);
        }
        line(6, "responses:");
        line(8, "\"200\":");
        line(10, "description: Done, or found.");
        line(10, "content:");
        line(12, route.mediaType() + ":" + (route.page() == null ? "" : " {}"));
        if (route.page() == null) {
            line(14, "schema: " + route.answer().schema());
            collect(route.answer(), outputs);
        }
        line(8, "\"4XX\": { $ref: \"#/components/responses/Wrong\" }");
    }

    private void body(Route route) {
        line(6, "requestBody:");
        line(8, "required: true");
        line(8, "content:");
        line(10, "application/json:");
        line(12, "schema:");
        object(14, route.fields(), true);
        for (var field : route.fields().list()) collect(field.type(), inputs);
    }

    private void parameter(Fields.Field field) {
        line(8, "- name: " + field.name());
        line(10, "in: query");
        if (field.required()) line(10, "required: true");
        if (!field.means().isEmpty()) line(10, "description: " + quoted(field.means()));
        line(10, "schema: " + field.type().schema());
    }

    private void object(int indent, Fields fields, boolean closed) {
        line(indent, "type: object");
        if (closed) line(indent, "additionalProperties: false");
        var required = fields.list().stream()
                .filter(Fields.Field::required)
                .map(Fields.Field::name)
                .collect(joining(", "));
        if (!required.isEmpty()) line(indent, "required: [" + required + "]");
        if (fields.list().isEmpty()) return;
        line(indent, "properties:");
        for (var field : fields.list()) {
            line(indent + 2, field.name() + ":");
            if (!field.means().isEmpty()) line(indent + 4, "description: " + quoted(field.means()));
            var schema = field.type().schema();
            for (var part : parts(schema)) line(indent + 4, part);
        }
    }

    /** The fields of a flow mapping, each for a line of its own; braces, brackets and quotes hold together. */
    private static Iterable<String> parts(String flow) {
        var parts = new ArrayList<String>();
        int depth = 0;
        boolean quoted = false;
        var part = new StringBuilder();
        for (char c : flow.substring(1, flow.length() - 1).toCharArray()) {
            if (c == '"') quoted = !quoted;
            if (!quoted && (c == '{' || c == '[')) depth++;
            if (!quoted && (c == '}' || c == ']')) depth--;
            if (c == ',' && depth == 0 && !quoted) {
                parts.add(part.toString().strip());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString().strip());
        return parts;
    }

    private void components() {
        yaml.append("components:\n").append(WRONG);
        line(2, "schemas:");
        yaml.append(FILE);
        var byName = new TreeMap<String, Fields>();
        for (var fields : outputs) byName.put(fields.name(), fields);
        for (var fields : inputs) byName.put(fields.name(), fields);
        for (var fields : byName.values()) {
            line(4, fields.name() + ":");
            object(6, fields, inputs.contains(fields));
        }
    }

    private static void collect(FieldType type, Set<Fields> into) {
        var inside = type.inside();
        if (inside == null || !into.add(inside)) return;
        for (var field : inside.list()) collect(field.type(), into);
    }

    private void line(int indent, String text) {
        yaml.append(" ".repeat(indent)).append(text).append('\n');
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
