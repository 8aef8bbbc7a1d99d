package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** Where a forwarded message comes from. */
sealed interface Origin {
    /** Unix seconds of the first message. */
    long date();

    /** As a {@code MessageOrigin}. */
    void write(JsonWriter json);

    /** The fields of older versions that say the same. */
    void writeOld(JsonWriter json);

    record FromChannel(Chat chat, int messageId, @Nullable String signature, long date) implements Origin {
        @Override
        public void write(JsonWriter json) {
            json.object().field("type", "channel");
            chat.write(json.name("chat"));
            json.field("message_id", messageId);
            if (signature != null) json.field("author_signature", signature);
            json.field("date", date).endObject();
        }

        @Override
        public void writeOld(JsonWriter json) {
            chat.write(json.name("forward_from_chat"));
            json.field("forward_from_message_id", messageId);
            if (signature != null) json.field("forward_signature", signature);
            json.field("forward_date", date);
        }
    }

    record FromChat(Chat chat, @Nullable String signature, long date) implements Origin {
        @Override
        public void write(JsonWriter json) {
            json.object().field("type", "chat");
            chat.write(json.name("sender_chat"));
            if (signature != null) json.field("author_signature", signature);
            json.field("date", date).endObject();
        }

        @Override
        public void writeOld(JsonWriter json) {
            chat.write(json.name("forward_from_chat"));
            if (signature != null) json.field("forward_signature", signature);
            json.field("forward_date", date);
        }
    }

    record FromUser(Account account, long date) implements Origin {
        @Override
        public void write(JsonWriter json) {
            json.object().field("type", "user");
            account.write(json.name("sender_user"));
            json.field("date", date).endObject();
        }

        @Override
        public void writeOld(JsonWriter json) {
            account.write(json.name("forward_from"));
            json.field("forward_date", date);
        }
    }

    /** Of a message that may itself have been forwarded. */
    static Origin of(Message message) {
        if (message.origin() != null) return message.origin();
        var by = message.posting().by();
        if (message.chat().kind() == Chat.Kind.CHANNEL) {
            return new FromChannel(message.chat(), message.id(), by.signature(), message.date());
        }
        return by.senderChat() != null
                ? new FromChat(by.senderChat(), by.signature(), message.date())
                : new FromUser(by.from(), message.date());
    }
}
