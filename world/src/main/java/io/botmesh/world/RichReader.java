package io.botmesh.world;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads an {@code InputRichMessage}: blocks of text as they are, HTML and Markdown paragraph by paragraph with what the
 * parse modes of plain texts know.
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
            "thinking");

    private final Registry registry;
    private final boolean inCodePoints;
    private int length;

    RichReader(Core core) {
        registry = core.registry();
        inCodePoints = core.assume(Assumption.RICH_TEXT_IN_CODE_POINTS);
    }

    /** The content; refuses what is empty, too long or not understood. */
    RichContent read(Params params, String method) {
        var json = Lenient.json(params.required("rich_message"));
        if (json == null) throw Refused.of(400, "Can't parse rich message JSON object");
        if (!json.isObject()) throw Refused.of(400, "Object expected as rich message");
        var out = new JsonWriter(512).array();
        var blocks = json.get("blocks");
        var html = Lenient.text(json, "html");
        var markdown = Lenient.text(json, "markdown");
        if (blocks != null && blocks.isArray()) blocks(out, blocks, method);
        else if (!html.isEmpty()) paragraphs(out, html, "HTML");
        else if (!markdown.isEmpty()) paragraphs(out, markdown, "MarkdownV2");
        if (length == 0) throw Refused.of(400, "Message text is empty");
        if (length > MOST) throw Refused.of(400, "Message is too long");
        return new RichContent(out.endArray().toString(), Lenient.flag(json, "is_rtl"));
    }

    private void paragraphs(JsonWriter out, String text, String mode) {
        var whole = Draft.of(text, mode, "", registry).clean(true);
        length += length(whole.text());
        int begin = 0;
        while (begin < whole.text().length()) {
            int end = whole.text().indexOf('\n', begin);
            if (end < 0) end = whole.text().length();
            if (end > begin) {
                out.object().field("type", "paragraph");
                RichText.write(out.name("text"), whole.part(begin, end));
                out.endObject();
            }
            begin = end + 1;
        }
    }

    private void blocks(JsonWriter out, JsonNode blocks, String method) {
        for (var block : blocks.values()) block(out, block, method);
    }

    private void block(JsonWriter out, JsonNode block, String method) {
        var type = Lenient.text(block, "type");
        if (type.isEmpty()) throw Refused.of(400, "Can't parse InputRichBlock: Can't find field \"type\"");
        if (!WITHOUT_FILES.contains(type)) throw Refused.notBuilt(method + " with blocks of the type " + type);
        out.object();
        for (var field : block.properties()) {
            var value = field.getValue();
            if (value.isNull() || (value.isBoolean() && !value.booleanValue())) continue;
            out.name(field.getKey());
            switch (field.getKey()) {
                case "blocks" -> {
                    blocks(out.array(), value, method);
                    out.endArray();
                }
                case "items" -> items(out, value, method);
                default -> {
                    if (isText(field.getKey())) requireType(value);
                    copy(out, value, isWords(field.getKey()));
                }
            }
        }
        out.endObject();
    }

    /** Each item gets the label that it is shown with. */
    private void items(JsonWriter out, JsonNode items, String method) {
        out.array();
        int number = 1;
        for (var item : items.values()) {
            var value = Lenient.integer(Lenient.text(item, "value"), number, 1, Integer.MAX_VALUE);
            boolean ordered = item.has("value") || item.has("type");
            out.object().field("label", ordered ? value + "." : "\u2022");
            for (var field : item.properties()) {
                if (field.getKey().equals("blocks")) {
                    blocks(out.name("blocks").array(), field.getValue(), method);
                    out.endArray();
                } else if (!field.getValue().isBoolean() || field.getValue().booleanValue()) {
                    copy(out.name(field.getKey()), field.getValue(), false);
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
            case "text", "credit", "caption", "summary", "cells", "expression" -> true;
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
                copy(out.name(field.getKey()), field.getValue(), more);
            }
            out.endObject();
        } else if (value.isArray()) {
            out.array();
            for (var element : value.values()) copy(out, element, words);
            out.endArray();
        } else if (value.isString()) {
            var text = value.stringValue();
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
