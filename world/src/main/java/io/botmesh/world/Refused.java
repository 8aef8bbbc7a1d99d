package io.botmesh.world;

import java.util.Locale;

/** A call that the server refuses; carries the reply. Thrown inside the world only, so it has no stack trace. */
final class Refused extends RuntimeException {
    private static final String BROKEN_TEXT = "Strings must be encoded in UTF-8";

    private final transient Reply reply;
    private final String cause;

    private Refused(String message, String cause, Reply reply) {
        super(message, null, false, false);
        this.cause = cause;
        this.reply = reply;
    }

    Reply reply() {
        return reply;
    }

    /** What was wrong, before it was put into the server's words. */
    String said() {
        return cause;
    }

    /**
     * An error of the layer below, put into words as the server does: most codes become 400, the text gets a prefix and
     * starts in lower case unless it is a server code.
     */
    static Refused of(int code, String message) {
        int shown = code < 400 || code == 404 ? 400 : code;
        if (shown == 403 && message.chars().allMatch(Refused::isCodeCharacter)) shown = 400;
        var text = message;
        if (shown == 400) {
            switch (text) {
                case "MESSAGE_NOT_MODIFIED" ->
                    text =
                            "message is not modified: specified new message content and reply markup are exactly the same"
                                    + " as a current content and reply markup of the message";
                case "USER_IS_BLOCKED" -> {
                    shown = 403;
                    text = "bot was blocked by the user";
                }
                case "INPUT_USER_DEACTIVATED" -> {
                    shown = 403;
                    text = "user is deactivated";
                }
                case "MESSAGE_DELETE_FORBIDDEN" -> text = "message can't be deleted";
                case "QUERY_ID_INVALID" ->
                    text = "query is too old and response timeout expired or query ID is invalid";
                case "PACK_SHORT_NAME_INVALID" -> text = "invalid sticker set name is specified";
                case "PACK_SHORT_NAME_OCCUPIED" -> text = "sticker set name is already occupied";
                case "USER_ADMIN_INVALID" -> text = "user is an administrator of the chat";
                case "CHAT_ABOUT_NOT_MODIFIED" -> text = "chat description is not modified";
                case "WEBPAGE_CURL_FAILED" -> text = "Failed to get HTTP URL content";
                case "WC_CONVERT_URL_INVALID", "EXTERNAL_URL_INVALID" -> text = "Wrong HTTP URL specified";
                case "REPLY_MARKUP_TOO_LONG" -> text = "reply markup is too long";
                default -> {}
            }
        }
        var prefix = switch (shown) {
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 500 -> "Internal Server Error";
            default -> {
                shown = 400;
                yield "Bad Request";
            }
        };
        var description = text.startsWith(prefix) ? text : prefix + ": " + lowerFirst(text);
        return new Refused(description, message, new Reply.Failure(shown, description));
    }

    /** Of a text that is no UTF-8: whoever notices only looks at it once all objects are read, so it is part of none. */
    static Refused brokenText() {
        return of(400, BROKEN_TEXT);
    }

    /** The same told as a part of something larger. */
    Refused within(String larger) {
        if (cause.equals(BROKEN_TEXT)) return this;
        return reply instanceof Reply.Failure failure ? of(failure.code(), larger + ": " + cause) : this;
    }

    /** A refusal whose text stands as it is. */
    static Refused verbatim(int code, String description) {
        return new Refused(description, description, new Reply.Failure(code, description));
    }

    static Refused retryAfter(int seconds) {
        var description = "Too Many Requests: retry after " + seconds;
        return new Refused(description, description, new Reply.Failure(429, description, seconds, null));
    }

    /** A call for a group that has become a supergroup. */
    static Refused migrated(long chatId) {
        var description = "Bad Request: group chat was upgraded to a supergroup chat";
        return new Refused(description, description, new Reply.Failure(400, description, null, chatId));
    }

    /** Something real that the emulator does not have. */
    static Refused notBuilt(String what) {
        return new Refused(what, what, new Reply.NotBuilt(what));
    }

    private static boolean isCodeCharacter(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    private static String lowerFirst(String text) {
        if (text.isEmpty()) return text;
        if (text.length() > 1) {
            char second = text.charAt(1);
            if (second == '_' || (second >= 'A' && second <= 'Z')) return text;
        }
        return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }
}
