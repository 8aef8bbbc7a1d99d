package io.botmesh.seal;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * A node's private keys as they lie on a disk: encrypted with a passphrase (scrypt, AES-256-GCM). Where the text is kept
 * is the caller's business.
 *
 * <pre>
 * bm-keys-1-BASE64URL(cost 1 | salt 16 | nonce 12 | AES-256-GCM(lines) | tag 16)
 * key = scrypt(passphrase in UTF-8, salt, N = 2^cost, r = 8, p = 1, 32 bytes)
 * </pre>
 *
 * Without a passphrase the same lines stand in {@code bm-keys-plain-BASE64URL(lines | first 4 bytes of their SHA-256)}, which whoever
 * reads the file can read.
 *
 * @param identity signs
 * @param keyring  opens
 */
public record KeyFile(Identity identity, Keyring keyring) {
    private static final String PREFIX = "bm-keys-1-";
    private static final String PLAIN = "bm-keys-plain-";
    private static final int CHECK_BYTES = 4;
    private static final int COST = 15; // 32 MiB and some 100 ms
    private static final int MAX_COST = 17; // 128 MiB: a forged file must not take all memory
    private static final int SALT_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int HEAD_BYTES = 1 + SALT_BYTES + NONCE_BYTES;
    private static final int TAG_BITS = 128;

    /** The file's text under a passphrase; different each time. */
    public String lock(char[] passphrase) {
        return lock(passphrase, COST);
    }

    /** Weaker for tests. */
    String lock(char[] passphrase, int cost) {
        byte[] head = Hash.random(HEAD_BYTES);
        head[0] = (byte) cost;
        try {
            byte[] locked = crypt(true, passphrase, head, lines().getBytes(StandardCharsets.UTF_8));
            byte[] file = Arrays.copyOf(head, HEAD_BYTES + locked.length);
            System.arraycopy(locked, 0, file, HEAD_BYTES, locked.length);
            return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(file);
        } catch (InvalidCipherTextException impossible) {
            throw new AssertionError("encrypting", impossible);
        }
    }

    /**
     * Reads what {@link #lock} wrote.
     *
     * @throws IllegalArgumentException when the passphrase is another one, or the text is damaged or no key file
     */
    public static KeyFile unlock(String text, char[] passphrase) {
        if (!text.startsWith(PREFIX)) throw new IllegalArgumentException("no key file of this version");
        byte[] file;
        try {
            file = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()).strip());
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException("the key file is damaged");
        }
        if (file.length < HEAD_BYTES + TAG_BITS / 8 || file[0] < 1 || file[0] > MAX_COST) {
            throw new IllegalArgumentException("the key file is damaged");
        }
        try {
            byte[] head = Arrays.copyOf(file, HEAD_BYTES);
            return parse(new String(
                    crypt(false, passphrase, head, Arrays.copyOfRange(file, HEAD_BYTES, file.length)),
                    StandardCharsets.UTF_8));
        } catch (InvalidCipherTextException refused) {
            throw new IllegalArgumentException("the passphrase does not fit, or the key file is damaged");
        }
    }

    /** The file's text without a passphrase: to be kept where nobody else reads it. */
    public String plainText() {
        byte[] lines = lines().getBytes(StandardCharsets.UTF_8);
        byte[] text = Arrays.copyOf(lines, lines.length + CHECK_BYTES);
        System.arraycopy(Hash.sha256(lines), 0, text, lines.length, CHECK_BYTES);
        return PLAIN + Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    /** Whether {@link #parsePlain} reads it, and no passphrase is needed. */
    public static boolean isPlain(String text) {
        return text.startsWith(PLAIN);
    }

    /**
     * Reads what {@link #plainText} wrote.
     *
     * @throws IllegalArgumentException when the text is damaged or something else
     */
    public static KeyFile parsePlain(String text) {
        if (!isPlain(text)) throw new IllegalArgumentException("no keys without a passphrase");
        byte[] file;
        try {
            file = Base64.getUrlDecoder().decode(text.substring(PLAIN.length()).strip());
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException("the key file is damaged");
        }
        byte[] lines = Arrays.copyOf(file, Math.max(0, file.length - CHECK_BYTES));
        byte[] check = Arrays.copyOfRange(file, lines.length, file.length);
        if (!Arrays.equals(check, Arrays.copyOf(Hash.sha256(lines), CHECK_BYTES)))
            throw new IllegalArgumentException("the key file is damaged");
        return parse(new String(lines, StandardCharsets.UTF_8));
    }

    private static byte[] crypt(boolean encrypt, char[] passphrase, byte[] head, byte[] input)
            throws InvalidCipherTextException {
        byte[] salt = Arrays.copyOfRange(head, 1, 1 + SALT_BYTES);
        byte[] nonce = Arrays.copyOfRange(head, 1 + SALT_BYTES, HEAD_BYTES);
        byte[] key = SCrypt.generate(utf8(passphrase), salt, 1 << head[0], 8, 1, 32);
        var cipher = GCMBlockCipher.newInstance(AESEngine.newInstance());
        cipher.init(encrypt, new AEADParameters(new KeyParameter(key), TAG_BITS, nonce, head));
        byte[] output = new byte[cipher.getOutputSize(input.length)];
        int size = cipher.processBytes(input, 0, input.length, output, 0);
        size += cipher.doFinal(output, size);
        return Arrays.copyOf(output, size);
    }

    private static byte[] utf8(char[] passphrase) {
        try {
            var bytes = StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .encode(java.nio.CharBuffer.wrap(passphrase));
            var copy = new byte[bytes.remaining()];
            bytes.get(copy);
            return copy;
        } catch (CharacterCodingException half) {
            throw new IllegalArgumentException("the passphrase holds half a character");
        }
    }

    private String lines() {
        var lines = new StringBuilder("identity ").append(identity.secretText()).append('\n');
        lines.append("next ").append(keyring.nextGeneration()).append('\n');
        for (Keyring.Held key : keyring.keys()) {
            Instant until = key.until();
            String group = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(key.group().getBytes(StandardCharsets.UTF_8));
            lines.append("key ").append(key.generation());
            lines.append(' ').append(key.epoch());
            lines.append(' ').append(until == null ? "-" : until.toString());
            lines.append(" g").append(group);
            lines.append(' ').append(key.secret().secretText()).append('\n');
        }
        return lines.toString();
    }

    private static KeyFile parse(String lines) {
        Identity identity = null;
        long next = 0;
        List<Keyring.Held> keys = new ArrayList<>();
        for (String line : lines.split("\n", -1)) {
            String[] words = line.split(" ", -1);
            switch (words[0] + words.length) {
                case "identity2" -> identity = Identity.parse(words[1]);
                case "next2" -> next = Long.parseLong(words[1]);
                case "key6" -> keys.add(held(words));
                case "1" -> {} // behind the last line
                default -> throw new IllegalArgumentException("the key file was written by a later version");
            }
        }
        if (identity == null) throw new IllegalArgumentException("the key file holds no identity");
        return new KeyFile(identity, new Keyring(keys, next));
    }

    private static Keyring.Held held(String[] words) {
        try {
            String group = new String(Base64.getUrlDecoder().decode(words[4].substring(1)), StandardCharsets.UTF_8);
            Instant until = words[3].equals("-") ? null : Instant.parse(words[3]);
            return new Keyring.Held(
                    ReaderSecret.parse(words[5]), Long.parseLong(words[1]), group, Long.parseLong(words[2]), until);
        } catch (DateTimeException damaged) {
            throw new IllegalArgumentException("the key file holds a time that is none");
        }
    }
}
