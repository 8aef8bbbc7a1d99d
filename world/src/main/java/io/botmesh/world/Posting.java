package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * A message before its chat gave it an id.
 *
 * @param replyTo message of the same chat, 0 for none
 */
record Posting(
        Account author,
        Content content,
        @Nullable Origin origin,
        int replyTo,
        @Nullable ReplyMarkup markup,
        boolean isProtected) {
    static Posting of(Account author, Content content) {
        return new Posting(author, content, null, 0, null, false);
    }
}
