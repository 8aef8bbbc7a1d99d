package io.botmesh.bot;

import io.botmesh.botapi.ForceReply;
import io.botmesh.botapi.KeyboardButton;
import io.botmesh.botapi.KeyboardButtonPollType;
import io.botmesh.botapi.KeyboardButtonRequestChat;
import io.botmesh.botapi.KeyboardButtonRequestUsers;
import io.botmesh.botapi.ReplyKeyboardMarkup;
import io.botmesh.botapi.ReplyKeyboardRemove;
import io.botmesh.botapi.WebAppInfo;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Keys in place of the person's keyboard, which stay until they are replaced or removed. Immutable: every method gives a new
 * keyboard. It takes no more height than it needs unless told otherwise.
 *
 * <pre>{@code
 * ReplyKeyboard.of().key("Small").key("Large").row().contact("My number").once().markup()
 * }</pre>
 *
 * @see <a href="https://core.telegram.org/bots/api#replykeyboardmarkup">Bot API: ReplyKeyboardMarkup</a>
 */
public final class ReplyKeyboard {
    private static final int MOST_IN_PLACEHOLDER = 64;

    private final Rows<KeyboardButton> rows;
    private final UnaryOperator<ReplyKeyboardMarkup> options;

    private ReplyKeyboard(Rows<KeyboardButton> rows, UnaryOperator<ReplyKeyboardMarkup> options) {
        this.rows = rows;
        this.options = options;
    }

    /** Without keys. */
    public static ReplyKeyboard of() {
        return new ReplyKeyboard(Rows.of(), markup -> markup.withResizeKeyboard(true));
    }

    /** A row for each label. */
    public static ReplyKeyboard of(List<String> labels) {
        var keyboard = of();
        for (var label : labels) keyboard = keyboard.key(label).row();
        return keyboard;
    }

    /** Takes the keys away. */
    public static ReplyKeyboardRemove remove() {
        return ReplyKeyboardRemove.of();
    }

    /** Opens an answer to the message, as if the person had tapped on it. */
    public static ForceReply forceReply() {
        return ForceReply.of();
    }

    /**
     * Opens an answer to the message.
     *
     * @param placeholder 1 to 64 characters, shown until something is typed
     */
    public static ForceReply forceReply(String placeholder) {
        return ForceReply.of().withInputFieldPlaceholder(checked(placeholder));
    }

    /** A key that sends its label as a message. */
    public ReplyKeyboard key(String label) {
        return add(labelled(label));
    }

    /** Sends the person's phone number, in private chats only. */
    public ReplyKeyboard contact(String label) {
        return add(labelled(label).withRequestContact(true));
    }

    /** Sends where the person is, in private chats only. */
    public ReplyKeyboard location(String label) {
        return add(labelled(label).withRequestLocation(true));
    }

    /** Lets the person make a poll and send it, in private chats only. */
    public ReplyKeyboard poll(String label) {
        return add(labelled(label).withRequestPoll(KeyboardButtonPollType.of()));
    }

    /** Opens a Mini App, in private chats only. */
    public ReplyKeyboard webApp(String label, String url) {
        return add(labelled(label).withWebApp(WebAppInfo.of(url)));
    }

    /** Lets the person choose people, in private chats only. */
    public ReplyKeyboard users(String label, KeyboardButtonRequestUsers which) {
        return add(labelled(label).withRequestUsers(which));
    }

    /** Lets the person choose a chat, in private chats only. */
    public ReplyKeyboard chat(String label, KeyboardButtonRequestChat which) {
        return add(labelled(label).withRequestChat(which));
    }

    /** Any other key. */
    public ReplyKeyboard add(KeyboardButton key) {
        return new ReplyKeyboard(rows.with(key), options);
    }

    /** Ends the row, if it has begun. */
    public ReplyKeyboard row() {
        return new ReplyKeyboard(rows.ended(), options);
    }

    /** The same keys in rows of so many. */
    public ReplyKeyboard columns(int columns) {
        return new ReplyKeyboard(rows.columns(columns), options);
    }

    /** Hides when a key is tapped. */
    public ReplyKeyboard once() {
        return with(markup -> markup.withOneTimeKeyboard(true));
    }

    /** Stays shown even where the person's own keyboard could be. */
    public ReplyKeyboard persistent() {
        return with(markup -> markup.withIsPersistent(true));
    }

    /** As high as the person's own keyboard. */
    public ReplyKeyboard tall() {
        return with(markup -> markup.withResizeKeyboard(false));
    }

    /** Only for those whom the message mentions or answers. */
    public ReplyKeyboard selective() {
        return with(markup -> markup.withSelective(true));
    }

    /** Shown until something is typed; 1 to 64 characters. */
    public ReplyKeyboard placeholder(String placeholder) {
        checked(placeholder);
        return with(markup -> markup.withInputFieldPlaceholder(placeholder));
    }

    private ReplyKeyboard with(UnaryOperator<ReplyKeyboardMarkup> more) {
        return new ReplyKeyboard(rows, markup -> more.apply(options.apply(markup)));
    }

    /**
     * As calls take it.
     *
     * @throws IllegalStateException if it has no keys: {@link #remove()} is meant then
     */
    public ReplyKeyboardMarkup markup() {
        if (rows.isEmpty()) throw new IllegalStateException("a keyboard without keys");
        return options.apply(ReplyKeyboardMarkup.of(rows.rows()));
    }

    private static KeyboardButton labelled(String label) {
        return KeyboardButton.of(Rows.label(label));
    }

    private static String checked(String placeholder) {
        int characters = placeholder.codePointCount(0, placeholder.length());
        if (characters < 1 || characters > MOST_IN_PLACEHOLDER)
            throw new IllegalArgumentException(
                    "placeholder of " + characters + " characters, not 1 to " + MOST_IN_PLACEHOLDER);
        return placeholder;
    }
}
