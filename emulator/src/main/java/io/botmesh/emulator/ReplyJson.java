package io.botmesh.emulator;

import io.botmesh.world.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A reply as the bytes of its body: JSON in pure ASCII, fields in the reference server's order. */
final class ReplyJson {
    private static final byte[] BEFORE_RESULT = "{\"ok\":true,\"result\":".getBytes(StandardCharsets.US_ASCII);

    private ReplyJson() {}

    static byte[] of(Reply.Ok ok) {
        // The way of nearly all, of batches of updates too: no copy more than it takes.
        if (ok.description() == null) {
            int length = ok.resultLength();
            var body = Arrays.copyOf(BEFORE_RESULT, BEFORE_RESULT.length + length + 1);
            ok.copyResult(body, BEFORE_RESULT.length);
            body[body.length - 1] = '}';
            return body;
        }
        var json = new StringBuilder(ok.resultJson().length() + 24).append("{\"ok\":true,\"result\":");
        json.append(ok.resultJson());
        appendString(json.append(",\"description\":"), ok.description());
        return bytes(json.append('}'));
    }

    static byte[] of(Reply.Failure failure) {
        var json = new StringBuilder(96).append("{\"ok\":false,\"error_code\":").append(failure.code());
        appendString(json.append(",\"description\":"), failure.description());
        if (failure.migrateToChatId() != null) {
            json.append(",\"parameters\":{\"migrate_to_chat_id\":")
                    .append(failure.migrateToChatId().longValue())
                    .append('}');
        } else if (failure.retryAfter() != null) {
            json.append(",\"parameters\":{\"retry_after\":")
                    .append(failure.retryAfter().intValue())
                    .append('}');
        }
        return bytes(json.append('}'));
    }

    static byte[] of(Reply.NotBuilt notBuilt) {
        return of(new Reply.Failure(
                501, "Not Implemented: this emulator has no " + notBuilt.method() + "; the real server has"));
    }

    /** Lower-case hexadecimal digits, and no slash escaped: as {@code JsonBuilder.cpp} writes them. */
    static void appendString(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < 0x20 || c >= 0x80) {
                        json.append("\\u");
                        for (int shift = 12; shift >= 0; shift -= 4) {
                            json.append(Character.forDigit(c >> shift & 0xF, 16));
                        }
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }

    private static byte[] bytes(StringBuilder json) {
        return json.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
