package io.botmesh.seal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Keys as text for peer files: what it is, then base64url of the key and four bytes of a hash, so that a mistyped or
 * confused key is refused rather than used.
 */
final class KeyText {
    /** Bytes of every key here. */
    static final int KEY_BYTES = 32;

    private static final int CHECK_BYTES = 4;

    private KeyText() {}

    static String write(String prefix, byte[] key) {
        var bytes = Arrays.copyOf(key, KEY_BYTES + CHECK_BYTES);
        System.arraycopy(check(prefix, key), 0, bytes, KEY_BYTES, CHECK_BYTES);
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Never says what stood there: it may be a secret in the wrong place. */
    static byte[] parse(String prefix, String text) {
        if (!text.startsWith(prefix))
            throw new IllegalArgumentException("a key that starts with " + prefix + " wanted");
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text.substring(prefix.length()));
        } catch (IllegalArgumentException notBase64) {
            throw damaged(prefix);
        }
        if (bytes.length != KEY_BYTES + CHECK_BYTES) throw damaged(prefix);
        byte[] key = Arrays.copyOf(bytes, KEY_BYTES);
        byte[] check = Arrays.copyOfRange(bytes, KEY_BYTES, bytes.length);
        if (!Arrays.equals(check, check(prefix, key))) throw damaged(prefix);
        return key;
    }

    private static byte[] check(String prefix, byte[] key) {
        byte[] digest = Hash.sha256((prefix + "check").getBytes(StandardCharsets.US_ASCII), key);
        return Arrays.copyOf(digest, CHECK_BYTES);
    }

    private static IllegalArgumentException damaged(String prefix) {
        return new IllegalArgumentException("the key after " + prefix + " is cut short or mistyped");
    }
}
