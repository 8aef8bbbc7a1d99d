package io.botmesh.world;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads an {@code InputRichMessage}: blocks as they are, HTML and Markdown paragraph by paragraph with what the parse modes of
 * plain texts know, and with files between paragraphs.
 */
final class RichReader {
    private static final int MOST = 32_768;
    private static final Set<String> WITHOUT_FILES = Set.of(
            "paragraph",
            "heading",
            "pre",
            "footer",
            "divider",
            "mathematical_expression",
            "anchor",
            "list",
            "blockquote",
            "expandable_blockquote",
            "pullquote",
            "table",
            "details",
            "buttons",
            "thinking",
            "collage",
            "slideshow");

    /** What a button may do, by the field that says so. */
    private static final List<String> KINDS = List.of(
            "callback_data",
            "url",
            "web_app",
            "login_url",
            "switch_inline_query",
            "switch_inline_query_current_chat",
            "switch_inline_query_chosen_chat",
            "copy_text");

    private static final int MOST_BLOCKS = 500;
    private static final int MOST_DEPTH = 16;

    private final Registry registry;
    private final RichFiles files;
    private final boolean inCodePoints;
    private final List<Button> buttons = new ArrayList<>();
    private int length;
    private int blocks;
    private int depth;

    RichReader(Core core, Params params) {
        registry = core.registry();
        files = new RichFiles(core, params);
        inCodePoints = core.assume(Assumption.RICH_TEXT_IN_CODE_POINTS);
    }

    /** What is to be sent; refuses what is empty, too long or not understood. */
    RichDraft read(Params params) {
        var json = Lenient.json(params.required("rich_message"));
        if (json == null) throw Refused.of(400, "Can't parse rich message JSON object");
        if (!json.isObject()) throw Refused.of(400, "Object expected as rich message");
        var out = new JsonWriter(512).array();
        var given = json.get("blocks");
        var html = Lenient.raw(json, "html");
        var markdown = Lenient.raw(json, "markdown");
        if (given != null && given.isArray()) blocks(out, given);
        else if (!html.isEmpty()) pieces(out, files.named(json, RichFiles.HTML), html, "HTML");
        else if (!markdown.isEmpty()) pieces(out, files.named(json, RichFiles.MARKDOWN), markdown, "MarkdownV2");
        if (length == 0 && files.drafts().isEmpty()) throw Refused.of(400, "Message text is empty");
        if (length > MOST) throw Refused.of(400, "Message is too long");
        return new RichDraft(out.endArray().toString(), files.drafts(), buttons, Lenient.flag(json, "is_rtl"));
    }

    /** Texts and the files that stand between them. */
    private void pieces(JsonWriter out, RichFiles.Named named, String text, String mode) {
        int begin = 0;
        for (var match = named.form().matcher(text); match.find(); begin = match.end()) {
            paragraphs(out, text.substring(begin, match.start()), mode);
            block();
            files.write(out.object(), named.draft(match.group("id")));
            out.endObject();
        }
        paragraphs(out, text.substring(begin), mode);
    }

    private void paragraphs(JsonWriter out, String text, String mode) {
        if (text.isBlank()) return;
        var whole = Draft.of(text, mode, "", registry).clean(true);
        length += length(whole.text());
        int begin = 0;
        while (begin < whole.text().length()) {
            int end = whole.text().indexOf('\n', begin);
            if (end < 0) end = whole.text().length();
            if (end > begin) {
                block();
                out.object().field("type", "paragraph");
                RichText.write(out.name("text"), whole.part(begin, end));
                out.endObject();
            }
            begin = end + 1;
        }
    }

    private void blocks(JsonWriter out, JsonNode blocks) {
        if (++depth > MOST_DEPTH) throw Refused.of(400, "RICH_MESSAGE_DEPTH_EXCEEDED");
        for (var block : blocks.values()) block(out, block);
        depth--;
    }

    private void block() {
        if (++blocks > MOST_BLOCKS) throw Refused.of(400, "RICH_MESSAGE_BLOCKS_TOO_MUCH");
    }

