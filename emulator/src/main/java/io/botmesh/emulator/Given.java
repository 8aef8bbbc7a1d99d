package io.botmesh.emulator;

import io.botmesh.world.Blob;
import io.botmesh.world.Upload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The values of a call of the control API, which {@link Fields} has checked: asking for a field by a type that it does not have
 * is a mistake of ours.
 */
final class Given {
    private static final String FILE_FORM = " is base64 text or {\"name\",\"base64\",\"content_type\"}";
    private static final Fields FILE = new Fields("File")
            .takes("name", FieldType.TEXT, "")
            .needs("base64", FieldType.TEXT, "")
            .takes("content_type", FieldType.TEXT, "");

    private final JsonNode node;
    private final Map<String, Upload> files;
    private final Map<String, List<Given>> lists;

    private Given(JsonNode node, Map<String, Upload> files, Map<String, List<Given>> lists) {
        this.node = node;
        this.files = files;
        this.lists = lists;
    }

    /** Where the bytes of a file are kept. */
    interface Keeper {
        /** Reads to the end, and closes. */
        Blob keep(InputStream bytes) throws IOException;
    }

    /** Checks everything, and puts the files away. */
    static Given of(JsonNode node, Fields fields, Keeper keeper) throws Wrong, IOException {
        fields.check(node);
        return read(node, fields, keeper);
    }

    private static Given read(JsonNode node, Fields fields, Keeper keeper) throws Wrong, IOException {
        var files = new HashMap<String, Upload>();
        var lists = new HashMap<String, List<Given>>();
        for (var field : fields.list()) {
            var value = node.get(field.name());
            if (value == null || value.isNull()) continue;
            var inside = field.type().inside();
            if (field.type() == FieldType.FILE) {
                files.put(field.name(), file(field.name(), value, keeper));
            } else if (inside != null && value.isArray()) {
                var list = new ArrayList<Given>();
                for (var each : value.values()) list.add(read(each, inside, keeper));
                lists.put(field.name(), list);
            }
        }
        return new Given(node, files, lists);
    }

    private static Upload file(String field, JsonNode value, Keeper keeper) throws Wrong, IOException {
        var name = "file.bin";
        var type = "application/octet-stream";
        var base64 = value;
        if (value.isObject()) {
            FILE.check(value);
            var given = new Given(value, Map.of(), Map.of());
            if (given.has("name")) name = given.text("name");
            if (given.has("content_type")) type = given.text("content_type");
            base64 = value.get("base64");
        }
        if (base64 == null || !base64.isString()) throw new Wrong("\"" + field + "\"" + FILE_FORM);
        try {
            return new Upload(
                    field,
                    name,
                    type,
                    keeper.keep(new ByteArrayInputStream(Base64.getDecoder().decode(base64.stringValue()))));
        } catch (IllegalArgumentException broken) {
            throw new Wrong("\"" + field + "\" is not valid base64");
        }
    }

    /** False for null as well. */
    boolean has(String field) {
        return find(field) != null;
    }

    @Nullable
    JsonNode find(String field) {
        var found = node.get(field);
        return found == null || found.isNull() ? null : found;
    }

    String text(String field) {
        return value(field).stringValue();
    }

    @Nullable
    String optionalText(String field) {
        var found = find(field);
        return found == null ? null : found.stringValue();
    }

    long id(String field) {
        return value(field).longValue();
    }

    int number(String field) {
        return value(field).intValue();
    }

    int number(String field, int otherwise) {
        return has(field) ? number(field) : otherwise;
    }

    double decimal(String field) {
        return value(field).doubleValue();
    }

    boolean flag(String field, boolean otherwise) {
        var found = find(field);
        return found == null ? otherwise : found.booleanValue();
    }

    Duration duration(String field) {
        return Duration.parse(text(field));
    }

    Instant instant(String field) {
        return Instant.parse(text(field));
    }

    /** Empty if the field is missing. */
    List<String> texts(String field) {
        return values(field).stream().map(JsonNode::stringValue).toList();
    }

    List<Long> ids(String field) {
        return values(field).stream().map(JsonNode::longValue).toList();
    }

    /** The objects of a list; empty if the field is missing. */
    List<Given> each(String field) {
        return lists.getOrDefault(field, List.of());
    }

    /** The names of the fields of an object. */
    List<String> names(String field) {
        return List.copyOf(value(field).propertyNames());
    }

    /** Whether there is a string; for objects that no {@link Fields} describe. */
    boolean isText(String field) {
        var found = find(field);
        return found != null && found.isString();
    }

    /** The object within. */
    Given object(String field) {
        return new Given(value(field), Map.of(), Map.of());
    }

    /** A value of the Bot API as JSON text, null if it is missing. */
    @Nullable
    String json(String field) {
        var found = find(field);
        return found == null ? null : found.toString();
    }

    /** Null if the field is missing. */
    @Nullable
    Upload file(String field) {
        return files.get(field);
    }

    private List<JsonNode> values(String field) {
        var found = find(field);
        return found == null ? List.of() : List.copyOf(found.values());
    }

    private JsonNode value(String field) {
        var found = find(field);
        if (found == null) throw new IllegalArgumentException("\"" + field + "\" is missing");
        return found;
    }
}
