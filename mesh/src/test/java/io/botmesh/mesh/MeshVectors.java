package io.botmesh.mesh;

import io.botmesh.wire.MessageHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The files below {@code vectors/} about what nodes say to each other in messages. */
final class MeshVectors {
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();
    static final HexFormat HEX = HexFormat.of();

    private MeshVectors() {}

    private static Path path(String name) {
        Path here = Path.of("vectors");
        return (Files.isDirectory(here) ? here : Path.of("..", "vectors")).resolve(name);
    }

    static List<JsonNode> cases(String name) throws IOException {
        var cases = new ArrayList<JsonNode>();
        read(name).get("cases").forEach(cases::add);
        if (cases.isEmpty()) throw new IOException(name + " holds no cases");
        return cases;
    }

    static JsonNode read(String name) throws IOException {
        return JSON.readTree(Files.readString(path(name), StandardCharsets.UTF_8));
    }

    static byte[] bytes(JsonNode node, String field) {
        return HEX.parseHex(node.get(field).asString());
    }

    static List<MessageHeader> headers(JsonNode node) {
        var headers = new ArrayList<MessageHeader>();
        for (JsonNode one : node.get("headers"))
            headers.add(new MessageHeader(one.get("name").asString(), bytes(one, "value")));
        return headers;
    }

    static void putHeaders(ObjectNode node, List<MessageHeader> headers) {
        ArrayNode array = node.putArray("headers");
        for (MessageHeader one : headers)
            array.addObject().put("name", one.name()).put("value", HEX.formatHex(one.value()));
    }

    static ObjectNode file(String about) {
        ObjectNode file = JSON.createObjectNode().put("about", about);
        file.putArray("cases");
        return file;
    }

    static ObjectNode add(ObjectNode file, String name) {
        return ((ArrayNode) file.get("cases")).addObject().put("name", name);
    }

    static void write(String name, ObjectNode file) throws IOException {
        Files.writeString(path(name), JSON.writeValueAsString(file) + "\n", StandardCharsets.UTF_8);
    }
}
