package io.botmesh.bot;

import io.botmesh.botapi.ButtonStyle;
import io.botmesh.botapi.CopyTextButton;
import io.botmesh.botapi.InlineKeyboardButton;
import io.botmesh.botapi.InlineKeyboardMarkup;
import io.botmesh.botapi.LoginUrl;
import io.botmesh.botapi.WebAppInfo;
import java.util.List;

/**
 * Buttons below a message. Immutable: every method gives a new keyboard.
 *
 * <pre>{@code
 * InlineKeyboard.of().button("Yes", new Answer(7, true)).button("No", new Answer(7, false))
 *         .row().url("Why?", "https://example.com/why").markup()
 * }</pre>
 *
 * @see <a href="https://core.telegram.org/bots/api#inlinekeyboardmarkup">Bot API: InlineKeyboardMarkup</a>
 */
public final class InlineKeyboard {
    private static final InlineKeyboard EMPTY = new InlineKeyboard(Rows.of());
    private static final int MOST_COPIED = 256;

    private final Rows<InlineKeyboardButton> rows;

    private InlineKeyboard(Rows<InlineKeyboardButton> rows) {
        this.rows = rows;
    }

    /** Without buttons. */
    public static InlineKeyboard of() {
        return EMPTY;
    }

    /** Buttons that press a record each, by {@link CallbackType}; {@link Filters#callback(Class)} has it back. */
    public InlineKeyboard button(String label, Record data) {
        return button(label, CallbackType.data(data));
    }

    /**
     * A button that sends data to the bot.
     *
     * @param data 1 to 64 bytes in UTF-8
     */
    public InlineKeyboard button(String label, String data) {
        int bytes = CallbackType.utf8Length(data);
        if (bytes < 1 || bytes > CallbackType.MOST_BYTES)
            throw new IllegalArgumentException("callback data of " + bytes + " bytes, not 1 to 64: " + data);
        return add(labelled(label).withCallbackData(data));
    }

    public InlineKeyboard url(String label, String url) {
        return add(labelled(label).withUrl(url));
    }

    /** Opens a Mini App, in private chats only. */
    public InlineKeyboard webApp(String label, String url) {
        return add(labelled(label).withWebApp(WebAppInfo.of(url)));
    }

    /** Logs the person in on a web site. */
    public InlineKeyboard login(String label, String url) {
        return add(labelled(label).withLoginUrl(LoginUrl.of(url)));
    }

    /** Puts a text of 1 to 256 characters into the clipboard. */
    public InlineKeyboard copy(String label, String text) {
        int characters = text.codePointCount(0, text.length());
        if (characters < 1 || characters > MOST_COPIED)
            throw new IllegalArgumentException(characters + " characters to copy, not 1 to " + MOST_COPIED);
        return add(labelled(label).withCopyText(CopyTextButton.of(text)));
    }

    /** Begins an inline query to the bot in a chat that the person chooses. */
    public InlineKeyboard switchInline(String label, String query) {
        return add(labelled(label).withSwitchInlineQuery(query));
    }

    /** Begins an inline query to the bot in the same chat. */
    public InlineKeyboard switchInlineHere(String label, String query) {
        return add(labelled(label).withSwitchInlineQueryCurrentChat(query));
    }

    /** Pays an invoice; the first button of its message. */
    public InlineKeyboard pay(String label) {
        if (!rows.isEmpty()) throw new IllegalStateException("the button to pay is the first one");
        return add(labelled(label).withPay(true));
    }

    /** Any other button. */
    public InlineKeyboard add(InlineKeyboardButton button) {
        return new InlineKeyboard(rows.with(button));
    }

    /** All buttons of another keyboard, in rows of their own. */
    public InlineKeyboard add(InlineKeyboard below) {
        return new InlineKeyboard(rows.with(below.rows));
    }

    /** The button added last in another colour. */
    public InlineKeyboard styled(ButtonStyle style) {
        return new InlineKeyboard(rows.withLast(button -> button.withStyle(style)));
    }

    /** Ends the row, if it has begun. */
    public InlineKeyboard row() {
        return new InlineKeyboard(rows.ended());
    }

    /** The same buttons in rows of so many. */
    public InlineKeyboard columns(int columns) {
        return new InlineKeyboard(rows.columns(columns));
    }

    /** From left to right and from top to bottom. */
    public List<List<InlineKeyboardButton>> rows() {
        return rows.rows();
    }

    /** As calls take it. */
    public InlineKeyboardMarkup markup() {
        return InlineKeyboardMarkup.of(rows.rows());
    }

    private static InlineKeyboardButton labelled(String label) {
        return InlineKeyboardButton.of(Rows.label(label));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InlineKeyboard keyboard && rows().equals(keyboard.rows());
    }

    @Override
    public int hashCode() {
        return rows().hashCode();
    }

    @Override
    public String toString() {
        return rows().toString();
    }
}
