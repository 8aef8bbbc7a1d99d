package io.botmesh.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A text as a client wants it: after its markup is read, before it is cleaned and counted. */
record Draft(String text, List<Entity> entities) {
    private static final int MOST_RAW_BYTES = 1 << 15;
    private static final int FARTHEST = 1_000_000;

    static final Draft NONE = new Draft("", List.of());

    Draft {
        entities = List.copyOf(entities);
    }

    /** Reads a text argument with its markup, which comes in a parse mode or as a list, the mode before the list. */
    static Draft of(Params params, String textName, String entitiesName, Registry registry) {
        return of(params.raw(textName), params.raw("parse_mode"), params.raw(entitiesName), registry);
    }

    /**
     * @param entitiesJson the list, empty if there is none
     */
    static Draft of(String text, String parseMode, String entitiesJson, Registry registry) {
        if (TextCleaner.utf8Length(text) > MOST_RAW_BYTES) throw Refused.of(400, "Text is too long");
        var mode = parseMode.toLowerCase(Locale.ROOT);
        if (!mode.isEmpty() && !mode.equals("none")) {
            try {
                if (!mode.equals("html") && !mode.startsWith("markdown")) {
                    throw Refused.of(400, "Unsupported parse_mode");
                }
                if (!TextCleaner.isUnicode(text)) throw new MarkupException("Text must be encoded in UTF-8");
                return switch (mode) {
                    case "html" -> new HtmlParser(text, registry).parse();
                    case "markdownv2" -> new MarkdownParser(text, registry).parse();
                    case "markdown" -> new OldMarkdownParser(text, registry).parse();
                    default -> throw Refused.of(400, "Unsupported parse_mode");
                };
            } catch (MarkupException bad) {
                throw Refused.of(400, "Can't parse entities: " + bad.getMessage());
            }
        }
        return new Draft(text, parseEntities(entitiesJson, registry));
    }

    /** A field of an object as JSON text, empty if it is not there. */
    static String nested(JsonNode object, String field) {
        var node = object.get(field);
        return node == null ? "" : node.toString();
    }

    /** As the server keeps it. */
    FormattedText clean(boolean maybeNone) {
        return TextCleaner.clean(text, entities, maybeNone);
    }

    /** A list that is none, or an entity that makes no sense, is passed over. */
    private static List<Entity> parseEntities(String json, Registry registry) {
        var array = Lenient.json(json);
        if (array == null || !array.isArray()) return List.of();
        var entities = new ArrayList<Entity>();
        for (var element : array.values()) {
            var entity = element.isObject() ? parseEntity(element, registry) : null;
            if (entity != null) entities.add(entity);
        }
        return entities;
    }

    private static @Nullable Entity parseEntity(JsonNode object, Registry registry) {
        var typeName = Lenient.text(object, "type");
        long offset = Lenient.number(object, "offset");
        long length = Lenient.number(object, "length");
        if (offset < 0 || offset > FARTHEST || length <= 0 || length > FARTHEST) return null;
        for (var type : EntityType.values()) {
            if (!type.asked() || !type.wireName().equals(typeName)) continue;
            var plain = Entity.of(type, (int) offset, (int) length);
            return switch (type) {
                case TEXT_LINK -> Links.entity(plain, Lenient.text(object, "url"), registry);
                case TEXT_MENTION -> {
                    var user = object.get("user");
                    var account =
                            user == null || !user.isObject() ? null : registry.account(Lenient.number(user, "id"));
                    yield account == null ? null : new Entity(type, plain.offset(), plain.length(), null, account);
                }
                case PRE -> {
                    var language = Lenient.text(object, "language");
                    yield language.isEmpty() ? plain : new Entity(type, plain.offset(), plain.length(), language, null);
                }
                case DATE_TIME -> {
                    var moment = DateTimes.argument(
                            Lenient.text(object, "unix_time"), Lenient.text(object, "date_time_format"));
                    yield moment == null ? null : new Entity(type, plain.offset(), plain.length(), moment, null);
                }
                case CUSTOM_EMOJI ->
                    new Entity(type, plain.offset(), plain.length(), Lenient.text(object, "custom_emoji_id"), null);
                default -> plain;
            };
        }
        return null;
    }
}
