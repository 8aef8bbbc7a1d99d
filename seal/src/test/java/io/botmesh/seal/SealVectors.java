package io.botmesh.seal;

import io.botmesh.wire.PacketHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The files about sealed packets below {@code vectors/}, and the keys that all of them use. */
final class SealVectors {
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();
    static final HexFormat HEX = HexFormat.of();

    static final Identity SENDER = Identity.of(filled(1));
    static final Identity OTHER_SENDER = Identity.of(filled(2));
    static final ReaderSecret READER = ReaderSecret.of(filled(3));
    static final ReaderSecret OTHER_READER = ReaderSecret.of(filled(4));
    static final AdmissionSecret ADMISSION = AdmissionSecret.of(filled(5));

    private SealVectors() {}

    /** Seals with an ephemeral key that everybody knows. */
    static Seal sealWith(byte[] ephemeral) {
        return new HpkeSeal(() -> ephemeral);
    }

    static byte[] filled(int with) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    static Path file(String name) {
        Path here = Path.of("vectors");
        return (Files.isDirectory(here) ? here : Path.of("..", "vectors")).resolve(name);
    }

    static JsonNode read(String name) throws IOException {
        return JSON.readTree(Files.readString(file(name), StandardCharsets.UTF_8));
    }

    static List<JsonNode> cases(JsonNode file) throws IOException {
        var cases = new ArrayList<JsonNode>();
        file.get("cases").forEach(cases::add);
        if (cases.isEmpty()) throw new IOException("no cases");
        return cases;
    }

    static byte[] bytes(JsonNode node, String field) {
        return HEX.parseHex(node.get(field).asString());
    }

    static byte @Nullable [] optional(JsonNode node, String field) {
        return node.get(field).isNull() ? null : bytes(node, field);
    }

    static JsonNode json(PacketHeader header) {
        Long tag = header.admissionTag();
        ObjectNode json = JSON.createObjectNode()
                .put("sealed", header.sealed())
                .put("deflated", header.deflated())
                .put("recipient", HEX.toHexDigits(header.recipient()))
                .put("incarnation", HEX.toHexDigits(header.incarnation()))
                .put("packetNumber", header.packetNumber())
                .put("admissionTag", tag == null ? null : HEX.toHexDigits(tag));
        return JSON.readTree(JSON.writeValueAsString(json));
    }
}
