package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** Where a forwarded message comes from. */
sealed interface Origin {
    /** Unix seconds of the first message. */
    long date();

    record FromChannel(Chat chat, int messageId, @Nullable String signature, long date) implements Origin {}

    record FromUser(Account account, long date) implements Origin {}

    /** Of a message that may itself have been forwarded. */
    static Origin of(Message message) {
        if (message.origin() != null) return message.origin();
        return message.chat().kind() == Chat.Kind.CHANNEL
                ? new FromChannel(message.chat(), message.id(), null, message.date())
                : new FromUser(message.author(), message.date());
    }
}
