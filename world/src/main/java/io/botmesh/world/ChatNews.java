package io.botmesh.world;

import java.util.List;

/** News about the chat as a whole. */
sealed interface ChatNews extends ServiceContent {
    record Renamed(String title) implements ChatNews {
        @Override
        public void write(JsonWriter json, View view) {
            json.field("new_chat_title", title);
        }
    }

    record PhotoChanged(FileRecord photo) implements ChatNews {
        @Override
        public List<FileRecord> files() {
            return List.of(photo);
        }

        @Override
        public void write(JsonWriter json, View view) {
            view.files().writeSizes(json.name("new_chat_photo"), photo, view.viewer());
        }
    }

    record PhotoDeleted() implements ChatNews {
        @Override
        public void write(JsonWriter json, View view) {
            json.field("delete_chat_photo", true);
        }
    }

    /** A basic group has become a supergroup: the last message of the one. */
    record MigratedTo(long chatId) implements ChatNews {
        @Override
        public void write(JsonWriter json, View view) {
            json.field("migrate_to_chat_id", chatId);
        }
    }

    /** The first message of the other. */
    record MigratedFrom(long chatId) implements ChatNews {
        @Override
        public void write(JsonWriter json, View view) {
            json.field("migrate_from_chat_id", chatId);
        }
    }

    /** Somebody boosted the chat. */
    record Boosted(int count) implements ChatNews {
        @Override
        public void write(JsonWriter json, View view) {
            json.name("boost_added").object().field("boost_count", count).endObject();
        }
    }
}
