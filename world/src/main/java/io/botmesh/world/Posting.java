package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** A message before its chat gave it an id. Start from {@link #of} and add what there is. */
record Posting(
        Byline by,
        Content content,
        @Nullable Origin origin,
        Answering answering,
        @Nullable ReplyMarkup markup,
        Marks marks) {
    static Posting of(Account author, Content content) {
        return new Posting(Byline.by(author), content, null, Answering.NOTHING, null, Marks.NONE);
    }

    Account author() {
        return by.author();
    }

    Posting withByline(Byline other) {
        return new Posting(other, content, origin, answering, markup, marks);
    }

    Posting withContent(Content other) {
        return new Posting(by, other, origin, answering, markup, marks);
    }

    Posting withOrigin(@Nullable Origin other) {
        return new Posting(by, content, other, answering, markup, marks);
    }

    Posting answering(Answering other) {
        return new Posting(by, content, origin, other, markup, marks);
    }

    Posting withMarkup(@Nullable ReplyMarkup other) {
        return new Posting(by, content, origin, answering, other, marks);
    }

    Posting withMarks(Marks other) {
        return new Posting(by, content, origin, answering, markup, other);
    }
}
