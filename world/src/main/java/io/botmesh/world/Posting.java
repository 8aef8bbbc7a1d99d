package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** A message before its chat gave it an id. Start from {@link #of} and add what there is. */
record Posting(
        Byline by,
        Content content,
        @Nullable Origin origin,
        Answering answering,
        @Nullable ReplyMarkup markup,
        Marks marks,
        @Nullable DirectPost direct) {
    static Posting of(Account author, Content content) {
        return new Posting(Byline.by(author), content, null, Answering.NOTHING, null, Marks.NONE, null);
    }

    Account author() {
        return by.author();
    }

    Posting withByline(Byline other) {
        return new Posting(other, content, origin, answering, markup, marks, direct);
    }

    Posting withContent(Content other) {
        return new Posting(by, other, origin, answering, markup, marks, direct);
    }

    Posting withOrigin(@Nullable Origin other) {
        return new Posting(by, content, other, answering, markup, marks, direct);
    }

    Posting answering(Answering other) {
        return new Posting(by, content, origin, other, markup, marks, direct);
    }

    Posting withMarkup(@Nullable ReplyMarkup other) {
        return new Posting(by, content, origin, answering, other, marks, direct);
    }

    Posting withMarks(Marks other) {
        return new Posting(by, content, origin, answering, markup, other, direct);
    }

    /** Into the topic of somebody who writes to a channel. */
    Posting withDirect(DirectPost other) {
        return new Posting(by, content, origin, answering, markup, marks, other);
    }
}
