package io.botmesh.world;

import java.util.Locale;

/**
 * Something that is not known for sure of the real server, and how it is taken here unless {@link WorldOptions} say
 * otherwise. A bot that works either way need not care which is true. {@code docs/emulator.md} numbers the facts.
 */
public enum Assumption {
    /** Whether a refusal says what is only guessed to be the server's text or code; without, it says {@code UNKNOWN}. */
    GUESSED_WORDS(true),
    /** Whether a bot that edits another bot's post gets an update about that. */
    EDITORS_HEAR_OF_IT(true),
    /** Whether the end of a ban, a restriction or a paid membership is told as any other change of a member. */
    ENDS_ARE_TOLD(false),
    /** Whether a person has to be in a chat to be made its administrator; without, it comes in by that. */
    PROMOTED_ARE_MEMBERS(true),
    /** Whether a bot without any right to send may still be said to have access to the chat. */
    RESTRICTED_HAVE_ACCESS(true),
    /** Whether posts of bots carry their name in channels whose posts are signed. */
    BOTS_SIGN(true),
    /** Whether those who paid for a membership go when the paid period is over. */
    PAID_MEMBERS_GO(true),
    /** Whether the bot that guards a chat is asked before other administrators hear of somebody who wants to join. */
    GUARD_IS_FIRST(true),
    /** Whether answers in supergroups without topics carry the root of their thread as {@code message_thread_id}. */
    ANSWERS_MAKE_THREADS(true),
    /** Whether a bot can forward, copy, answer and change what stood in a channel or supergroup before it came. */
    OLD_MESSAGES_ARE_THERE(true),
    /** Seconds for the answer to a pressed button. */
    BUTTON_SECONDS(150, 1, 86_400),
    /** Seconds for the answer to an inline query. */
    INLINE_SECONDS(30, 1, 86_400),
    /** Seconds for which a prepared inline message can be sent. */
    PREPARED_SECONDS(86_400, 1, 31_536_000),
    /** Seconds for which the reactions to a channel's post are gathered before their number is told. */
    REACTION_SECONDS(5, 0, 86_400),
    /** Whether the button to pay that an invoice gets by itself names the price. */
    PAY_BUTTON_NAMES_PRICE(true),
    /** Whether the text under a game becomes the list of the best scores. */
    SCORES_ARE_SHOWN(true),
    /** Whether a bot's name and descriptions in a language without their own are the general ones. */
    NAMES_FALL_BACK(true),
    /** What converting a gift brings, in hundredths of its price. */
    GIFT_PERCENT(85, 0, 100),
    /** Whether logging out and a new token take the webhook away. */
    LOGGED_OUT_LOSE_WEBHOOK(true),
    /** Whether webhooks deliver business messages and purchases of paid media beside other messages of the same chat. */
    BUSINESS_HAS_OWN_LANES(true),
    /** Whether width, height and length of films and sounds come from the bytes where the sender does not tell them. */
    FILES_ARE_PROBED(true),
    /** Pixels of the longer side of the largest size of a photo; larger ones are scaled. */
    PHOTO_PIXELS(1280, 90, 10_000),
    /** Whether an id of a voice message, a film or the like can be sent as a document and the other way round. */
    KINDS_STAND_FOR_DOCUMENTS(true),
    /** Whether the 32,768 of a rich message are code points; without, units of UTF-16. */
    RICH_TEXT_IN_CODE_POINTS(true),
    /** Whether the message id of an ephemeral message is 0; without, it is the ephemeral message id. */
    EPHEMERAL_ID_IS_ZERO(true),
    /** Whether bots that did not ask see zeros in an open poll whose results are hidden; without, they see the numbers. */
    HIDDEN_RESULTS_ARE_ZERO(true);

    private final int otherwise;
    private final int least;
    private final int most;
    private final boolean flag;

    Assumption(boolean holds) {
        this(holds ? 1 : 0, 0, 1, true);
    }

    Assumption(int otherwise, int least, int most) {
        this(otherwise, least, most, false);
    }

    Assumption(int otherwise, int least, int most, boolean flag) {
        this.otherwise = otherwise;
        this.least = least;
        this.most = most;
        this.flag = flag;
    }

    /** Its name as a switch, such as {@code bots-sign}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it holds or not; all others are numbers. */
    public boolean isFlag() {
        return flag;
    }

    /** How it is taken if nothing else is said; 1 and 0 for yes and no. */
    public int defaultValue() {
        return otherwise;
    }

    /** A value as it is written: a number, or {@code yes} and {@code no}. */
    public String written(int value) {
        return flag ? value == 1 ? "yes" : "no" : Integer.toString(value);
    }

    /** Refuses what it cannot be, in one line that says what it can. */
    int checked(int value) {
        if (value >= least && value <= most) return value;
        throw new IllegalArgumentException(wireName() + " is no " + value + "; give " + range());
    }

    /** The value that was written. */
    int parsed(String text) {
        if (flag) {
            return switch (text) {
                case "yes" -> 1;
                case "no" -> 0;
                default -> throw new IllegalArgumentException(wireName() + " is not " + text + "; give " + range());
            };
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException(wireName() + " is not " + text + "; give " + range());
        }
        return checked(Integer.parseInt(text));
    }

    private String range() {
        return flag ? "yes or no" : least + " to " + most;
    }
}
