package io.botmesh.emulator;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.StringNode;

/** What the value of a field of the control API may be. */
final class FieldType {
    static final FieldType TEXT = plain("text", "is a string", "{ type: string }", JsonNode::isString);
    static final FieldType FLAG = plain("flag", "is true or false", "{ type: boolean }", JsonNode::isBoolean);
    static final FieldType ID = plain(
            "id",
            "is an id, a number",
            "{ type: integer, format: int64 }",
            node -> node.isIntegralNumber() && node.canConvertToLong());
    static final FieldType MESSAGE_ID = number("is a message id, a number from 1", 1, Integer.MAX_VALUE);
    static final FieldType DURATION = plain(
            "duration",
            "is an ISO 8601 duration such as \"PT1.5S\" or \"PT24H\"",
            "{ type: string, format: duration }",
            node -> node.isString() && isDuration(node.stringValue()));
    static final FieldType INSTANT = plain(
            "instant",
            "is an ISO 8601 instant such as \"2026-03-01T12:00:00Z\"",
            "{ type: string, format: date-time }",
            node -> node.isString() && isInstant(node.stringValue()));
    static final FieldType DECIMAL = plain("decimal", "is a number", "{ type: number }", JsonNode::isNumber);
    static final FieldType TEXTS =
            plain("texts", "is a list of strings", "{ type: array, items: { type: string } }", node -> all(node, TEXT));
    static final FieldType IDS = plain(
            "ids",
            "is a list of ids, numbers",
            "{ type: array, items: { type: integer, format: int64 } }",
            node -> all(node, ID));

    /** Base64 text, or an object that names the file as well; {@link Given#file} reads it. */
    static final FieldType FILE = plain(
            "file",
            "is base64 text or {\"name\",\"base64\",\"content_type\"}",
            "{ $ref: \"#/components/schemas/File\" }",
            node -> node.isString() || node.isObject());

    /** An object of the Bot API, passed on as it is. */
    static final FieldType OBJECT = plain("object", "is an object", "{ type: object }", JsonNode::isObject);

    static final FieldType OBJECTS = plain(
            "objects", "is a list of objects", "{ type: array, items: { type: object } }", node -> all(node, OBJECT));

    private final String form;
    private final String is;
    private final String schema;
    private final Predicate<JsonNode> fits;
    private final List<String> choices;
    private final @Nullable Fields inside;

    private FieldType(
            String form,
            String is,
            String schema,
            Predicate<JsonNode> fits,
            List<String> choices,
            @Nullable Fields inside) {
        this.form = form;
        this.is = is;
        this.schema = schema;
        this.fits = fits;
        this.choices = choices;
        this.inside = inside;
    }

    /** What sort of input a page has for it. */
    String form() {
        return form;
    }

    /** The words that it may be, none if it may be any. */
    List<String> choices() {
        return choices;
    }

    /** Completes the sentence {@code "name" ...} for who got it wrong. */
    String is() {
        return is;
    }

    /** An OpenAPI schema in YAML's flow style. */
    String schema() {
        return schema;
    }

    boolean fits(JsonNode node) {
        return fits.test(node);
    }

    /** What an object, or each object of a list, holds; null for all others. */
    @Nullable
    Fields inside() {
        return inside;
    }

    static FieldType number(String is, long least, long most) {
        return plain(
                "number",
                is,
                "{ type: integer, minimum: " + least + ", maximum: " + most + " }",
                node -> node.isIntegralNumber()
                        && node.canConvertToLong()
                        && node.longValue() >= least
                        && node.longValue() <= most);
    }

    static FieldType number(long least, long most) {
        return number("is a number from " + least + " to " + most, least, most);
    }

    static FieldType oneOf(String... words) {
        var known = List.of(words);
        return new FieldType(
                "choice",
                "is one of " + String.join(", ", known),
                "{ type: string, enum: [\"" + String.join("\", \"", known) + "\"] }",
                node -> node.isString() && known.contains(node.stringValue()),
                known,
                null);
    }

    static FieldType oneOrMore(Fields inside) {
        return new FieldType(
                "objects",
                "is a list of objects",
                "{ type: array, items: { $ref: \"#/components/schemas/" + inside.name() + "\" } }",
                JsonNode::isArray,
                List.of(),
                inside);
    }

    static FieldType object(Fields inside) {
        return new FieldType(
                "object",
                "is an object",
                "{ $ref: \"#/components/schemas/" + inside.name() + "\" }",
                JsonNode::isObject,
                List.of(),
                inside);
    }

    private static FieldType plain(String form, String is, String schema, Predicate<JsonNode> fits) {
        return new FieldType(form, is, schema, fits, List.of(), null);
    }

    /** A value out of a query, where all is text; what does not look like a value of this type stays text and will not fit. */
    JsonNode ofText(String text) {
        if (schema.contains("type: integer")) {
            try {
                return LongNode.valueOf(Long.parseLong(text));
            } catch (NumberFormatException notANumber) {
                return StringNode.valueOf(text);
            }
        }
        if (this == FLAG && (text.equals("true") || text.equals("false")))
            return BooleanNode.valueOf(text.equals("true"));
        return StringNode.valueOf(text);
    }

    private static boolean all(JsonNode list, FieldType type) {
        return list.isArray() && list.values().stream().allMatch(type::fits);
    }

    private static boolean isDuration(String text) {
        try {
            var unused = Duration.parse(text);
            return true;
        } catch (DateTimeParseException | ArithmeticException broken) {
            return false;
        }
    }

    private static boolean isInstant(String text) {
        try {
            var unused = Instant.parse(text);
            return true;
        } catch (DateTimeParseException broken) {
            return false;
        }
    }
}
