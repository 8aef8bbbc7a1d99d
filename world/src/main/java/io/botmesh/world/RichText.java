package io.botmesh.world;

import java.util.List;

/** Writes a text with entities as nested {@code RichText}. */
final class RichText {
    private final String text;
    private final List<Entity> entities;

    private RichText(FormattedText text) {
        this.text = text.text();
        this.entities = text.entities();
    }

    /** The entities are in order, and none crosses another. */
    static void write(JsonWriter json, FormattedText text) {
        new RichText(text)
                .write(json, 0, text.text().length(), 0, text.entities().size());
    }

    /** The units from one place to another, with those entities by index that lie inside. */
    private void write(JsonWriter json, int begin, int end, int first, int last) {
        if (first == last) {
            json.value(text.substring(begin, end));
            return;
        }
        json.array();
        int at = begin;
        for (int i = first; i < last; ) {
            var entity = entities.get(i);
            int inside = i + 1;
            while (inside < last && entities.get(inside).offset() < entity.end()) inside++;
            if (entity.offset() > at) json.value(text.substring(at, entity.offset()));
            write(json, entity, i + 1, inside);
            at = entity.end();
            i = inside;
        }
        if (at < end) json.value(text.substring(at, end));
        json.endArray();
    }

    private void write(JsonWriter json, Entity entity, int first, int last) {
        var part = text.substring(entity.offset(), entity.end());
        var type = switch (entity.type()) {
            case TEXT_LINK -> "url";
            case EMAIL -> "email_address";
            case BANK_CARD -> "bank_card_number";
            case PRE -> "code";
            case BLOCKQUOTE, EXPANDABLE_BLOCKQUOTE -> "marked";
            default -> entity.type().wireName();
        };
        json.object().field("type", type);
        if (entity.type() == EntityType.CUSTOM_EMOJI) {
            json.field("custom_emoji_id", String.valueOf(entity.argument()))
                    .field("alternative_text", part)
                    .endObject();
            return;
        }
        write(json.name("text"), entity.offset(), entity.end(), first, last);
        switch (entity.type()) {
            case MENTION -> json.field("username", part.substring(1));
            case HASHTAG -> json.field("hashtag", part.substring(1));
            case CASHTAG -> json.field("cashtag", part.substring(1));
            case BOT_COMMAND -> json.field("bot_command", part.substring(1));
            case URL -> json.field("url", part);
            case EMAIL -> json.field("email_address", part);
            case PHONE_NUMBER -> json.field("phone_number", part);
            case TEXT_LINK -> json.field("url", String.valueOf(entity.argument()));
            case DATE_TIME -> DateTimes.write(json, String.valueOf(entity.argument()));
            case TEXT_MENTION -> {
                var user = entity.user();
                if (user != null) user.write(json.name("user"));
            }
            default -> {}
        }
        json.endObject();
    }
}