    private void block(JsonWriter out, JsonNode block) {
        var type = Lenient.text(block, "type");
        if (type.isEmpty()) throw Refused.of(400, "Can't parse InputRichBlock: Can't find field \"type\"");
        block();
        out.object();
        if (RichFiles.isFile(type)) {
            var media = block.get(type);
            if (media == null) throw Refused.of(400, "Can't parse InputRichBlock: Can't find field \"" + type + '"');
            files.write(out, files.draft(media));
            var caption = block.get("caption");
            if (caption != null && caption.isObject()) copy(out.name("caption"), caption, true);
        } else if (type.equals("map")) {
            RichMap.write(out, block);
            var caption = block.get("caption");
            if (caption != null && caption.isObject()) copy(out.name("caption"), caption, true);
        } else if (WITHOUT_FILES.contains(type)) {
            fields(out, block);
        } else {
            throw Refused.of(400, "Can't parse InputRichBlock: type \"" + type + "\" is unsupported");
        }
        out.endObject();
    }

    private void fields(JsonWriter out, JsonNode block) {
        for (var field : block.properties()) {
            var value = field.getValue();
            if (value.isNull() || (value.isBoolean() && !value.booleanValue())) continue;
            out.name(TextCleaner.requireUnicode(field.getKey()));
            switch (field.getKey()) {
                case "blocks" -> {
                    blocks(out.array(), value);
                    out.endArray();
                }
                case "items" -> items(out, value);
                case "buttons" -> {
                    for (var button : value.values()) button(button);
                    copy(out, value, true);
                }
                default -> {
                    if (isText(field.getKey())) requireType(value);
                    copy(out, value, isWords(field.getKey()));
                }
            }
        }
    }

    /** Remembers what people may press. */
    private void button(JsonNode button) {
        var text = button.get("text");
        var words = new StringBuilder();
        if (text != null) words(words, text);
        for (var kind : KINDS) {
            if (!button.has(kind)) continue;
            var json = new JsonWriter();
            Json.copy(json, button);
            buttons.add(new Button(words.toString(), kind, Lenient.text(button, kind), json.toString()));
            return;
        }
    }

    private static void words(StringBuilder out, JsonNode text) {
        if (text.isString()) out.append(TextCleaner.requireUnicode(text.stringValue()));
        if (text.isArray()) for (var part : text.values()) words(out, part);
        var inside = text.isObject() ? text.get("text") : null;
        if (inside != null) words(out, inside);
    }

    /** Each item gets the label that it is shown with. */
    private void items(JsonWriter out, JsonNode items) {
        out.array();
        int number = 1;
        for (var item : items.values()) {
            var value = Lenient.integer(Lenient.text(item, "value"), number, 1, Integer.MAX_VALUE);
            boolean ordered = item.has("value") || item.has("type");
            out.object().field("label", ordered ? value + "." : "\u2022");
            for (var field : item.properties()) {
                if (field.getKey().equals("blocks")) {
                    blocks(out.name("blocks").array(), field.getValue());
                    out.endArray();
                } else if (!field.getValue().isBoolean() || field.getValue().booleanValue()) {
                    copy(out.name(TextCleaner.requireUnicode(field.getKey())), field.getValue(), false);
                }
            }
            out.endObject();
            number = value + 1;
        }
        out.endArray();
    }

    /** A {@code RichText} is words, a list of such, or says what it is. */
    private static void requireType(JsonNode text) {
        if (text.isArray()) for (var element : text.values()) requireType(element);
        if (text.isObject() && Lenient.text(text, "type").isEmpty()) {
            throw Refused.of(400, "Can't parse RichText: Can't find field \"type\"");
        }
    }

    private static boolean isText(String field) {
        return field.equals("text") || field.equals("credit") || field.equals("summary");
    }

    private static boolean isWords(String field) {
        return switch (field) {
            case "text", "credit", "caption", "summary", "cells", "expression", "button" -> true;
            default -> false;
        };
    }

    /** As it is, counting what is words in it. */
    private void copy(JsonWriter out, JsonNode value, boolean words) {
        if (value.isObject()) {
            out.object();
            for (var field : value.properties()) {
                boolean more =
                        words && (isWords(field.getKey()) || field.getKey().equals("alternative_text"));
                // A caption and a cell are no text, they have one.
                if (more && isText(field.getKey())) requireType(field.getValue());
                if (field.getKey().equals("button")) button(field.getValue());
                copy(out.name(TextCleaner.requireUnicode(field.getKey())), field.getValue(), more);
            }
            out.endObject();
        } else if (value.isArray()) {
            out.array();
            for (var element : value.values()) copy(out, element, words);
            out.endArray();
        } else if (value.isString()) {
            var text = TextCleaner.requireUnicode(value.stringValue());
            if (words) length += length(text);
            out.value(text);
        } else if (value.isBoolean()) {
            out.value(value.booleanValue());
        } else {
            out.raw(value.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private int length(String text) {
        return inCodePoints ? text.codePointCount(0, text.length()) : text.length();
    }
}
