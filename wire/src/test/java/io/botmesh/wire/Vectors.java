package io.botmesh.wire;

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

/** The files below {@code vectors/}, which every implementation of the protocol reads. */
final class Vectors {
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();
    static final HexFormat HEX = HexFormat.of();

    private Vectors() {}

    static Path file(String name) {
        Path here = Path.of("vectors");
        return (Files.isDirectory(here) ? here : Path.of("..", "vectors")).resolve(name);
    }

    static List<JsonNode> read(String name) throws IOException {
        JsonNode file = JSON.readTree(Files.readString(file(name), StandardCharsets.UTF_8));
        var cases = new ArrayList<JsonNode>();
        file.get("cases").forEach(cases::add);
        if (cases.isEmpty()) throw new IOException(name + " holds no cases");
        return cases;
    }

    static byte[] bytes(JsonNode node, String field) {
        return HEX.parseHex(node.get(field).asString());
    }

    static JsonNode json(PacketHeader header) {
        Long tag = header.admissionTag();
        return reread(JSON.createObjectNode()
                .put("sealed", header.sealed())
                .put("deflated", header.deflated())
                .put("recipient", HEX.toHexDigits(header.recipient()))
                .put("incarnation", HEX.toHexDigits(header.incarnation()))
                .put("packetNumber", header.packetNumber())
                .put("admissionTag", tag == null ? null : HEX.toHexDigits(tag)));
    }

    static JsonNode json(Content content) {
        var json = JSON.createObjectNode().put("sender", content.sender()).put("unknown", content.unknown());
        var frames = json.putArray("frames");
        for (Frame frame : content.frames()) {
            switch (frame) {
                case Data data -> {
                    var to = frames.addObject().putObject("data");
                    to.put("stream", data.stream()).put("sequence", data.sequence());
                    var pieces = to.putArray("pieces");
                    for (Piece piece : data.pieces()) {
                        var one = pieces.addObject()
                                .put("position", piece.position().name())
                                .put("length", piece.length())
                                .put("subject", piece.subject())
                                .put("body", HEX.formatHex(piece.body()));
                        var headers = one.putArray("headers");
                        for (MessageHeader header : piece.headers()) {
                            headers.addObject().put("name", header.name()).put("value", HEX.formatHex(header.value()));
                        }
                    }
                }
                case Control control -> frames.add(ControlJson.of(control));
                case Confidential confidential -> frames.add(ConfidentialVectors.json(confidential));
            }
        }
        return reread(json);
    }

    /** As it would come out of a file: there a small long is an int, and nodes of different types are not equal. */
    private static JsonNode reread(JsonNode written) {
        return JSON.readTree(JSON.writeValueAsString(written));
    }
}
