package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds JSON to the schema of the Bot API: no field that the type does not have, none missing that is required, all of
 * the right JSON type, unions told apart by their discriminator.
 */
final class SchemaCheck {
    private static final JsonNode SCHEMA = read();

    /** Names of older versions that the real server still writes. */
    private static final Set<String> OLD_NAMES = Set.of(
            "thumb",
            "new_chat_participant",
            "new_chat_member",
            "left_chat_participant",
            "forward_from",
            "forward_from_chat",
            "forward_from_message_id",
            "forward_signature",
            "forward_sender_name",
            "forward_date",
            "can_manage_voice_chats",
            "voice_chat_scheduled",
            "voice_chat_started",
            "voice_chat_ended",
            "voice_chat_participants_invited",
            "user_shared",
            "contains_masks",
            "is_animated",
            "is_video",
            "correct_option_id",
            "can_send_media_messages",
            "all_members_are_administrators");

    private final List<String> problems = new ArrayList<>();

    private SchemaCheck() {}

    /** The result of a method is what the schema says it returns. */
    static void result(String method, JsonNode result) {
        var documented = MethodNames.find(method);
        if (documented == null) return;
        conforms(result, SCHEMA.get("methods").get(documented).get("returns").asString(), documented);
    }

    /** The value is of that type. */
    static void conforms(JsonNode value, String type, String what) {
        assertThat(problems(value, type)).as("%s against the schema", what).isEmpty();
    }

    static List<String> problems(JsonNode value, String type) {
        var check = new SchemaCheck();
        check.check(value, type, type);
        return check.problems;
    }

    private static JsonNode read() {
        try (var in = MethodNames.class.getResourceAsStream("bot-api-10.3.json")) {
            if (in == null) throw new IOException("no schema beside the classes");
            return JsonMapper.builder().build().readTree(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void check(JsonNode value, String type, String path) {
        if (type.startsWith("Array<")) {
            if (!value.isArray()) problems.add(path + " is no array");
            var element = type.substring("Array<".length(), type.length() - 1);
            for (int i = 0; i < value.size(); i++) {
                if (value.isArray()) check(value.get(i), element, path + "[" + i + "]");
            }
            return;
        }
        if (type.contains(" | ")) {
            any(value, List.of(type.split(" \\| ")), path);
            return;
        }
        var union = SCHEMA.get("unions").get(type);
        if (union != null) {
            union(value, type, List.of(union.asString().split(" \\| ")), path);
            return;
        }
        var known = SCHEMA.get("types").get(type);
        if (known != null) {
            object(value, type, known.get("fields"), path);
            return;
        }
        if (!isPlain(value, type)) problems.add(path + " is no " + type + ": " + value);
    }

    private static boolean isPlain(JsonNode value, String type) {
        return switch (type) {
            case "Integer" -> value.isIntegralNumber();
            case "Float" -> value.isNumber();
            case "Boolean" -> value.isBoolean();
            case "True" -> value.isBoolean() && value.booleanValue();
            case "String" -> value.isString();
            // Enums are open, and a literal is a string that must be just that.
            default ->
                value.isString() && (!type.startsWith("\"") || value.toString().equals(type));
        };
    }

    private void any(JsonNode value, List<String> types, String path) {
        var best = new ArrayList<String>();
        for (var type : types) {
            var found = new SchemaCheck();
            found.check(value, type, path);
            if (found.problems.isEmpty()) return;
            if (best.isEmpty() || found.problems.size() < best.size()) {
                best.clear();
                best.addAll(found.problems);
            }
        }
        problems.addAll(best);
    }

    private void union(JsonNode value, String union, List<String> members, String path) {
        var discriminator = SCHEMA.get("discriminators").get(union);
        if (discriminator == null || discriminator.isNull() || !value.isObject()) {
            any(value, members, path);
            return;
        }
        var chosen = value.path(discriminator.asString()).asString("");
        for (var member : members) {
            var type = SCHEMA.get("types").get(member);
            if (type == null) continue;
            for (var field : type.get("fields")) {
                if (field.get(0).asString().equals(discriminator.asString())
                        && field.get(1).asString().contains('"' + chosen + '"')) {
                    check(value, member, path);
                    return;
                }
            }
        }
        problems.add(path + " is no " + union + ", its " + discriminator.asString() + " is " + chosen);
    }

    private void object(JsonNode value, String type, JsonNode fields, String path) {
        if (!value.isObject()) {
            problems.add(path + " is no " + type + ": " + value);
            return;
        }
        var names = new ArrayList<String>();
        for (var field : fields) {
            var name = field.get(0).asString();
            names.add(name);
            var there = value.get(name);
            if (there != null) check(there, field.get(1).asString(), path + "." + name);
            else if (field.get(2).asString().equals("required")) problems.add(path + " lacks " + name);
        }
        for (var name : value.propertyNames()) {
            if (!names.contains(name) && !OLD_NAMES.contains(name)) problems.add(path + " has no field " + name);
        }
    }
}
