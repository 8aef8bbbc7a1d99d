package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * Who a message is from, in fact and in public.
 *
 * @param author     who sent it, which nobody is told
 * @param from       who it says it is from; channels show nobody unless a sender chat is given
 * @param senderChat the chat in whose name it speaks; null for the author's own, which in a channel is the channel
 * @param signature  name of the author under it, null for none
 * @param viaBot     bot whose inline result it is, null for none
 */
record Byline(
        Account author,
        Account from,
        @Nullable Chat senderChat,
        @Nullable String signature,
        @Nullable Account viaBot) {
    static Byline by(Account author) {
        return new Byline(author, author, null, null, null);
    }

    /** What a bot says in a chat: through a connection it speaks in the person's name. */
    static Byline of(Account bot, Chat chat) {
        return chat.connection == null ? by(bot) : new Byline(bot, chat.connection.person, null, null, null);
    }

    /** Speaks in the name of a chat, shown as somebody who stands for it. */
    Byline inTheNameOf(Chat chat, Account shown) {
        return new Byline(author, shown, chat, signature, viaBot);
    }

    Byline withSignature(@Nullable String name) {
        return new Byline(author, from, senderChat, name, viaBot);
    }

    Byline withViaBot(@Nullable Account bot) {
        return new Byline(author, from, senderChat, signature, bot);
    }
}
