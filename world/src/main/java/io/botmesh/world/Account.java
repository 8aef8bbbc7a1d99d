package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** A bot or a person as others see it. */
record Account(
        long id,
        boolean bot,
        String firstName,
        @Nullable String lastName,
        @Nullable String username,
        @Nullable String languageCode) {
    JsonWriter write(JsonWriter json) {
        return writeOpen(json).endObject();
    }

    /** Without the closing brace, for whoever adds to it. */
    JsonWriter writeOpen(JsonWriter json) {
        json.object().field("id", id).field("is_bot", bot).field("first_name", firstName);
        if (lastName != null) json.field("last_name", lastName);
        if (username != null) json.field("username", username);
        if (languageCode != null) json.field("language_code", languageCode);
        return json;
    }
}
