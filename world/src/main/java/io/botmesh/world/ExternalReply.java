package io.botmesh.world;

/** An answered message of another chat, as it was when it was answered. */
record ExternalReply(Message message, Origin origin, Content content) {
    static ExternalReply to(Message message) {
        return new ExternalReply(message, Origin.of(message), message.content());
    }

    void write(JsonWriter json, Content.View view) {
        json.object();
        origin.write(json.name("origin"));
        var chat = message.chat();
        if (chat.kind() != Chat.Kind.PRIVATE) {
            chat.write(json.name("chat"));
            json.field("message_id", message.id());
        }
        content.writeShown(json, view);
        json.endObject();
    }
}
