package io.botmesh.world;

/** Somebody added an answer to a poll. */
record PollOptionAdded(int messageId, String persistentId, FormattedText text) implements ServiceContent {
    @Override
    public void write(JsonWriter json, View view) {
        json.name("poll_option_added").object();
        var poll = view.message().chat().message(messageId);
        if (poll != null) view.messages().write(json.name("poll_message"), poll, view.viewer(), false);
        json.field("option_persistent_id", persistentId).field("option_text", text.text());
        text.writeEntities(json, "option_text_entities");
        json.endObject();
    }
}
