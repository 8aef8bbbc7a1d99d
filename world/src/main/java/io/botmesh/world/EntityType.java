package io.botmesh.world;

import java.util.Locale;

/** What a part of a text can be. */
enum EntityType {
    MENTION(50),
    HASHTAG(50),
    CASHTAG(50),
    BOT_COMMAND(50),
    URL(50),
    EMAIL(50),
    PHONE_NUMBER(50),
    BANK_CARD(50), // the Bot API has no name for it: it only keeps other detections away
    TEXT_LINK(49),
    TEXT_MENTION(49),
    DATE_TIME(49),
    CODE(20),
    PRE(11),
    BLOCKQUOTE(0),
    EXPANDABLE_BLOCKQUOTE(0),
    BOLD(90),
    ITALIC(91),
    UNDERLINE(92),
    STRIKETHROUGH(93),
    SPOILER(94),
    CUSTOM_EMOJI(99);

    private final int priority;
    private final String wireName = name().toLowerCase(Locale.ROOT);

    EntityType(int priority) {
        this.priority = priority;
    }

    /** Where equal spans are told apart by type, the smaller comes first. */
    int priority() {
        return priority;
    }

    String wireName() {
        return wireName;
    }

    /** Whether the server may cut it in pieces where another one begins or ends inside. */
    boolean splittable() {
        return priority >= 90 && this != CUSTOM_EMOJI;
    }

    boolean code() {
        return this == CODE || this == PRE;
    }

    /** Whether there is more to it than the text shows, so that even blanks may carry it. */
    boolean mayBeBlank() {
        return code() || this == TEXT_LINK || this == TEXT_MENTION;
    }

    boolean quote() {
        return this == BLOCKQUOTE || this == EXPANDABLE_BLOCKQUOTE;
    }

    /** Whether clients may ask for it; the others are found in the text. */
    boolean asked() {
        return this == TEXT_LINK
                || this == TEXT_MENTION
                || this == DATE_TIME
                || this == CODE
                || this == PRE
                || this == CUSTOM_EMOJI
                || quote()
                || splittable();
    }
}
