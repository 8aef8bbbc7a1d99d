package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** News about a topic. */
sealed interface TopicContent extends ServiceContent {
    /** It began; the message itself is the root of the topic. */
    record Created(String name, int color, @Nullable String emoji) implements TopicContent {
        @Override
        public void write(JsonWriter json, View view) {
            json.name("forum_topic_created").object().field("name", name).field("icon_color", color);
            if (emoji != null) json.field("icon_custom_emoji_id", emoji);
            json.endObject();
        }
    }

    /** Its name or its icon changed; null for what stayed, an empty icon for one that went. */
    record Edited(@Nullable String name, @Nullable String emoji) implements TopicContent {
        @Override
        public void write(JsonWriter json, View view) {
            json.name("forum_topic_edited").object();
            if (name != null) json.field("name", name);
            if (emoji != null) json.field("icon_custom_emoji_id", emoji);
            json.endObject();
        }
    }

    /** Something that tells nothing but that it happened. */
    enum Toggled implements TopicContent {
        CLOSED("forum_topic_closed"),
        REOPENED("forum_topic_reopened"),
        HIDDEN("general_forum_topic_hidden"),
        UNHIDDEN("general_forum_topic_unhidden");

        private final String field;

        Toggled(String field) {
            this.field = field;
        }

        @Override
        public void write(JsonWriter json, View view) {
            json.name(field).object().endObject();
        }
    }
}
