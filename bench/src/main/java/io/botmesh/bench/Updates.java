package io.botmesh.bench;

import java.nio.charset.StandardCharsets;

/** Updates like those of a private chat, as long as an ordinary message in a group; numbers are written into a template. */
final class Updates {
    /** Chats that the updates come from in turn. */
    static final int CHATS = 1_000;

    static final int BYTES = 730;
    static final long FIRST_ID = 1_000_000_000L;
    /** Added to when an update was made, so that the number of digits is the same whenever that was. */
    private static final long RELEASED_BASE = 1_000_000_000_000_000_000L;

    private static final long FIRST_CHAT = 1_000_000;
    private static final byte[] TEMPLATE = template();
    private static final int ID_AT = indexOf("1111111111", 0);
    private static final int RELEASED_AT = indexOf("3333333333333333333", 0);
    private static final int FROM_AT = indexOf("2222222", 0);
    private static final int CHAT_AT = indexOf("2222222", FROM_AT + 7);

    private Updates() {}

    private static byte[] template() {
        var text = "{\"update_id\":1111111111,\"released\":3333333333333333333,\"message\":{\"message_id\":4711,"
                + "\"from\":{\"id\":2222222,\"is_bot\":false,\"first_name\":\"Ann\",\"username\":\"ann_of_the_bench\","
                + "\"language_code\":\"en\"},\"chat\":{\"id\":2222222,\"first_name\":\"Ann\",\"username\":"
                + "\"ann_of_the_bench\",\"type\":\"private\"},\"date\":1767225600,\"entities\":[{\"offset\":0,\"length\":5,"
                + "\"type\":\"bot_command\"}],\"text\":\"/echo ";
        return (text + "x".repeat(BYTES - text.length() - 3) + "\"}}").getBytes(StandardCharsets.US_ASCII);
    }

    private static int indexOf(String digits, int from) {
        return new String(TEMPLATE, StandardCharsets.US_ASCII).indexOf(digits, from);
    }

    /** The chat of an update: neighbours are of different ones. */
    static long chat(long id) {
        return FIRST_CHAT + index(id);
    }

    /** The same, from 0 to {@link #CHATS}. */
    static int index(long id) {
        return (int) (id * 7919 % CHATS);
    }

    static byte[] of(long id) {
        var update = new byte[BYTES];
        write(update, 0, id, 0);
        return update;
    }

    /** @param released when it was made by {@link System#nanoTime}, 0 if that is of no interest */
    static void write(byte[] buffer, int at, long id, long released) {
        System.arraycopy(TEMPLATE, 0, buffer, at, BYTES);
        digits(buffer, at + ID_AT, 10, id);
        digits(buffer, at + RELEASED_AT, 19, released + RELEASED_BASE);
        digits(buffer, at + FROM_AT, 7, chat(id));
        digits(buffer, at + CHAT_AT, 7, chat(id));
    }

    private static void digits(byte[] buffer, int at, int width, long number) {
        for (int i = width - 1; i >= 0; i--, number /= 10) buffer[at + i] = (byte) ('0' + number % 10);
    }

    /** When an update was made, 0 if it does not say. */
    static long released(byte[] update) {
        return number(update, RELEASED_AT) - RELEASED_BASE;
    }

    static long number(byte[] bytes, int at) {
        long number = 0;
        for (int i = at; i < bytes.length && bytes[i] >= '0' && bytes[i] <= '9'; i++)
            number = number * 10 + bytes[i] - '0';
        return number;
    }

    /** Some of them, one after the other. */
    static byte[] batch(long firstId, int count) {
        var batch = new byte[count * BYTES];
        for (int i = 0; i < count; i++) write(batch, i * BYTES, firstId + i, 0);
        return batch;
    }
}
