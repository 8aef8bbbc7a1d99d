package io.botmesh.botapi;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a bot proves itself with: its id and a secret, as {@code @BotFather} hands them out. Prints without the secret.
 *
 * @param botId  the bot's user id, positive
 * @param secret the part after the colon
 */
public record BotToken(long botId, String secret) {
    // The server refuses a shorter or longer secret, or another alphabet, before it looks for the bot.
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{24,64}");
    private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,15}");

    public BotToken {
        Objects.requireNonNull(secret, "secret");
        if (botId <= 0 || botId >= 1L << 54 || !SECRET.matcher(secret).matches()) throw malformed();
    }

    /**
     * Reads a token; space around it is ignored, as files end with a new line.
     *
     * @throws IllegalArgumentException if it is none; the message does not repeat it
     */
    public static BotToken parse(String text) {
        String token = text.strip();
        int colon = token.indexOf(':');
        if (colon < 0 || !ID.matcher(token.substring(0, colon)).matches()) throw malformed();
        return new BotToken(Long.parseLong(token.substring(0, colon)), token.substring(colon + 1));
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException(
                "not a bot token: expected digits, a colon and a secret of 24 or more letters, digits, _ or -, as given by @BotFather");
    }

    /** The whole token. Keep it out of logs. */
    public String value() {
        return botId + ":" + secret;
    }

    @Override
    public String toString() {
        return botId + ":***";
    }
}
