package io.botmesh.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Makes up arguments of the types that the schema names, about chats and people that exist. */
final class SchemaValues {
    static final JsonNode SCHEMA = read();
    private static final int DEEPEST = 6;
    private static final int NOWHERE = -1;

    private final Random random;
    private final Person person;
    private final List<Long> chats;

    private int texts;
    private int spoiled = NOWHERE;
    private String spoilt = "";

    /** @param chats where calls may go, the person among them */
    SchemaValues(Random random, Person person, List<Long> chats) {
        this.random = random;
        this.person = person;
        this.chats = chats;
    }

    private static JsonNode read() {
        try (var in = MethodNames.class.getResourceAsStream("bot-api-10.3.json")) {
            if (in == null) throw new IOException("no schema");
            return Scene.json(new String(in.readAllBytes(), UTF_8));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Name, type and whether it is needed, each. */
    static List<JsonNode> params(String method) {
        return SCHEMA.get("methods").get(method).get("params").values().stream().toList();
    }

    /** How many texts were made up since the last {@link #spoil}. */
    int texts() {
        return texts;
    }

    /** From now on the texts are counted, and that one is another; none if it is negative. */
    void spoil(int number, String other) {
        texts = 0;
        spoiled = number;
        spoilt = other;
    }

    /** As a client sends it. */
    String argument(JsonNode param) {
        var value = value(param.get(0).asString(), param.get(1).asString(), 0);
        return value.startsWith("\"") ? Scene.json(value).asString() : value;
    }

    /** As JSON. */
    private String value(String name, String type, int depth) {
        if (type.startsWith("Array<")) {
            if (depth > DEEPEST) return "[]";
            return "[" + value(name, type.substring(6, type.length() - 1), depth + 1) + "]";
        }
        var members = Pattern.compile(" \\| ").splitAsStream(type).toList();
        if (members.size() > 1) return value(name, members.get(random.nextInt(members.size())), depth);
        if (type.startsWith("\"")) return type;
        return switch (type) {
            case "Integer" -> Long.toString(number(name));
            case "Float" -> "0.5";
            case "Boolean", "True" -> Boolean.toString(random.nextBoolean());
            case "String" -> string(name);
            case "InputFile" -> "\"attach://file\"";
            default -> object(name, type, depth);
        };
    }

    private String string(String name) {
        var text = text(name);
        if (texts++ != spoiled) return new JsonWriter().value(text).toString();
        // JSON may hold the half of a pair as an escape or, as bytes that are no UTF-8, as it is.
        boolean escaped = spoilt.indexOf('\0') >= 0 || random.nextBoolean();
        return escaped ? new JsonWriter().value(spoilt).toString() : '"' + spoilt + '"';
    }

    private String object(String name, String type, int depth) {
        var union = SCHEMA.get("unions").get(type);
        if (union != null) return value(name, union.asString(), depth);
        var values = SCHEMA.get("enums").get(type);
        if (values != null) {
            return new JsonWriter()
                    .value(values.get(random.nextInt(values.size())).asString())
                    .toString();
        }
        var fields = SCHEMA.get("types").get(type);
        if (fields == null || depth > DEEPEST) return "{}";
        var json = new StringBuilder("{");
        for (var field : fields.get("fields").values()) {
            if (field.get(2).asString().equals("optional") && random.nextInt(3) > 0) continue;
            if (json.length() > 1) json.append(',');
            var inner = field.get(0).asString();
            json.append('"').append(inner).append("\":");
            json.append(value(inner, field.get(1).asString(), depth + 1));
        }
        return json.append('}').toString();
    }

    private long number(String name) {
        return switch (name) {
            case "user_id", "receiver_user_id" -> person.id();
            case "chat_id", "from_chat_id", "sender_chat_id", "actor_chat_id" ->
                chats.get(random.nextInt(chats.size()));
            case "message_id", "message_ids" -> 2 + random.nextInt(6);
            case "timeout" -> 1;
            default -> random.nextInt(100);
        };
    }

    private String text(String name) {
        return switch (name) {
            case "chat_id", "from_chat_id" -> Long.toString(number(name));
            case "url", "photo_url", "web_app_url" -> "https://example.org/a.png";
            case "currency" -> "XTR";
            case "language_code" -> "en";
            case "emoji", "emoji_list" -> "\uD83D\uDC4D";
            default -> "text " + random.nextInt(10);
        };
    }
}
