package io.botmesh.wire;

import io.botmesh.wire.WireException.Foreign;
import io.botmesh.wire.WireException.Malformed;
import io.botmesh.wire.WireException.OverLimit;
import io.botmesh.wire.WireException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * How the bytes of a packet become the text of a post: one ASCII letter that names the armour, then the body.
 *
 * <p>Every character, which is a code point, counts once against Telegram's 4096 and survives the cleaning that Telegram does to text
 * (controls, line separators and some combining marks are dropped, blanks trimmed). Decoding is strict: exactly one
 * text stands for given bytes and armour.
 */
public enum Armour {
    /** RFC 4648 section 5 without padding: 6 bits per character. Cheap to read, for small control posts. */
    BASE64URL('A', 6) {
        @Override
        String encodeBody(byte[] bytes) {
            return magic() + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }

        @Override
        byte[] decodeBody(String text) {
            if (text.length() % 4 == 2) {
                throw new Malformed(Reason.ARMOUR_LENGTH, "base64url text of " + (text.length() - 1) + " characters");
            }
            // Everything outside Latin-1 becomes a question mark, which the alphabet lacks as well.
            byte[] ascii = text.substring(1).getBytes(StandardCharsets.ISO_8859_1);
            if (ascii.length > 0 && ascii[ascii.length - 1] == '=') {
                throw new Malformed(Reason.ARMOUR_CHARACTER, "base64url text with padding characters");
            }
            byte[] bytes;
            try {
                bytes = Base64.getUrlDecoder().decode(ascii);
            } catch (IllegalArgumentException illegal) {
                throw new Malformed(Reason.ARMOUR_CHARACTER, "a character that base64url does not have");
            }
            int spare = ascii.length % 4 == 0 ? 0 : ascii.length % 4 == 2 ? 4 : 2;
            int last = ascii.length == 0 ? 0 : Base64Tail.value(ascii[ascii.length - 1]);
            if ((last & ((1 << spare) - 1)) != 0) {
                throw new Malformed(Reason.ARMOUR_PADDING, "base64url padding bits are not zero");
            }
            return bytes;
        }
    },

    /** 15 bits per character from 32,768 characters of the basic plane: the default, 7678 bytes in 4096 characters. */
    BASE32768('B', 15) {
        @Override
        String encodeBody(byte[] bytes) {
            return Base32768.encode(magic(), bytes);
        }

        @Override
        byte[] decodeBody(String text) {
            return Base32768.decode(text);
        }
    },

    /**
     * 16 bits per character, over half of which are beyond the basic plane: 8190 bytes in 4096 characters, for readers that ask for it. Takes
     * 4.8 bytes of a reader's download for each of a packet where base32768 takes 3.3, as the server escapes what is not ASCII.
     */
    BASE65536('C', 16) {
        @Override
        String encodeBody(byte[] bytes) {
            return Base65536.encode(magic(), bytes);
        }

        @Override
        byte[] decodeBody(String text) {
            return Base65536.decode(text);
        }
    };

    /** Most characters of one post. */
    public static final int POST_CHARACTERS = 4096;

    private final char magic;
    private final int bitsPerCharacter;

    Armour(char magic, int bitsPerCharacter) {
        this.magic = magic;
        this.bitsPerCharacter = bitsPerCharacter;
    }

    /** The post's first character. */
    public char magic() {
        return magic;
    }

    /** Most bytes whose text has at most this many characters, the armour's letter included. */
    public int maxBytes(int characters) {
        if (characters < 1) throw new IllegalArgumentException("characters: " + characters);
        return (int) ((characters - 1L) * bitsPerCharacter / 8);
    }

    /** Characters of the text for this many bytes, the armour's letter included. */
    public int characters(int bytes) {
        if (bytes < 0) throw new IllegalArgumentException("bytes: " + bytes);
        return (int) (1 + (bytes * 8L + bitsPerCharacter - 1) / bitsPerCharacter);
    }

    /** The text of a post for these bytes; it never starts or ends with a blank. */
    public String encode(byte[] bytes) {
        return encodeBody(bytes);
    }

    /**
     * The bytes of a post's text, by the armour that its first character names.
     *
     * @throws WireException when the text is no armour ({@link Foreign}) or not exactly what an encoder writes
     */
    public static byte[] decode(String text) {
        if (text.isEmpty()) throw new Foreign(Reason.EMPTY, "the post has no text");
        if (text.length() > Limits.MAX_PACKET_BYTES) {
            throw new OverLimit(Reason.LIMIT_PACKET, "armour of " + text.length() + " characters");
        }
        for (Armour armour : values()) {
            if (text.charAt(0) == armour.magic) return armour.decodeBody(text);
        }
        throw new Foreign(Reason.ARMOUR_UNKNOWN, "the post starts with no known armour letter");
    }

    abstract String encodeBody(byte[] bytes);

    abstract byte[] decodeBody(String text);

    /** The value of one base64url character that the decoder has already accepted. */
    private static final class Base64Tail {
        private static int value(byte character) {
            if (character >= 'A' && character <= 'Z') return character - 'A';
            if (character >= 'a' && character <= 'z') return character - 'a' + 26;
            if (character >= '0' && character <= '9') return character - '0' + 52;
            return character == '-' ? 62 : 63;
        }
    }
}
