package io.botmesh.world;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An object among the arguments, whose fields the server reads less leniently than arguments: a wrong type is refused. */
record Fields(JsonNode object) {
    /** Reads an argument that is JSON; refuses with that text what is none. */
    static JsonNode json(Params params, String name, String refusal) {
        var json = Lenient.json(params.raw(name));
        if (json == null) throw Refused.of(400, refusal);
        return json;
    }

    /** Reads one value; what is wrong inside it is told behind that prefix. */
    static <T extends @Nullable Object> T within(String prefix, JsonNode value, Function<JsonNode, T> reader) {
        try {
            return reader.apply(value);
        } catch (Refused bad) {
            throw bad.within(prefix);
        }
    }

    /** The fields of a value that has to be an object. */
    static Fields of(JsonNode value, String refusal) {
        if (!value.isObject()) throw Refused.of(400, refusal);
        return new Fields(value);
    }

    boolean has(String name) {
        return object.has(name);
    }

    /** Empty if it is missing; what is no UTF-8 is refused. */
    String text(String name) {
        return TextCleaner.requireUnicode(raw(name));
    }

    /** A text as it came, for whoever refuses a broken one in other words. */
    String raw(String name) {
        var value = given(name);
        if (value == null) return "";
        if (!value.isString() && !value.isNumber()) throw wrongType(name, "String");
        return value.asString();
    }

    String requiredText(String name) {
        require(name);
        return text(name);
    }

    String requiredRaw(String name) {
        require(name);
        return raw(name);
    }

    boolean flag(String name) {
        var value = given(name);
        if (value == null) return false;
        if (!value.isBoolean()) throw wrongType(name, "Boolean");
        return value.booleanValue();
    }

    long number(String name) {
        return number(name, 0);
    }

    long number(String name, long otherwise) {
        var value = given(name);
        if (value == null) return otherwise;
        if (!value.isString() && !value.isNumber()) throw wrongType(name, "Number");
        try {
            return Long.parseLong(value.asString());
        } catch (NumberFormatException garbage) {
            throw wrongType(name, "Number");
        }
    }

    long requiredNumber(String name) {
        require(name);
        return number(name);
    }

    double real(String name) {
        var value = given(name);
        if (value == null) return 0;
        if (!value.isString() && !value.isNumber()) throw wrongType(name, "Number");
        try {
            double real = Double.parseDouble(value.asString());
            if (Double.isFinite(real)) return real;
        } catch (NumberFormatException garbage) {
            // Told below, together with what is no number to count with.
        }
        throw wrongType(name, "Number");
    }

    double requiredReal(String name) {
        require(name);
        return real(name);
    }

    @Nullable
    Fields fields(String name) {
        var value = given(name);
        if (value == null) return null;
        if (!value.isObject()) throw wrongType(name, "Object");
        return new Fields(value);
    }

    Fields requiredFields(String name) {
        require(name);
        var fields = fields(name);
        if (fields == null) throw wrongType(name, "Object");
        return fields;
    }

    /** Empty if it is missing. */
    List<JsonNode> array(String name) {
        var value = given(name);
        if (value == null) return List.of();
        if (!value.isArray()) throw wrongType(name, "Array");
        return List.copyOf(value.values());
    }

    List<JsonNode> requiredArray(String name) {
        require(name);
        return array(name);
    }

    private void require(String name) {
        if (!object.has(name)) throw Refused.of(400, "Can't find field \"" + name + "\"");
    }

    private @Nullable JsonNode given(String name) {
        var value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private static Refused wrongType(String name, String type) {
        return Refused.of(400, "Field \"" + name + "\" must be of type " + type);
    }
}
