package io.botmesh.botapi;

import java.util.Objects;

/** A chat as the Bot API takes it: by number, or a public one by name. */
public sealed interface ChatId {
    /** Positive for a user, negative for a group or channel. */
    record Id(long id) implements ChatId {
        @Override
        public String toString() {
            return Long.toString(id);
        }
    }

    /**
     * A public channel, supergroup or bot.
     *
     * @param username with its leading {@code @}
     */
    record Username(String username) implements ChatId {
        public Username {
            Objects.requireNonNull(username, "username");
        }

        @Override
        public String toString() {
            return username;
        }
    }

    static ChatId of(long id) {
        return new Id(id);
    }

    /** A number in decimal, or a name such as {@code @channel}. */
    static ChatId of(String text) {
        if (text.startsWith("@") && text.length() > 1) return new Username(text);
        try {
            return new Id(Long.parseLong(text));
        } catch (NumberFormatException neither) {
            throw new IllegalArgumentException("a chat is a number or @name, not \"" + text + '"');
        }
    }
}
