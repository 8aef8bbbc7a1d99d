package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Something that a bot offers to send in a person's name.
 *
 * @param content what is sent once it is chosen
 * @param json    what the person sees of it
 */
record InlineResult(
        String id, Supplier<Content> content, @Nullable ReplyMarkup markup, String json) {
    private static final int MOST = 50;
    private static final int MOST_ID_BYTES = 64;
    private static final Map<String, FileType> FILES = Map.of(
            "audio", FileType.AUDIO,
            "document", FileType.DOCUMENT,
            "gif", FileType.ANIMATION,
            "mpeg4_gif", FileType.ANIMATION,
            "photo", FileType.PHOTO,
            "sticker", FileType.STICKER,
            "video", FileType.VIDEO,
            "voice", FileType.VOICE);
    private static final Set<String> TITLED = Set.of("document", "video", "voice");

    /** Those of a list, in order. */
    static List<InlineResult> list(Params params, Bot bot, Core core) {
        if (!params.has("results")) return List.of();
        var json = Fields.json(params, "results", "Can't parse JSON encoded inline query results");
        if (json.isNull()) return List.of();
        if (!json.isArray()) throw Refused.of(400, "Expected an Array of inline query results");
        if (json.size() > MOST) throw Refused.of(400, "Too many inline query results specified");
        return json.values().stream()
                .map(element ->
                        Fields.within("Can't parse inline query result", element, value -> parse(value, bot, core)))
                .toList();
    }

    /** The one that a call names. */
    static InlineResult one(Params params, Bot bot, Core core) {
        if (!params.has("result")) throw Refused.of(400, "Result isn't specified");
        return parse(Fields.json(params, "result", "Can't parse JSON encoded web view query results "), bot, core);
    }

    /** What only shows once all are known: ids are short and different. */
    static void check(List<InlineResult> results) {
        var ids = new java.util.HashSet<String>();
        for (var result : results) {
            int bytes = TextCleaner.utf8Length(result.id);
            if (bytes == 0 || bytes > MOST_ID_BYTES) throw Refused.of(400, "RESULT_ID_INVALID");
            if (!ids.add(result.id)) throw Refused.of(400, "RESULT_ID_DUPLICATE");
        }
    }

    private static InlineResult parse(JsonNode json, Bot bot, Core core) {
        var fields = Fields.of(json, "Inline query result must be an object");
        var type = fields.requiredText("type").toLowerCase(Locale.ROOT);
        var id = fields.requiredText("id");
        var given = fields.fields("input_message_content");
        var content = given == null ? null : message(given, core);
        if (given == null
                && (type.equals("article") || !fields.text("message_text").isEmpty())) {
            fields.requiredText("message_text");
            content = message(fields, core);
        }
        if (content == null && type.equals("article")) {
            throw Refused.of(400, "Input message content is not specified");
        }
        var keyboard = fields.fields("reply_markup");
        var markup = keyboard == null ? null : ReplyMarkup.parse(keyboard.object());
        var own = own(type, fields, bot, core);
        var shown = new JsonWriter().object().field("type", type).field("id", id);
        for (var name : List.of("title", "description", "url", "thumbnail_url")) {
            if (!fields.text(name).isEmpty()) shown.field(name, fields.text(name));
        }
        if (markup != null) shown.name("reply_markup").raw(markup.json().getBytes(ISO_8859_1));
        var chosen = content != null ? content : own;
        return new InlineResult(id, chosen, markup, shown.endObject().toString());
    }

    /** What the result itself is, which is sent unless it says what else. */
    private static Supplier<Content> own(String type, Fields fields, Bot bot, Core core) {
        switch (type) {
            case "article" -> fields.requiredText("title");
            case "contact" -> {
                return contact(fields);
            }
            case "location" -> {
                fields.requiredText("title");
                return location(fields);
            }
            case "venue" -> {
                return venue(fields);
            }
            case "game" -> {
                var name = fields.requiredText("game_short_name");
                return () -> GameContent.named(name);
            }
            default -> {
                return file(type, fields, bot, core);
            }
        }
        return () -> new TextContent(FormattedText.EMPTY, null);
    }

    private static Supplier<Content> file(String type, Fields fields, Bot bot, Core core) {
        var kind = FILES.get(type);
        if (kind == null) {
            throw Refused.of(400, "type \"" + type + "\" is unsupported for the inline query result");
        }
        if (TITLED.contains(type)) fields.requiredText("title");
        var stem = type.equals("mpeg4_gif") ? "mpeg4" : type;
        var url = fields.text(stem + "_url");
        if (!url.isEmpty() && (type.equals("document") || type.equals("video"))) fields.requiredText("mime_type");
        var fileId = url.isEmpty() ? fields.requiredText(stem + "_file_id") : "";
        var entities = fields.object().get("caption_entities");
        var caption = SendMethods.caption(Draft.of(
                fields.raw("caption"),
                fields.raw("parse_mode"),
                entities == null ? "" : entities.toString(),
                core.registry()));
        boolean above = fields.flag("show_caption_above_media");
        var known = url.isEmpty() ? core.files().find(fileId, bot) : null;
        if (url.isEmpty() && known == null) throw Refused.of(400, "Wrong file identifier/HTTP URL specified");
        return () -> {
            // Nothing is fetched: a file at an address has a name and no bytes.
            var name = url.substring(url.lastIndexOf('/') + 1);
            var file = known != null
                    ? known
                    : core.files().add(new Upload("", name, "", Blob.of(new byte[0])), kind, FileTraits.NONE);
            return file.type().isCaptioned()
                    ? new MediaContent(file, caption, above && file.type().isVisual(), false)
                    : new BareMediaContent(file);
        };
    }

    /** An {@code InputMessageContent}; null if it is none. */
    private static @Nullable Supplier<Content> message(Fields content, Core core) {
        var text = content.raw("message_text");
        if (!text.isEmpty()) {
            var entities = content.object().get("entities");
            var cleaned = SendMethods.text(Draft.of(
                    text, content.raw("parse_mode"), entities == null ? "" : entities.toString(), core.registry()));
            return () -> new TextContent(cleaned, null);
        }
        if (content.has("latitude") && content.has("longitude")) {
            return content.has("title") && content.has("address") ? venue(content) : location(content);
        }
        if (content.has("phone_number")) return contact(content);
        if (content.has("payload")) {
            var invoice = Invoice.of(content);
            return () -> new InvoiceContent(invoice);
        }
        return null;
    }

    private static Place place(Fields fields) {
        return new Place(
                        fields.requiredReal("latitude"),
                        fields.requiredReal("longitude"),
                        fields.real("horizontal_accuracy"))
                .require();
    }

    private static Supplier<Content> location(Fields fields) {
        var place = place(fields);
        int live = (int) fields.number("live_period");
        return () -> new LocationContent(
                place, live, (int) fields.number("heading"), (int) fields.number("proximity_alert_radius"), live > 0);
    }

    private static Supplier<Content> venue(Fields fields) {
        var place = place(fields);
        var title = fields.requiredText("title");
        var address = fields.requiredText("address");
        boolean square = !fields.text("foursquare_id").isEmpty()
                || !fields.text("foursquare_type").isEmpty();
        boolean google = !fields.text("google_place_id").isEmpty()
                || !fields.text("google_place_type").isEmpty();
        var provider = square ? "foursquare" : google ? "google_place" : "";
        var venueId = provider.isEmpty() ? "" : fields.text(provider + "_id");
        var venueType = provider.isEmpty() ? "" : fields.text(provider + "_type");
        return () -> new VenueContent(place, title, address, provider, venueId, venueType);
    }

    private static Supplier<Content> contact(Fields fields) {
        var contact = new ContactContent(
                fields.requiredRaw("phone_number"),
                fields.requiredRaw("first_name"),
                fields.raw("last_name"),
                fields.raw("vcard"),
                0);
        return () -> contact;
    }
}
